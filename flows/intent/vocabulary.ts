import { textFeatures } from "./text-features.ts";

/** A text as weighted features; its length is 1, or 0 when nothing in it is known. */
export interface SparseVector {
  readonly ids: Int32Array;
  readonly values: Float32Array;
}

/** Turns texts into vectors. */
export interface Vocabulary {
  readonly size: number;
  vectorOf(text: string): SparseVector;
  /** Share of the words of a text, weighted by how telling they are, that the examples have. */
  knownShare(text: string): number;
}

/** Words tell more than pieces of words, of which there are many. */
const WEIGHT_BY_KIND: Readonly<Record<string, number>> = { w: 1, b: 0.7, c: 0.35 };

function kindWeight(feature: string): number {
  return WEIGHT_BY_KIND[feature.slice(0, 1)] ?? 1;
}

/** Learns which features there are, and how rare each is, from the texts of examples. */
export function learnVocabulary(texts: readonly string[]): Vocabulary {
  const counts = new Map<string, number>();
  for (const text of texts) {
    for (const feature of new Set(textFeatures(text))) {
      counts.set(feature, (counts.get(feature) ?? 0) + 1);
    }
  }
  const entries = [...counts].map(([feature, count], id) => {
    const rarity = Math.log((1 + texts.length) / (1 + count)) + 1;
    return [feature, { id, weight: rarity * kindWeight(feature) }] as const;
  });
  const known = new Map(entries);
  const rarest = Math.log(1 + texts.length) + 1;

  return {
    size: known.size,
    vectorOf: (text) => {
      const sums = new Map<number, number>();
      for (const feature of textFeatures(text)) {
        const entry = known.get(feature);
        if (entry !== undefined) sums.set(entry.id, (sums.get(entry.id) ?? 0) + entry.weight);
      }
      const damped = [...sums].map(([id, sum]) => [id, Math.sqrt(sum)] as const);
      const length = Math.sqrt(damped.reduce((total, [, value]) => total + value ** 2, 0)) || 1;
      return {
        ids: Int32Array.from(damped, ([id]) => id),
        values: Float32Array.from(damped, ([, value]) => value / length),
      };
    },
    knownShare: (text) => {
      const words = textFeatures(text).filter((feature) => feature.startsWith("w:"));
      const weigh = (feature: string): number => known.get(feature)?.weight ?? rarest;
      const all = words.reduce((sum, word) => sum + weigh(word), 0);
      const found = words.filter((word) => known.has(word));
      return all === 0 ? 0 : found.reduce((sum, word) => sum + weigh(word), 0) / all;
    },
  };
}
