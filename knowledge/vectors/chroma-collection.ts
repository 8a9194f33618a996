import { ChromaClient, type Collection } from "chromadb";
import { DeadlinePassed, EXPIRED, withDeadline } from "../deadline.ts";
import type { ChromaAddress } from "./chroma-endpoint.ts";

/** The vectors of one embedding model in Chroma. */
export interface ChromaCollection {
  readonly name: string;
  /** Ids nearest to the vector by cosine, nearest first. */
  nearest(vector: Float32Array, limit: number): Promise<readonly string[]>;
  upsert(entries: readonly (readonly [id: string, vector: Float32Array])[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  count(): Promise<number>;
  ids(offset: number, limit: number): Promise<readonly string[]>;
  /** Drops other collections whose name begins like this; returns their names. */
  dropOthers(prefix: string): Promise<readonly string[]>;
  /** Gives up all requests that are under way. */
  disconnect(): void;
}

const LISTED = 1_000;
/** Chroma's client waits for ever; no request of ours does. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Opens the collection on a server, making it if need be. */
export async function openChromaCollection(
  address: ChromaAddress,
  name: string,
  metadata: Readonly<Record<string, string | number>>,
): Promise<ChromaCollection> {
  const connection = new AbortController();
  const client = new ChromaClient({ ...address, fetchOptions: { signal: connection.signal } });

  async function bounded<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = await withDeadline(work, { ms: REQUEST_TIMEOUT_MS, signal: connection.signal });
    if (result === EXPIRED) throw new DeadlinePassed("Chroma does not answer");
    return result;
  }

  const collection: Collection = await bounded(() =>
    client.getOrCreateCollection({
      name,
      embeddingFunction: null,
      metadata: { ...metadata },
      configuration: {
        hnsw: { space: "cosine", ef_construction: 200, max_neighbors: 32, ef_search: 100 },
      },
    }),
  );

  return {
    name,
    async nearest(vector, limit) {
      const queryEmbeddings = [Array.from(vector)];
      const { ids } = await bounded(() =>
        collection.query({ queryEmbeddings, nResults: limit, include: [] }),
      );
      return ids[0] ?? [];
    },
    async upsert(entries) {
      const ids = entries.map(([id]) => id);
      const embeddings = entries.map(([, vector]) => Array.from(vector));
      await bounded(() => collection.upsert({ ids, embeddings }));
    },
    async remove(ids) {
      await bounded(() => collection.delete({ ids: [...ids] }));
    },
    count: () => bounded(() => collection.count()),
    async ids(offset, limit) {
      const { ids } = await bounded(() => collection.get({ offset, limit, include: [] }));
      return ids;
    },
    async dropOthers(prefix) {
      const dropped: string[] = [];
      for (const other of await bounded(() => client.listCollections({ limit: LISTED }))) {
        if (other.name === name || !other.name.startsWith(prefix)) continue;
        await bounded(() => client.deleteCollection({ name: other.name }));
        dropped.push(other.name);
      }
      return dropped;
    },
    disconnect: () => connection.abort(new DOMException("Chroma is suspect", "AbortError")),
  };
}
