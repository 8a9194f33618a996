import { onTestFinished } from "vitest";
import {
  type ChromaPlace,
  createKnowledge,
  type Knowledge,
  type KnowledgeSettings,
  knowledgeSettings,
  STARTER_FUSION,
} from "../../knowledge/index.ts";
import {
  type Audience,
  detectLanguage,
  type Principal,
  type Role,
  userId,
  type Visibility,
} from "../../src/core/index.ts";
import type { Embedder } from "../../src/ports/embedder.ts";
import type { IngestEvent } from "../../src/ports/knowledge-base.ts";
import { type Logger, silentLogger } from "../../src/ports/logger.ts";
import type { Reranker } from "../../src/ports/reranker.ts";
import type { RetrievalRequest, RetrievalResult, Retriever } from "../../src/ports/retriever.ts";
import { createFakeClock } from "./fake-clock.ts";
import { createMemoryDocuments, type MemoryDocuments } from "./memory-documents.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A knowledge base over documents in memory. */
export interface KnowledgeFixture {
  readonly knowledge: Knowledge;
  readonly documents: MemoryDocuments;
  readonly dataDir: string;
  /** Ingests one root or several and gives the events. */
  ingest(
    root: string | readonly string[],
    options?: IngestOptions,
  ): Promise<readonly IngestEvent[]>;
  ask(query: string, options?: AskOptions): Promise<RetrievalResult>;
  /** The texts that a question finds, best first. */
  find(query: string, options?: AskOptions): Promise<readonly string[]>;
}

interface IngestOptions {
  readonly collection?: string;
  readonly visibility?: Visibility;
  readonly signal?: AbortSignal;
}

type AskOptions = Partial<RetrievalRequest> & { readonly signal?: AbortSignal };

interface FixtureOptions {
  readonly dataDir?: string;
  readonly documents?: MemoryDocuments;
  readonly embedder?: Embedder;
  readonly reranker?: Reranker;
  readonly chroma?: ChromaPlace;
  readonly settings?: Partial<KnowledgeSettings>;
  readonly logger?: Logger;
}

const PRIVATE: Audience = { kind: "private" };

/** Somebody who asks. */
export function person(role: Role = "viewer", groups: readonly string[] = []): Principal {
  return { platform: "console", userId: userId("ana"), displayName: "Ana", role, groups };
}

/** Short ways to ask a retriever. */
export function askingOf(retriever: Retriever): Pick<KnowledgeFixture, "ask" | "find"> {
  const ask: KnowledgeFixture["ask"] = (query, { signal, ...request } = {}) =>
    retriever.retrieve(
      {
        query,
        language: detectLanguage(query),
        principal: person(),
        audience: PRIVATE,
        collections: null,
        top: 10,
        ...request,
      },
      { signal: signal ?? new AbortController().signal },
    );
  return {
    ask,
    async find(query, options) {
      const { passages } = await ask(query, options);
      return passages.map(({ text }) => text);
    },
  };
}

/** Opens a knowledge base that is closed after the running test; without Chroma unless told otherwise. */
export async function openKnowledge(
  options: FixtureOptions = {},
  { closesAfterTest = true }: { readonly closesAfterTest?: boolean } = {},
): Promise<KnowledgeFixture> {
  const dataDir = options.dataDir ?? temporaryFolder();
  const documents = options.documents ?? createMemoryDocuments();
  const knowledge = await createKnowledge({
    dataDir,
    reader: documents,
    embedder: options.embedder ?? null,
    reranker: options.reranker ?? null,
    chroma: options.chroma ?? { mode: "off" },
    settings: { ...knowledgeSettings(STARTER_FUSION), ...options.settings },
    logger: options.logger ?? silentLogger,
    clock: createFakeClock(),
  });
  if (closesAfterTest) onTestFinished(() => knowledge.close());
  return {
    knowledge,
    documents,
    dataDir,
    async ingest(root, { collection = "handbook", visibility = "public", signal } = {}) {
      const events: IngestEvent[] = [];
      const sources = typeof root === "string" ? [root] : root;
      const request = { sources, collection, visibility };
      const call = { signal: signal ?? new AbortController().signal };
      for await (const event of knowledge.ingest(request, call)) events.push(event);
      return events;
    },
    ...askingOf(knowledge),
  };
}
