import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const passageSchema = z.object({ id: z.string(), title: z.string(), text: z.string() });
const questionSchema = z.object({
  query: z.string(),
  answerable: z.boolean().default(true),
  gold_ids: z.array(z.string()).default([]),
  gold_ids_cross: z.array(z.string()).default([]),
});

/** A text of a data set. */
export type CorpusPassage = z.infer<typeof passageSchema>;

/** A question of a data set. */
export interface LabelledQuestion {
  readonly text: string;
  /** Ids of the passages that answer; empty when none does. */
  readonly gold: ReadonlySet<string>;
}

function readLines<Value>(file: string, schema: z.ZodType<Value>): readonly Value[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => schema.parse(JSON.parse(line)));
}

/** At most so many, spread evenly over the list. */
export function spread<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  return Array.from(
    { length: most },
    (_, at) => items[Math.floor((at * items.length) / most)],
  ).filter((item) => item !== undefined);
}

/** Passages of a set. */
export function readCorpus(folder: string, set: string): readonly CorpusPassage[] {
  return readLines(join(folder, set, "dev.corpus.jsonl"), passageSchema);
}

/** Questions of a set. */
export function readQuestions(folder: string, set: string): readonly LabelledQuestion[] {
  return readLines(join(folder, set, "dev.jsonl"), questionSchema).map((question) => ({
    text: question.query,
    gold: new Set(question.answerable ? [...question.gold_ids, ...question.gold_ids_cross] : []),
  }));
}
