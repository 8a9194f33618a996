import { assertNever, detectLanguage, type Language } from "../../../src/core/index.ts";
import type { CleaningPlan, ParsedDocument } from "../../document.ts";
import type { Block, DocumentText } from "../blocks.ts";
import { decodeText } from "../charset.ts";
import { type ChunkLimits, chunkBlocks } from "../chunk/chunk.ts";
import { clean } from "../clean.ts";
import { cleanDocument } from "../cleaning/clean-blocks.ts";
import { redact } from "../cleaning/redact.ts";
import { documentTitle, titleFromSource } from "../title.ts";
import { isWebAddress } from "../web/web-address.ts";
import { parseHtml, parseHtmlFragment } from "./html.ts";
import { parseMarkdown } from "./markdown.ts";
import { parsePlainText } from "./plain-text.ts";
import type { RawDocument, TextCall } from "./raw-document.ts";

/** How a document is read. */
export interface ParseOptions {
  readonly chunks: ChunkLimits;
  /** Pages that a PDF may have. */
  readonly maxPages: number;
  /** Language of the document where it is known. */
  readonly language: Language | null;
  /** What the source asks for beyond what is always done. */
  readonly cleaning: CleaningPlan;
}

/** A document that was read, and what the person who ingests should know of how. */
interface ParsedText {
  readonly document: ParsedDocument;
  readonly warning: string | null;
}

const MAX_DOUBTS = 3;

/** Reads, cleans and cuts one document. Throws FrontdeskError when it cannot be read. */
export async function parseDocument(raw: RawDocument, options: ParseOptions): Promise<ParsedText> {
  const doubts: string[] = [];
  const text = await parseText(raw, {
    maxPages: options.maxPages,
    onDoubt: (doubt) => doubts.push(doubt),
    depth: 0,
  });
  const document = cleanDocument(text, options.cleaning);
  const title = redact(documentTitle(document, raw.source), options.cleaning.redact);
  const language =
    options.language ?? detectLanguage(`${title}\n${document.blocks.map(blockText).join("\n")}`);
  const chunks = chunkBlocks(document.blocks, { title, language, limits: options.chunks });
  return {
    document: { title, language, chunks },
    warning: doubts.length === 0 ? null : doubts.slice(0, MAX_DOUBTS).join("; it "),
  };
}

/** Reads one document into blocks; the libraries of a format are loaded with its first document. */
async function parseText(raw: RawDocument, call: TextCall): Promise<DocumentText> {
  switch (raw.kind) {
    case "markdown":
      return parseMarkdown(decodeClean(raw, call), parseHtmlFragment);
    case "text":
      return parsePlainText(decodeClean(raw, call));
    case "html":
      return parseHtml(decodeClean(raw, call), isWebAddress(raw.source) ? raw.source : null);
    case "pdf": {
      const { parsePdf } = await import("../pdf/parse-pdf.ts");
      return await parsePdf(raw.bytes, call.maxPages);
    }
    case "docx": {
      const { parseDocx } = await import("../office/parse-docx.ts");
      return await parseDocx(raw.bytes);
    }
    case "pptx":
    case "odp":
    case "odt":
    case "rtf": {
      const { parseOffice } = await import("../office/parse-office.ts");
      return await parseOffice(raw.bytes, raw.kind);
    }
    case "workbook": {
      const { parseWorkbook } = await import("../office/parse-workbook.ts");
      return named(await parseWorkbook(raw.bytes), raw);
    }
    case "csv": {
      const { parseCsv } = await import("../office/parse-csv.ts");
      return named(parseCsv(decodeClean(raw, call)), raw);
    }
    case "faq": {
      const { parseFaq } = await import("../faq/parse-faq.ts");
      return named(parseFaq(decodeClean(raw, call)), raw);
    }
    case "epub": {
      const { parseEpub } = await import("../epub/parse-epub.ts");
      return await parseEpub(raw.bytes);
    }
    case "mail":
    case "outlook": {
      const { parseMail } = await import("../mail/parse-mail.ts");
      return await parseMail(raw, call, parseText);
    }
    default:
      return assertNever(raw.kind);
  }
}

/** Headings of lists and sheets name parts, never the whole. */
function named(text: DocumentText, raw: RawDocument): DocumentText {
  return { ...text, title: text.title ?? titleFromSource(raw.source) };
}

function decodeClean(raw: RawDocument, call: TextCall): string {
  const { text, doubt } = decodeText(raw.bytes, raw.charset);
  if (doubt !== null) call.onDoubt(doubt);
  return clean(text);
}

function blockText(block: Block): string {
  return "text" in block ? block.text : block.rows.join("\n");
}
