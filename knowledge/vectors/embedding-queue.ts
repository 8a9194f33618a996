import { setTimeout as delay } from "node:timers/promises";
import { errorMessage, isFrontdeskError } from "../../src/core/index.ts";
import type { Embedder, EmbedderIdentity } from "../../src/ports/embedder.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { createChangeSignal } from "../index/change-signal.ts";
import { createBackgroundTask } from "./background-task.ts";
import type { UnembeddedChunk, VectorTable } from "./vector-table.ts";

/** How far the vectors are. */
interface EmbeddingProgress {
  /** Whether there is something left to do and nothing in the way. */
  readonly state: "idle" | "working" | "failing";
  readonly model: EmbedderIdentity | null;
  /** Chunks that have a vector of the current model. */
  readonly embedded: number;
  /** Why it stands still. */
  readonly failure: string | null;
}

/**
 * Gives every chunk its vector, in the background and in bounded batches. What is to be done stands in the tables alone, so
 * a killed process goes on where it was, and another embedding model begins anew by itself.
 */
export interface EmbeddingQueue {
  /** Says that there may be new chunks. */
  nudge(): void;
  progress(): EmbeddingProgress;
  /** Resolves when the progress has changed. */
  changed(call: { readonly signal: AbortSignal }): Promise<void>;
  /** Waits for the batch that is under way to stop. */
  close(): Promise<void>;
}

type EmbeddedChunk = readonly [chunkId: number, vector: Float32Array];

const BATCH = 32;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 60_000;

/** Creates the queue; nothing happens before the first nudge. */
export function createEmbeddingQueue(options: {
  readonly embedder: Embedder;
  readonly table: VectorTable;
  readonly logger: Logger;
  /** Called after each batch, so that the vectors are taken on into Chroma. */
  readonly onEmbedded: () => void;
  /** Called when it is known which model makes the vectors. */
  readonly onModel: (identity: EmbedderIdentity) => void;
}): EmbeddingQueue {
  const { embedder, table, logger, onEmbedded, onModel } = options;
  const closing = new AbortController();
  const changes = createChangeSignal();
  let identity: EmbedderIdentity | null = null;
  let state: EmbeddingProgress["state"] = "idle";
  let failure: string | null = null;
  let retryMs = FIRST_RETRY_MS;

  function become(next: EmbeddingProgress["state"], reason: string | null): void {
    state = next;
    failure = reason;
    changes.notify();
  }

  async function embedBatch(
    batch: readonly UnembeddedChunk[],
    signal: AbortSignal,
  ): Promise<readonly EmbeddedChunk[]> {
    try {
      const texts = batch.map(({ text }) => text);
      const vectors = await embedder.embed(texts, { purpose: "passage", signal });
      return batch.flatMap(({ chunkId }, index) => {
        const vector = vectors[index];
        return vector === undefined ? [] : [[chunkId, vector] as const];
      });
    } catch (error) {
      if (!isFrontdeskError(error, "request_poisonous")) throw error;
      const [first] = batch;
      if (batch.length > 1) {
        // One text crashes the model: find it, so that the others get their vectors.
        const middle = Math.ceil(batch.length / 2);
        const left = await embedBatch(batch.slice(0, middle), signal);
        return [...left, ...(await embedBatch(batch.slice(middle), signal))];
      }
      logger.warn(
        { chunkId: first?.chunkId },
        "a chunk cannot be embedded and is found by words only",
      );
      return [];
    }
  }

  async function embedAll(signal: AbortSignal): Promise<void> {
    const current = await embedder.identity({ signal });
    identity = current;
    onModel(current);
    const modelId = table.model(current);
    let after = 0;
    for (;;) {
      const batch = table.unembedded(modelId, after, BATCH);
      const last = batch.at(-1);
      if (last === undefined) return;
      table.put(modelId, await embedBatch(batch, signal));
      after = last.chunkId;
      changes.notify();
      onEmbedded();
    }
  }

  async function round(): Promise<void> {
    become("working", null);
    try {
      await embedAll(closing.signal);
      retryMs = FIRST_RETRY_MS;
      if (!task.isNudged()) become("idle", null);
    } catch (error) {
      if (closing.signal.aborted) return;
      if (retryMs === FIRST_RETRY_MS) {
        logger.warn({ reason: errorMessage(error) }, "chunks wait for the embedding model");
      }
      become("failing", errorMessage(error));
      await delay(retryMs * (0.75 + Math.random() / 2), undefined, { signal: closing.signal });
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
      task.nudge();
    }
  }

  const task = createBackgroundTask(round);
  return {
    nudge: task.nudge,
    progress: () => ({
      state,
      model: identity,
      embedded: identity === null ? 0 : table.count(table.model(identity)),
      failure,
    }),
    changed: (call) => changes.next(call),
    async close() {
      closing.abort(new DOMException("knowledge is closing", "AbortError"));
      await task.close();
    },
  };
}
