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

/** A document that was read, and what the person who ingests should know of how. */
interface ParsedText {
  readonly document: ParsedDocument;
  readonly warning: string | null;
}

/** Reads, cleans and cuts one document. Throws FrontdeskError when it cannot be read. */
export async function parseDocument(raw: RawDocument, options: ParseOptions): Promise<ParsedText> {
  const doubts: string[] = [];
  const document = await parseText(raw, options, (doubt) => doubts.push(doubt));
  const title = documentTitle(document, raw.source);
  const language = detectLanguage(`${title}\n${document.blocks.map(blockText).join("\n")}`);
  const chunks = chunkBlocks(document.blocks, { title, language, limits: options.chunks });
  return { document: { title, language, chunks }, warning: doubts[0] ?? null };
}

async function parseText(
  raw: RawDocument,
  options: ParseOptions,
  onDoubt: (doubt: string) => void,
): Promise<DocumentText> {
  switch (raw.kind) {
    case "markdown":
      return parseMarkdown(decodeClean(raw, onDoubt), parseHtmlFragment);
    case "text":
      return parsePlainText(decodeClean(raw, onDoubt));
    case "html":
      return parseHtml(decodeClean(raw, onDoubt), isWebAddress(raw.source) ? raw.source : null);
    case "pdf":
      return await parsePdf(raw.bytes, options.maxPages);
    default:
      return assertNever(raw.kind);
  }
}

function decodeClean(raw: RawDocument, onDoubt: (doubt: string) => void): string {
  const { text, doubt } = decodeText(raw.bytes, raw.charset);
  if (doubt !== null) onDoubt(doubt);
  return clean(text);
}

function blockText(block: Block): string {
  return "text" in block ? block.text : block.rows.join("\n");
}
