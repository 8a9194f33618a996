import { assertNever, detectLanguage } from "../../../src/core/index.ts";
import type { ParsedDocument } from "../../document.ts";
import type { Block, DocumentText } from "../blocks.ts";
import { decodeText } from "../charset.ts";
import { type ChunkLimits, chunkBlocks } from "../chunk/chunk.ts";
import { clean } from "../clean.ts";
import { parsePdf } from "../pdf/parse-pdf.ts";
import type { DocumentKind } from "../sniff.ts";
import { documentTitle } from "../title.ts";
import { isWebAddress } from "../web-address.ts";
import { parseHtml, parseHtmlFragment } from "./html.ts";
import { parseMarkdown } from "./markdown.ts";
import { parsePlainText } from "./plain-text.ts";

/** A document as bytes, with what is known about it. */
export interface RawDocument {
  readonly kind: DocumentKind;
  readonly bytes: Uint8Array;
  /** Path or URL, for the title of last resort and to complete links. */
  readonly source: string;
  /** Encoding declared by a server. */
  readonly charset: string | null;
}

/** How a document is read. */
export interface ParseOptions {
  readonly chunks: ChunkLimits;
  /** Pages that a PDF may have. */
  readonly maxPages: number;
}

/** Reads, cleans and cuts one document. Throws FrontdeskError when it cannot be read. */
export async function parseDocument(
  raw: RawDocument,
  options: ParseOptions,
): Promise<ParsedDocument> {
  const document = await parseText(raw, options);
  const title = documentTitle(document, raw.source);
  const language = detectLanguage(`${title}\n${document.blocks.map(blockText).join("\n")}`);
  const chunks = chunkBlocks(document.blocks, { title, language, limits: options.chunks });
  return { title, language, chunks };
}

async function parseText(raw: RawDocument, options: ParseOptions): Promise<DocumentText> {
  switch (raw.kind) {
    case "markdown":
      return parseMarkdown(decodeClean(raw), parseHtmlFragment);
    case "text":
      return parsePlainText(decodeClean(raw));
    case "html":
      return parseHtml(decodeClean(raw), isWebAddress(raw.source) ? raw.source : null);
    case "pdf":
      return await parsePdf(raw.bytes, options.maxPages);
    default:
      return assertNever(raw.kind);
  }
}

function decodeClean(raw: RawDocument): string {
  return clean(decodeText(raw.bytes, raw.charset).text);
}

function blockText(block: Block): string {
  return "text" in block ? block.text : block.rows.join("\n");
}
