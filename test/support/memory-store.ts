import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";

/** Keeps it in this process, with the clock of the machine. */
export function createMemoryStore(now: () => number = Date.now): KeyedMemory {
  const entries = new Map<string, { readonly json: string; readonly until: number }>();
  const read = (name: string): unknown => {
    const entry = entries.get(name);
    if (entry === undefined || entry.until <= now()) return null;
    const value: unknown = JSON.parse(entry.json);
    return value;
  };
  const write = (name: string, value: unknown, ttlMs: number): void => {
    entries.delete(name);
    entries.set(name, { json: JSON.stringify(value), until: now() + ttlMs });
  };
  return {
    get: (name) => Promise.resolve(read(name)),
    set: (name, value, ttlMs) => Promise.resolve(write(name, value, ttlMs)),
    claim(name, value, ttlMs) {
      const isFree = read(name) === null;
      if (isFree) write(name, value, ttlMs);
      return Promise.resolve(isFree);
    },
    delete: (name) => Promise.resolve(void entries.delete(name)),
    list(prefix, limit) {
      const names = [...entries.keys()].filter((name) => name.startsWith(prefix)).toReversed();
      const found = names.flatMap((name) => {
        const value = read(name);
        return value === null ? [] : [{ name, value }];
      });
      return Promise.resolve(found.slice(0, limit));
    },
    close: () => Promise.resolve(),
  };
}
