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
import { detectLanguage, FrontdeskError } from "../../core/index.ts";
import { systemClock } from "../../ports/clock.ts";
import { silentLogger } from "../../ports/logger.ts";
import { type CorpusPassage, sourceOf } from "./labelled-sets.ts";

const ROOT = "/corpus";

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

/**
 * Indexes documents in a folder of its own, with the embedding model that is shipped or with words alone.
 * @param options.reader closed together with the knowledge base
 * @throws FrontdeskError when anything is amiss with the documents or the model: what is measured without them says nothing
 */
export async function openIndex(options: {
  readonly reader: DocumentReader;
  readonly sources: readonly string[];
  readonly hasVectors: boolean;
}): Promise<CorpusKnowledge> {
  const { reader, sources, hasVectors } = options;
  const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-eval-"));
  const embedder = hasVectors
    ? createLocalEmbedder({ model: starterEmbedder, logger: silentLogger })
    : null;
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
  const close = async (): Promise<void> => {
    await knowledge.close();
    await reader.close();
    await embedder?.close();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const { signal } = new AbortController();
  const request = { sources, collection: "default", visibility: "public" } as const;
  try {
    // Ends when the vectors are there as well.
    for await (const event of knowledge.ingest(request, { signal })) {
      if (event.type === "warning") throw new FrontdeskError(event.code, event.message);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { knowledge, close };
}

/** Indexes a corpus: {@link openIndex} over its passages. */
export async function openCorpus(
  passages: readonly CorpusPassage[],
  hasVectors: boolean,
): Promise<CorpusKnowledge> {
  return openIndex({ reader: readerOf(passages), sources: [ROOT], hasVectors });
}
