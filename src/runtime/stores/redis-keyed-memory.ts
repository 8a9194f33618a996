import { z } from "zod";
import { FrontdeskError } from "../../core/index.ts";
import type { KeyedMemory } from "../../ports/keyed-memory.ts";
import type { RedisConnection } from "./redis-connection.ts";
import { integer, textOrNull } from "./redis-replies.ts";
import type { ScriptName } from "./redis-scripts/index.ts";

/** Of one prefix so many names are looked at for the newest ones. */
const MAX_NAMES = 5_000;

const foundSchema = z.array(z.tuple([z.string(), z.string(), z.number()]));

/** Keeps small things in Redis, for all processes together. All of it lies in one Cluster slot. */
export function createRedisKeyedMemory(options: {
  readonly connection: RedisConnection;
}): KeyedMemory {
  const { connection } = options;
  let isClosed = false;
  const run = async (
    script: ScriptName,
    parameters: readonly (string | number)[],
    what: string,
  ): Promise<unknown> => {
    if (isClosed) throw new FrontdeskError("store_unavailable", "The keyed memory was closed.");
    return await connection.runAt("memory", script, parameters, what);
  };
  const write = (
    script: "fdMemorySet" | "fdMemoryClaim",
    name: string,
    value: unknown,
    ttlMs: number,
  ): Promise<unknown> => {
    const parameters = [name, JSON.stringify(value), Math.max(1, Math.ceil(ttlMs))];
    return run(script, parameters, "remember something");
  };

  return {
    get: async (name) => {
      const text = textOrNull(await run("fdMemoryGet", [name], "look something up"));
      const value: unknown = text === null ? null : JSON.parse(text);
      return value;
    },
    set: async (name, value, ttlMs) => {
      await write("fdMemorySet", name, value, ttlMs);
    },
    claim: async (name, value, ttlMs) =>
      integer(await write("fdMemoryClaim", name, value, ttlMs)) === 1,
    delete: async (name) => {
      await run("fdMemoryDelete", [name], "forget something");
    },
    list: async (prefix, limit) => {
      // Names are compared byte by byte, and no UTF-8 text begins with the byte behind the last one.
      const parameters = [`[${prefix}`, `(${prefix}\u{10ffff}`, MAX_NAMES];
      const found = foundSchema.parse(await run("fdMemoryList", parameters, "list what is known"));
      return found
        .toSorted(([, , a], [, , b]) => b - a)
        .slice(0, limit)
        .map(([name, value]): { name: string; value: unknown } => ({
          name,
          value: JSON.parse(value),
        }));
    },
    close: async () => {
      isClosed = true;
    },
  };
}
