import type { SparseVector } from "./vocabulary.ts";

/** Finds how like a text is to the examples. */
export interface Nearest {
  /** Highest cosine with an example of each label. */
  similarities(vector: SparseVector): Float64Array;
}

/** Indexes examples by feature. */
export function indexExamples(
  examples: readonly { readonly vector: SparseVector; readonly label: number }[],
  classes: number,
): Nearest {
  const postings = new Map<number, { readonly example: number; readonly value: number }[]>();
  for (const [example, { vector }] of examples.entries()) {
    for (const [at, id] of vector.ids.entries()) {
      const list = postings.get(id) ?? [];
      list.push({ example, value: vector.values[at] ?? 0 });
      postings.set(id, list);
    }
  }
  return {
    similarities: ({ ids, values }) => {
      const cosines = new Float64Array(examples.length);
      for (const [at, id] of ids.entries()) {
        const own = values[at] ?? 0;
        for (const { example, value } of postings.get(id) ?? []) {
          cosines[example] = (cosines[example] ?? 0) + own * value;
        }
      }
      const best = new Float64Array(classes);
      for (const [at, { label }] of examples.entries()) {
        best[label] = Math.max(best[label] ?? 0, cosines[at] ?? 0);
      }
      return best;
    },
  };
}
