import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { createKnowledge, knowledgeSettings, STARTER_FUSION } from "../../knowledge/index.ts";
import { createDocumentReader } from "../../knowledge/ingest/index.ts";
import { createLocalEmbedder, starterEmbedder } from "../../models/index.ts";
import type { CorpusKnowledge } from "../../src/cli/evaluation/corpus-knowledge.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";

const POLL_MS = 200;
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
  const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-calibrate-"));
  const embedder = hasVectors
    ? createLocalEmbedder({ model: starterEmbedder, logger: silentLogger })
    : null;
  const reader = createDocumentReader();
  const knowledge = await createKnowledge({
    dataDir,
    reader,
    embedder,
    reranker: null,
    chroma: { mode: "off" },
    settings: knowledgeSettings(STARTER_FUSION),
    logger: silentLogger,
    clock: systemClock,
  });
  const { signal } = new AbortController();
  const sources = [join(root, "docs"), join(root, "samples/handbook")];
  const request = { sources, collection: "default", visibility: "public" } as const;
  for await (const _ of knowledge.ingest(request, { signal }));
  for (;;) {
    const { chunks, vectors } = await knowledge.status();
    if (embedder === null || vectors.embedded >= chunks) break;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return {
    knowledge,
    close: async () => {
      await knowledge.close();
      await reader.close();
      await embedder?.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
