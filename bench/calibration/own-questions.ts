import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { createDocumentReader } from "../../knowledge/ingest/index.ts";
import { type CorpusKnowledge, openIndex } from "../../src/cli/evaluation/corpus-knowledge.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const questionSchema = z.array(
  z.object({
    kind: z.enum(["docs", "handbook", "absent", "ambiguous"]),
    text: z.string(),
    expectedSource: z.string().optional(),
    alsoSources: z.array(z.string()).default([]),
    topics: z.array(z.object({ words: z.array(z.string()) })).default([]),
  }),
);

/** A question about the project's own documents. */
export interface OwnQuestion {
  readonly text: string;
  /** Name of the set that it belongs to. */
  readonly set: string;
  readonly kind: "docs" | "handbook" | "absent" | "ambiguous";
  /** Pages that answer; empty when there are too many to name, or none. */
  readonly pages: readonly string[];
  /** Subjects of an ambiguous one, by words of the headings that may be offered. */
  readonly topics: readonly { readonly words: readonly string[] }[];
}

const FILES = [
  "test/e2e/questions/docs-questions.json",
  "test/e2e/questions/holdout-questions.json",
  "test/e2e/questions/strangers-a.json",
  "test/e2e/questions/strangers-b.json",
  "test/e2e/questions/strangers-final.json",
  "bench/calibration/questions.json",
];

/** The questions that may be looked at while building. */
export function readOwnQuestions(): readonly OwnQuestion[] {
  return FILES.flatMap((file) =>
    questionSchema.parse(JSON.parse(readFileSync(join(root, file), "utf8"))).map((question) => ({
      text: question.text,
      set: `own/${basename(file, ".json")}`,
      kind: question.kind,
      topics: question.topics,
      pages:
        question.expectedSource === undefined
          ? []
          : [question.expectedSource, ...question.alsoSources],
    })),
  );
}

/** Indexes the project's documents and the sample handbook. */
export async function openOwnDocuments(hasVectors: boolean): Promise<CorpusKnowledge> {
  const sources = [join(root, "docs"), join(root, "samples/handbook")];
  return openIndex({ reader: createDocumentReader(), sources, hasVectors });
}
