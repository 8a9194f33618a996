import { FrontdeskError } from "../src/core/index.ts";
import type { Clock } from "../src/ports/clock.ts";
import type {
  IngestEvent,
  IngestSummary,
  KnowledgeBase,
  KnowledgeStatus,
} from "../src/ports/knowledge-base.ts";
import type { CleaningPlan, DocumentReader } from "./document.ts";
import type { Catalog } from "./index/catalog.ts";
import type { DocumentWriter } from "./index/document-writer.ts";
import { ingestText, listSources, type Tally } from "./index/ingest.ts";
import type { SerialGate } from "./index/serial.ts";
import type { EmbeddingQueue } from "./vectors/embedding-queue.ts";

/** How the store of neighbours is, for the operator. */
interface NeighbourState {
  readonly state: KnowledgeStatus["vectors"]["state"];
  readonly reason: string | null;
}

/** What filling and looking after works with. */
export interface KnowledgeBaseParts {
  readonly reader: DocumentReader;
  readonly catalog: Catalog;
  readonly writer: DocumentWriter;
  readonly gate: SerialGate;
  readonly clock: Clock;
  /** What holds for sources of which nothing was said. */
  readonly cleaning: CleaningPlan;
  /** Null without an embedding model. */
  readonly queue: EmbeddingQueue | null;
  readonly neighbourState: () => NeighbourState;
  /** Drops all vectors, so that the queue computes them anew. */
  readonly forgetVectors: () => void;
  /** Says that passages are gone, so that their vectors go as well. */
  readonly onRemoved: () => void;
}

/** Creates the filling half of the knowledge base. */
export function createKnowledgeBase(parts: KnowledgeBaseParts): KnowledgeBase {
  const { catalog, writer, gate, clock, queue } = parts;

  return {
    async *ingest(request, { signal }) {
      const start = clock.now();
      const leave = await gate.enter({ signal });
      let tally: Tally;
      try {
        const listed = await listSources(parts, request, signal);
        const onText = (): void => queue?.nudge();
        tally = yield* ingestText({ ...parts, onText }, request, listed, signal);
      } finally {
        leave();
        parts.onRemoved();
      }
      if (queue !== null) yield* followEmbedding(queue, catalog, signal);
      yield { type: "finished", summary: tally.summary(clock.now() - start) };
    },

    async *rebuild({ signal }) {
      if (queue === null) {
        throw new FrontdeskError(
          "unsupported",
          "No embedding model is configured, so there are no vectors to compute; search goes by words.",
        );
      }
      const start = clock.now();
      const leave = await gate.enter({ signal });
      try {
        parts.forgetVectors();
      } finally {
        leave();
      }
      yield* followEmbedding(queue, catalog, signal);
      const { documents, chunks } = catalog.totals();
      yield { type: "finished", summary: rebuiltSummary(documents, chunks, clock.now() - start) };
    },

    sources: () => Promise.resolve(catalog.summaries()),

    async remove(target) {
      const leave = await gate.enter({ signal: new AbortController().signal });
      try {
        const { documents, sources } = catalog.targets(target);
        for (const document of documents) writer.remove(document);
        for (const source of sources) catalog.forgetSource(source);
        return documents.length;
      } finally {
        leave();
        parts.onRemoved();
      }
    },

    status: () => Promise.resolve(readStatus(parts)),
  };
}

function rebuiltSummary(documents: number, chunks: number, durationMs: number): IngestSummary {
  const none = { added: 0, updated: 0, removed: 0, skipped: 0, failed: 0 };
  return { ...none, unchanged: documents, chunks, durationMs };
}

/** Tells how the vectors follow the text, until they are all there or stand still. */
async function* followEmbedding(
  queue: EmbeddingQueue,
  catalog: Catalog,
  signal: AbortSignal,
): AsyncGenerator<IngestEvent> {
  queue.nudge();
  let told = -1;
  for (;;) {
    signal.throwIfAborted();
    const { state, embedded, failure } = queue.progress();
    if (embedded !== told) {
      told = embedded;
      yield { type: "embedded", chunks: embedded, of: catalog.totals().chunks };
    }
    if (state === "failing") {
      yield {
        type: "warning",
        code: "vectors_unavailable",
        message: `The embedding model cannot be used (${failure ?? "unknown reason"}). Search goes by words; the vectors follow by themselves as soon as it can.`,
      };
    }
    // The consumer took its time: what has changed meanwhile must be told, not slept over.
    const now = queue.progress();
    if (now.embedded !== embedded) continue;
    if (now.state !== "working") return;
    await queue.changed({ signal });
  }
}

function readStatus({ catalog, queue, neighbourState }: KnowledgeBaseParts): KnowledgeStatus {
  const totals = catalog.totals();
  if (queue === null) {
    const reason = "No embedding model is configured; search goes by words.";
    return { ...totals, vectors: { state: "off", embedded: 0, model: null, reason } };
  }
  const { embedded, model, state, failure } = queue.progress();
  const neighbours = neighbourState();
  return {
    ...totals,
    vectors: {
      ...(state === "failing"
        ? {
            state: "unavailable" as const,
            reason: `The embedding model cannot be used: ${failure}`,
          }
        : neighbours),
      embedded,
      model: model?.model ?? null,
    },
  };
}
