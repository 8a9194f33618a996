import type { z } from "zod";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";

/** A platform's part of the installation's memory: values are of unknown shape until a schema has read them. */
export interface Remembered {
  /** Null when there is nothing under this name, or it is too old, or not of this shape. */
  get<Value>(name: string, schema: z.ZodType<Value>): Promise<Value | null>;
  /** @param ttlMs forgotten after this time */
  set(name: string, value: unknown, ttlMs: number): Promise<void>;
  /**
   * True for the first of all processes that asks.
   * @param ttlMs forgotten after this time
   * @param value what stands there then, default `true`
   */
  claim(name: string, ttlMs: number, value?: unknown): Promise<boolean>;
  delete(name: string): Promise<void>;
  /** Names that begin so, with their values; newest first. */
  list<Value>(
    prefix: string,
    schema: z.ZodType<Value>,
    limit: number,
  ): Promise<readonly { readonly name: string; readonly value: Value }[]>;
}

/** @param prefix the platform's own, so that two of them never meet: `discord:` */
export function createRemembered(memory: KeyedMemory, prefix: string): Remembered {
  return {
    async get(name, schema) {
      const parsed = schema.safeParse(await memory.get(prefix + name));
      return parsed.success ? parsed.data : null;
    },
    set: (name, value, ttlMs) => memory.set(prefix + name, value, ttlMs),
    claim: (name, ttlMs, value = true) => memory.claim(prefix + name, value, ttlMs),
    delete: (name) => memory.delete(prefix + name),
    async list(begin, schema, limit) {
      const found = await memory.list(prefix + begin, limit);
      return found.flatMap(({ name, value }) => {
        const parsed = schema.safeParse(value);
        return parsed.success ? [{ name: name.slice(prefix.length), value: parsed.data }] : [];
      });
    },
  };
}
