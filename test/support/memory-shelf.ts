import type { Visibility } from "../../src/core/index.ts";
import type { DocumentShelf } from "../../src/ports/document-shelf.ts";

/** A shelf that keeps its documents in memory. */
export interface MemoryShelf extends DocumentShelf {
  /** What lies there, by `collection/name`. */
  texts(): Readonly<Record<string, { readonly text: string; readonly visibility: Visibility }>>;
}

export function createMemoryShelf(): MemoryShelf {
  const kept = new Map<string, { readonly text: string; readonly visibility: Visibility }>();
  return {
    texts: () => Object.fromEntries(kept),
    async put({ collection, name, bytes, visibility }) {
      const key = `${collection}/${name}`;
      const status = kept.has(key) ? "updated" : "added";
      kept.set(key, { text: Buffer.from(bytes).toString(), visibility });
      return { status, source: key, title: name, chunks: 1, warning: null };
    },
    take: async ({ collection, name }) => kept.delete(`${collection}/${name}`),
  };
}
