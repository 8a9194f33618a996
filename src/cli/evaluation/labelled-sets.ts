import { z } from "zod";
import { FrontdeskError } from "../../core/index.ts";
import { filesOf, readLines } from "./read-set.ts";

const passageSchema = z.object({ id: z.string(), title: z.string().default(""), text: z.string() });
const questionSchema = z.object({
  query: z.string(),
  answerable: z.boolean().default(true),
  gold_ids: z.array(z.string()).default([]),
  gold_ids_cross: z.array(z.string()).default([]),
});

/** A text of a set. */
export type CorpusPassage = z.infer<typeof passageSchema>;

/** A question of a set. */
export interface LabelledQuestion {
  readonly text: string;
  /** Ids of the passages that answer; empty when none does. */
  readonly gold: ReadonlySet<string>;
}

/** Where a passage of a corpus comes from, as retrieval names it. */
export function sourceOf(id: string): string {
  return `/corpus/${id}`;
}

/**
 * Texts of a set.
 *
 * @throws FrontdeskError `usage` when there are none
 */
export function readCorpus(data: string, corpus: string | null = null): readonly CorpusPassage[] {
  const files = filesOf(data, corpus);
  if (files.corpus === null) {
    throw new FrontdeskError(
      "usage",
      `${files.questions} has no texts beside it. Name their file with --corpus (lines of {"id", "title", "text"}).`,
    );
  }
  return readLines(files.corpus, passageSchema);
}

/** Questions of a set with the passages that answer them. */
export function readQuestions(data: string): readonly LabelledQuestion[] {
  return readLines(filesOf(data).questions, questionSchema).map((question) => ({
    text: question.query,
    gold: new Set(question.answerable ? [...question.gold_ids, ...question.gold_ids_cross] : []),
  }));
}
