import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createKnowledge,
  type DocumentReader,
  type Knowledge,
  knowledgeSettings,
  STARTER_FUSION,
} from "../../../knowledge/index.ts";
import { createLocalEmbedder, starterEmbedder } from "../../../models/index.ts";
import { detectLanguage } from "../../core/index.ts";
import { systemClock } from "../../ports/clock.ts";
import { silentLogger } from "../../ports/logger.ts";
import { type CorpusPassage, sourceOf } from "./labelled-sets.ts";

const ROOT = "/corpus";
const POLL_MS = 200;

/** An open knowledge base over a corpus. */
export interface CorpusKnowledge {
  readonly knowledge: Knowledge;
  close(): Promise<void>;
}

function readerOf(passages: readonly CorpusPassage[]): DocumentReader {
  const bySource = new Map(passages.map((passage) => [sourceOf(passage.id), passage]));
  return {
    list: async (root) => ({
      isContainer: true,
      refused: [],
      documents: passages.map(({ id, text }) => ({
        source: sourceOf(id),
        root,
        sizeBytes: text.length,
        updatedAt: null,
      })),
    }),
    read: async ({ source }) => {
      const passage = bySource.get(source);
      const text = passage?.text ?? "";
      const language = detectLanguage(text);
      const title = (passage?.title ?? "").replace(/_/gu, " ");
      return {
        status: "read",
        contentHash: createHash("sha256").update(`${title}\n${text}`).digest("hex"),
        document: { title, language, chunks: [{ section: "", page: null, text, language }] },
        warning: null,
      };
    },
    close: async () => {},
  };
}

/** Indexes a corpus in a folder of its own, with the embedding model that is shipped or with words alone. */
export async function openCorpus(
  passages: readonly CorpusPassage[],
  hasVectors: boolean,
): Promise<CorpusKnowledge> {
  const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-eval-"));
  const embedder = hasVectors
    ? createLocalEmbedder({ model: starterEmbedder, logger: silentLogger })
    : null;
  const knowledge = await createKnowledge({
    dataDir,
    reader: readerOf(passages),
    embedder,
    reranker: null,
    chroma: { mode: "off" },
    settings: knowledgeSettings(STARTER_FUSION),
    logger: silentLogger,
    clock: systemClock,
  });
  const { signal } = new AbortController();
  const request = { sources: [ROOT], collection: "default", visibility: "public" } as const;
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
      await embedder?.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
