import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { errorMessage, FrontdeskError } from "../src/core/index.ts";
import type { Clock } from "../src/ports/clock.ts";
import type { Embedder } from "../src/ports/embedder.ts";
import type { KnowledgeBase } from "../src/ports/knowledge-base.ts";
import type { KnowledgeDocuments } from "../src/ports/knowledge-documents.ts";
import type { Logger } from "../src/ports/logger.ts";
import type { Reranker } from "../src/ports/reranker.ts";
import type { Retriever } from "../src/ports/retriever.ts";
import type { CleaningPlan, DocumentReader } from "./document.ts";
import { createCatalog } from "./index/catalog.ts";
import { createDocumentWriter } from "./index/document-writer.ts";
import { createDocuments } from "./index/documents.ts";
import { rebuildLexicalIndex } from "./index/lexical-rebuild.ts";
import { createRevision } from "./index/revision.ts";
import { openKnowledgeDatabase } from "./index/schema.ts";
import { createSerialGate } from "./index/serial.ts";
import type { Sql } from "./index/sql.ts";
import { createStandings } from "./index/standings.ts";
import { createTitleSearch } from "./index/titles.ts";
import { createKnowledgeBase } from "./knowledge-base.ts";
import { loadHanSegmenter } from "./lexical/han-segmenter.ts";
import { createLexicalIndex } from "./lexical/lexical-index.ts";
import { createTokenizer } from "./lexical/tokenize.ts";
import { createCorpus } from "./retrieve/corpus.ts";
import { createRetriever } from "./retrieve/retriever.ts";
import type { KnowledgeSettings } from "./settings.ts";
import { createTopics } from "./topics/topics.ts";
import { createEmbeddingQueue, type EmbeddingQueue } from "./vectors/embedding-queue.ts";
import { type ChromaPlace, createNeighbours, type Neighbours } from "./vectors/neighbours.ts";
import { createVectorComplaint } from "./vectors/vector-complaint.ts";
import { createVectorSearch } from "./vectors/vector-search.ts";
import { createVectorTable } from "./vectors/vector-table.ts";

/** The knowledge base with its retrieval. */
export interface Knowledge extends KnowledgeBase, Retriever {
  /** Its documents one by one; null where they lie on another machine. */
  readonly documents: KnowledgeDocuments | null;
  /** Waits until the vector side is up, or known to be out of use; questions are answered before that as well. */
  warm(): Promise<void>;
  /** Ends the embedding, Chroma and the database. Repeated calls wait for the first. */
  close(): Promise<void>;
}

/** What a knowledge base is made of. */
export interface KnowledgeOptions {
  /** Holds `knowledge.db` and `chroma/`; made if need be. Only one process may use it. */
  readonly dataDir: string;
  /** Finds and reads documents; closed by whoever made it. */
  readonly reader: DocumentReader;
  readonly embedder: Embedder | null;
  readonly reranker: Reranker | null;
  readonly chroma: ChromaPlace;
  readonly settings: KnowledgeSettings;
  /** What is dropped and blacked out in sources of which nothing was said. Default: nothing. */
  readonly cleaning?: CleaningPlan;
  readonly logger: Logger;
  readonly clock: Clock;
}

/**
 * Opens the knowledge base of a data directory.
 * @throws FrontdeskError `database_corrupt`, `data_dir_unusable`, `disk_full`, `unsupported` (written by a newer version)
 */
export async function createKnowledge(options: KnowledgeOptions): Promise<Knowledge> {
  const logger = options.logger.child({ component: "knowledge" });
  await makeDirectory(options.dataDir);
  const sql = openKnowledgeDatabase(join(options.dataDir, "knowledge.db"));
  let vectors: Vectors | null = null;
  try {
    // First, so that Chroma starts while the dictionary is loaded.
    vectors = createVectors(options, sql, logger);
    const segmenter = await loadHanSegmenter({ logger });
    const tokenizer = createTokenizer(segmenter);
    const lexical = createLexicalIndex(sql, options.settings.bm25.weights);
    await rebuildLexicalIndex({ sql, lexical, tokenizer, logger });
    const revision = createRevision();
    const corpus = createCorpus({ sql, lexical, revision });
    const retriever = createRetriever({
      sql,
      tokenizer,
      lexical,
      corpus,
      vectors: vectors?.search ?? null,
      reranker: options.reranker,
      settings: options.settings,
    });
    const base = createKnowledgeBase({
      reader: options.reader,
      catalog: createCatalog(sql),
      writer: createDocumentWriter({ sql, lexical, tokenizer, revision }),
      gate: createSerialGate(),
      clock: options.clock,
      cleaning: options.cleaning ?? { clean: [], redact: [] },
      queue: vectors?.queue ?? null,
      neighbourState: () => vectors?.neighbours?.state() ?? EXACT,
      forgetVectors: () => vectors?.forgetAll(),
      onRemoved: () => vectors?.neighbours?.nudge(),
    });
    vectors?.queue.nudge();
    const findTitles = createTitleSearch(sql);
    const findTopics = createTopics({ sql, corpus, tokenizer, segmenter });
    let closing: Promise<void> | null = null;
    return {
      ...base,
      standings: createStandings({ sql, revision, clock: options.clock }),
      documents: createDocuments(sql),
      titles: ({ words, principal, limit }) => Promise.resolve(findTitles(words, principal, limit)),
      topics: (request, { signal }) => findTopics(request, signal),
      ...retriever,
      warm: async () => void (await vectors?.neighbours?.settled()),
      close() {
        closing ??= closeAll(vectors, sql);
        return closing;
      },
    };
  } catch (error) {
    await closeAll(vectors, sql);
    throw error;
  }
}

const EXACT = {
  state: "ready",
  reason: "Chroma is turned off; vectors are compared one by one.",
} as const;

interface Vectors {
  readonly search: ReturnType<typeof createVectorSearch>;
  readonly queue: EmbeddingQueue;
  readonly neighbours: Neighbours | null;
  forgetAll(): void;
}

function createVectors(options: KnowledgeOptions, sql: Sql, logger: Logger): Vectors | null {
  const { embedder, settings } = options;
  if (embedder === null) return null;
  const table = createVectorTable(sql);
  const neighbours =
    options.chroma.mode === "off"
      ? null
      : createNeighbours({ place: options.chroma, dataDir: options.dataDir, table, sql, logger });
  const queue = createEmbeddingQueue({
    embedder,
    table,
    logger,
    onEmbedded: () => neighbours?.nudge(),
    onModel: (identity) => neighbours?.useModel(identity),
  });
  const search = createVectorSearch({
    embedder,
    table,
    neighbours,
    deadlineMs: settings.vectorDeadlineMs,
    embedDeadlineMs: settings.embedDeadlineMs,
    exactScanLimit: settings.exactScanLimit,
    onFailure: createVectorComplaint({ logger, clock: options.clock }),
  });
  return { search, queue, neighbours, forgetAll: () => table.forgetAll() };
}

async function closeAll(vectors: Vectors | null, sql: Sql): Promise<void> {
  await vectors?.queue.close();
  await vectors?.neighbours?.close();
  sql.close();
}

async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new FrontdeskError(
      "data_dir_unusable",
      `${path} cannot be made (${errorMessage(error)}). Choose another data directory or mend its rights.`,
      { cause: error },
    );
  }
}
