import type { z } from "zod";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";

/**
 * What Slack does not keep for us and every process must know: how far a channel was read, which threads were left, answers
 * that can still be shared. Values are of unknown shape until a schema has read them.
 */
export interface SlackMemory {
  /** Null when there is nothing under this name, or it is too old, or not of this shape. */
  get<Value>(name: string, schema: z.ZodType<Value>): Promise<Value | null>;
  /** @param ttlMs forgotten after this time */
  set(name: string, value: unknown, ttlMs: number): Promise<void>;
  /** True for the first of all processes that asks. @param ttlMs forgotten after this time */
  claim(name: string, ttlMs: number): Promise<boolean>;
  delete(name: string): Promise<void>;
  /** Names that begin so, with their values; newest first. */
  list<Value>(
    prefix: string,
    schema: z.ZodType<Value>,
    limit: number,
  ): Promise<readonly { readonly name: string; readonly value: Value }[]>;
}

/** Slack's part of the installation's memory. */
const PREFIX = "slack:";

export function createSlackMemory(memory: KeyedMemory): SlackMemory {
  return {
    async get(name, schema) {
      const value = await memory.get(PREFIX + name);
      if (value === null) return null;
      const parsed = schema.safeParse(value);
      return parsed.success ? parsed.data : null;
    },
    set: (name, value, ttlMs) => memory.set(PREFIX + name, value, ttlMs),
    claim: (name, ttlMs) => memory.claim(PREFIX + name, true, ttlMs),
    delete: (name) => memory.delete(PREFIX + name),
    async list(prefix, schema, limit) {
      const found = await memory.list(PREFIX + prefix, limit);
      return found.flatMap(({ name, value }) => {
        const parsed = schema.safeParse(value);
        return parsed.success ? [{ name: name.slice(PREFIX.length), value: parsed.data }] : [];
      });
    },
  };
}
