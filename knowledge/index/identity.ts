import { createHash } from "node:crypto";
import { type DocumentId, documentId, type PassageId, passageId } from "../../src/core/index.ts";
import type { Chunk } from "../document.ts";

const ID_LENGTH = 32;

function hashOf(...parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex").slice(0, ID_LENGTH);
}

/** Names a document of a collection for ever. The same file in two collections is two documents. */
export function documentIdOf(collection: string, location: string): DocumentId {
  return documentId(hashOf("document", collection, location));
}

/**
 * Names the chunks of a document by what they say, so that an edit elsewhere in the document changes neither their id nor
 * their vector. Equal chunks of one document are counted.
 */
export function passageIdsOf(
  document: DocumentId,
  title: string,
  chunks: readonly Chunk[],
): readonly PassageId[] {
  const seen = new Map<string, number>();
  return chunks.map((chunk) => {
    const content = hashOf("passage", document, title, chunk.section, chunk.text);
    const occurrence = seen.get(content) ?? 0;
    seen.set(content, occurrence + 1);
    return passageId(occurrence === 0 ? content : hashOf(content, String(occurrence)));
  });
}
