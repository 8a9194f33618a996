import type { Embedder } from "../../src/ports/embedder.ts";
import { DeadlinePassed, EXPIRED, withDeadline } from "../deadline.ts";
import type { VectorTable } from "./vector-table.ts";

/** A store of vectors that finds the nearest ones quickly: Chroma. */
export interface NeighbourStore {
  /**
   * Ids of the passages nearest to a vector; null when it cannot be asked now, or does not hold all vectors yet and the
   * caller knows better than to accept a part. Does not reject; gives up on abort.
   */
  nearest(
    vector: Float32Array,
    limit: number,
    call: { readonly acceptsPartial: boolean; readonly signal: AbortSignal },
  ): Promise<readonly string[] | null>;
}

/** What the vector side found. */
interface VectorHits {
  readonly queryVector: Float32Array;
  readonly modelId: number;
  /** Rows of chunks that may be read, nearest first. */
  readonly rows: readonly number[];
}

/** The vector side of a retrieval, with the time it took; `hits` is null when it could not be used. */
export interface VectorAnswer {
  readonly hits: VectorHits | null;
  readonly embedMs: number;
  readonly vectorMs: number;
}

/** Who let a question down: the model while it loads, the model at work, or the store of neighbours. */
type VectorPart = "loading" | "embedding" | "neighbours";

/** Why a part of the vector side was given up for one question. */
export interface VectorFailure {
  readonly part: VectorPart;
  readonly error: unknown;
}

/** Finds chunks by what they mean. */
export interface VectorSearch {
  /** Never rejects but on abort: without an answer in time the question is answered by words alone. */
  search(
    text: string,
    call: {
      readonly scopes: ReadonlySet<number> | null;
      readonly limit: number;
      readonly signal: AbortSignal;
    },
  ): Promise<VectorAnswer>;
}

/** With fewer neighbours left than this, after some had to be dropped, the readable vectors are compared one by one. */
const TOO_FEW = 30;

interface Attempt {
  readonly part: VectorPart;
  readonly ms: number;
  readonly signal: AbortSignal;
}

/** Creates the search over the store of neighbours and, where that fails, over the vectors in SQLite. */
export function createVectorSearch(options: {
  readonly embedder: Embedder;
  readonly table: VectorTable;
  readonly neighbours: NeighbourStore | null;
  /** For a model that is not there yet, and for Chroma, without which the vectors are compared here. */
  readonly deadlineMs: number;
  /** For a model that is there and works on the question: nothing stands in for it. */
  readonly embedDeadlineMs: number;
  readonly exactScanLimit: number;
  readonly onFailure: (failure: VectorFailure) => void;
}): VectorSearch {
  const { embedder, table, neighbours, deadlineMs, embedDeadlineMs, exactScanLimit } = options;
  const { onFailure } = options;

  async function attempt<Result>(
    work: (signal: AbortSignal) => Promise<Result>,
    { part, ms, signal }: Attempt,
  ): Promise<Result | null> {
    try {
      const result = await withDeadline(work, { ms, signal });
      if (result !== EXPIRED) return result;
      onFailure({ part, error: new DeadlinePassed(`no answer within ${ms} ms`) });
    } catch (error) {
      signal.throwIfAborted();
      onFailure({ part, error });
    }
    return null;
  }

  async function embedQuery(text: string, signal: AbortSignal) {
    const identity = await attempt((inner) => embedder.identity({ signal: inner }), {
      part: "loading",
      ms: deadlineMs,
      signal,
    });
    if (identity === null) return null;
    const modelId = table.model(identity);
    const known = table.count(modelId);
    if (known === 0) return null;
    const vectors = await attempt(
      (inner) => embedder.embed([text], { purpose: "query", signal: inner }),
      { part: "embedding", ms: embedDeadlineMs, signal },
    );
    const queryVector = vectors?.[0];
    return queryVector === undefined ? null : { queryVector, modelId, known };
  }

  return {
    async search(text, { scopes, limit, signal }) {
      const start = performance.now();
      const query = await embedQuery(text, signal);
      const embedMs = performance.now() - start;
      if (query === null) return { hits: null, embedMs, vectorMs: 0 };

      const readable = scopes === null ? query.known : table.countReadable(scopes);
      const canScan = readable <= exactScanLimit;
      // Where so little can be read that too few of the neighbours would be, they are not asked for.
      const isRare = canScan && readable * limit < query.known * TOO_FEW;
      const ids =
        neighbours === null || (scopes !== null && isRare)
          ? null
          : await attempt(
              (inner) =>
                neighbours.nearest(query.queryVector, limit, {
                  acceptsPartial: !canScan,
                  signal: inner,
                }),
              { part: "neighbours", ms: deadlineMs, signal },
            );
      const found = ids === null ? null : table.rowsOf(ids, scopes);
      const isEnough =
        found !== null && (found.length >= TOO_FEW || found.length === (ids ?? []).length);
      const rows =
        isEnough || !canScan
          ? found
          : table.scan(query.modelId, query.queryVector, { scopes, limit });
      return {
        hits:
          rows === null ? null : { queryVector: query.queryVector, modelId: query.modelId, rows },
        embedMs,
        vectorMs: performance.now() - start - embedMs,
      };
    },
  };
}
