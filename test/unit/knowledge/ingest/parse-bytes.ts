import type { CleaningPlan, ParsedDocument } from "../../../../knowledge/document.ts";
import { CHUNK_LIMITS } from "../../../../knowledge/ingest/chunk/chunk.ts";
import { extensionOf } from "../../../../knowledge/ingest/formats.ts";
import { parseDocument } from "../../../../knowledge/ingest/parse/parse-document.ts";
import { sniffDocument } from "../../../../knowledge/ingest/sniff.ts";

/** Reads a document as the parser process does. @throws what reading throws; an error for what is no document */
export async function parseWithWarning(
  name: string,
  content: Uint8Array | string,
  cleaning: CleaningPlan = { clean: [], redact: [] },
): Promise<{ readonly document: ParsedDocument; readonly warning: string | null }> {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  const sniffed = await sniffDocument(bytes, { extension: extensionOf(name), mediaType: null });
  if (sniffed.kind === "empty" || sniffed.kind === "unsupported") {
    throw new Error(`no document: ${JSON.stringify(sniffed)}`);
  }
  return await parseDocument(
    { kind: sniffed.kind, bytes, source: `/documents/${name}`, charset: null },
    { chunks: CHUNK_LIMITS, maxPages: 100, language: null, cleaning },
  );
}

/** The document alone. */
export async function parseBytes(
  name: string,
  content: Uint8Array | string,
): Promise<ParsedDocument> {
  return (await parseWithWarning(name, content)).document;
}
