import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { assertNever, errorMessage } from "../../src/core/index.ts";
import type { EmbedderIdentity } from "../../src/ports/embedder.ts";
import type { KnowledgeStatus } from "../../src/ports/knowledge-base.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { DeadlinePassed } from "../deadline.ts";
import { asText, type Sql } from "../index/sql.ts";
import { createBackgroundTask } from "./background-task.ts";
import { type ChromaCollection, openChromaCollection } from "./chroma-collection.ts";
import type { ChromaAddress, ChromaEndpoint } from "./chroma-endpoint.ts";
import { createRemoteChroma } from "./chroma-remote.ts";
import { createChromaServer } from "./chroma-server.ts";
import { synchronise } from "./synchronise.ts";
import type { NeighbourStore } from "./vector-search.ts";
import type { VectorTable } from "./vector-table.ts";

/** Where Chroma runs: as a child process of ours, on a server of somebody else's, or not at all. */
export type ChromaPlace =
  | { readonly mode: "embedded" }
  | { readonly mode: "remote"; readonly url: string }
  | { readonly mode: "off" };

/** The vectors in Chroma, kept in step with SQLite in the background. */
export interface Neighbours extends NeighbourStore {
  /** Says that there are vectors to send or to delete. */
  nudge(): void;
  /** Says which model makes the vectors now. */
  useModel(identity: EmbedderIdentity): void;
  state(): {
    readonly state: KnowledgeStatus["vectors"]["state"];
    readonly reason: string | null;
  };
  /** Resolves when Chroma is up or known to be down. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Connection {
  readonly address: ChromaAddress;
  readonly collection: ChromaCollection;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** Creates the store of neighbours and starts what it needs. */
export function createNeighbours(options: {
  readonly place: Exclude<ChromaPlace, { mode: "off" }>;
  readonly dataDir: string;
  readonly table: VectorTable;
  readonly sql: Sql;
  readonly logger: Logger;
}): Neighbours {
  const { table, logger } = options;
  const prefix = `frontdesk-${installationName(options.sql)}-`;
  const closing = new AbortController();
  const task = createBackgroundTask(round);
  let identity: EmbedderIdentity | null = null;
  let connection: Connection | null = null;
  let isComplete = false;
  let trouble: string | null = null;
  /** What was found out of step in this run, and mended. */
  let mended: string | null = null;
  let retryMs = FIRST_RETRY_MS;
  let restMs = 0;
  let restsUntil = 0;
  const endpoint = openEndpoint(options, nudge);

  function nudge(): void {
    isComplete = false;
    task.nudge();
  }

  async function connect(current: EmbedderIdentity, address: ChromaAddress): Promise<Connection> {
    const name = prefix + modelName(current);
    if (connection?.address === address && connection.collection.name === name) return connection;
    connection?.collection.disconnect();
    const { model, dimensions } = current;
    const collection = await openChromaCollection(address, name, { model, dimensions });
    connection = { address, collection };
    return connection;
  }

  /** One pass; false when Chroma or the model is not there, which both say by a nudge when they are. */
  async function pass(): Promise<boolean> {
    const server = endpoint.state();
    if (server.kind !== "up" || identity === null) return false;
    const known = connection;
    const current = await connect(identity, server.address);
    const wasAstray = await synchronise({
      collection: current.collection,
      table,
      modelId: table.model(identity),
      isNewConnection: known !== current,
      signal: closing.signal,
    });
    if (wasAstray) {
      mended = "Chroma held other passages than knowledge.db and was filled anew.";
      logger.warn(
        { collection: current.collection.name },
        "Chroma was out of step and filled anew",
      );
    }
    if (known !== current) await current.collection.dropOthers(prefix);
    return true;
  }

  async function round(): Promise<void> {
    try {
      isComplete = (await pass()) && !task.isNudged();
      trouble = null;
      retryMs = FIRST_RETRY_MS;
    } catch (error) {
      if (closing.signal.aborted) return;
      fail(error);
      await delay(retryMs, undefined, { signal: closing.signal });
      retryMs = Math.min(LAST_RETRY_MS, retryMs * 2);
      task.nudge();
    }
  }

  function fail(error: unknown): void {
    if (trouble === null) logger.debug({ reason: errorMessage(error) }, "Chroma is out of step");
    trouble = errorMessage(error);
    connection?.collection.disconnect();
    connection = null;
    isComplete = false;
    endpoint.suspect();
  }

  /** Too slow for one question: the next ones do not wait for it until it has rested, and shown a sign of life. */
  function rest(): void {
    restMs = Math.min(LAST_RETRY_MS, Math.max(FIRST_RETRY_MS, restMs * 2));
    restsUntil = performance.now() + restMs;
    endpoint.suspect();
  }

  return {
    nudge,
    useModel(next) {
      if (identity?.model === next.model && identity.dimensions === next.dimensions) return;
      identity = next;
      nudge();
    },
    async nearest(vector, limit, { acceptsPartial, signal }) {
      const current = connection;
      if (current === null || endpoint.state().kind !== "up") return null;
      if (performance.now() < restsUntil) return null;
      if (!isComplete && !acceptsPartial) return null;
      const onAbort = (): void => {
        if (signal.reason instanceof DeadlinePassed) rest();
      };
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        const ids = await current.collection.nearest(vector, limit);
        restMs = 0;
        return ids;
      } catch (error) {
        if (connection === current) {
          fail(error);
          nudge();
        }
        return null;
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
    state() {
      const server = endpoint.state();
      switch (server.kind) {
        case "down":
          return { state: "unavailable", reason: server.reason };
        case "starting":
          return { state: "starting", reason: "Chroma is starting." };
        case "up":
          if (performance.now() < restsUntil) {
            return { state: "unavailable", reason: "Chroma is too slow and rests for a moment." };
          }
          if (isComplete) return { state: "ready", reason: mended };
          return { state: "starting", reason: trouble ?? "Vectors are on their way into Chroma." };
        default:
          return assertNever(server);
      }
    },
    settled: () => endpoint.settled(),
    async close() {
      closing.abort(new DOMException("knowledge is closing", "AbortError"));
      connection?.collection.disconnect();
      await endpoint.close();
      await task.close();
    },
  };
}

function openEndpoint(
  options: {
    readonly place: Exclude<ChromaPlace, { mode: "off" }>;
    readonly dataDir: string;
    readonly logger: Logger;
  },
  onChange: () => void,
): ChromaEndpoint {
  const { place, dataDir, logger } = options;
  switch (place.mode) {
    case "embedded":
      return createChromaServer({ folder: join(dataDir, "chroma"), logger, onChange });
    case "remote":
      return createRemoteChroma({ url: place.url, logger, onChange });
    default:
      return assertNever(place);
  }
}

/** Tells the collections of one installation from others on the same server. */
function installationName(sql: Sql): string {
  sql
    .prepare("INSERT INTO meta (key, value) VALUES ('installation', ?) ON CONFLICT DO NOTHING")
    .run(randomBytes(6).toString("hex"));
  return asText(sql.prepare("SELECT value FROM meta WHERE key = 'installation'").rows()[0]?.[0]);
}

/** Vectors of different models never meet: each has a collection of its own. */
function modelName({ model, dimensions }: EmbedderIdentity): string {
  const hash = createHash("sha256").update(model).digest("hex").slice(0, 12);
  return `${hash}-${dimensions}`;
}
