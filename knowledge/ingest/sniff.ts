import { extname } from "node:path";
import { fileTypeFromBuffer } from "file-type";
import { utf16WithoutMark } from "./charset.ts";
import { isWebAddress } from "./web-address.ts";

/** The formats that can be read. */
export type DocumentKind = "markdown" | "html" | "text" | "pdf";

/** What a file turned out to be. */
export type Sniffed =
  | { readonly kind: DocumentKind }
  | { readonly kind: "empty" }
  | {
      readonly kind: "unsupported";
      /** For a person: "PNG (image/png)", "a .csv file". */
      readonly looksLike: string;
    };

/** What is known about a document besides its bytes. */
export interface SniffHints {
  /** Extension in small letters without the dot; empty when there is none. */
  readonly extension: string;
  /** Media type as its server named it, without parameters; null for files. */
  readonly mediaType: string | null;
}

const KIND_BY_EXTENSION: Readonly<Record<string, DocumentKind>> = {
  md: "markdown",
  markdown: "markdown",
  mdown: "markdown",
  mkd: "markdown",
  mdx: "markdown",
  html: "html",
  htm: "html",
  xhtml: "html",
  txt: "text",
  text: "text",
  rst: "text",
  adoc: "text",
  asciidoc: "text",
  org: "text",
  pdf: "pdf",
};

const KIND_BY_MEDIA_TYPE: Readonly<Record<string, DocumentKind>> = {
  "text/markdown": "markdown",
  "text/x-markdown": "markdown",
  "text/html": "html",
  "application/xhtml+xml": "html",
  "text/plain": "text",
  "application/pdf": "pdf",
};

/** For messages: what can be read today. */
export const SUPPORTED_FORMATS =
  "Markdown (.md), HTML (.html), plain text (.txt, .rst, .adoc, .org) and PDF (.pdf)";

/** Whether a file with this extension (small letters, no dot) is worth opening; one without any may be text. */
export function isReadableExtension(extension: string): boolean {
  return extension === "" || Object.hasOwn(KIND_BY_EXTENSION, extension);
}

/** The extension of a path or of an address, in small letters without the dot. */
export function extensionOf(source: string): string {
  const path = isWebAddress(source) ? new URL(source).pathname : source;
  return extname(path).slice(1).toLowerCase();
}

/** What to tell about a file that is none of {@link SUPPORTED_FORMATS}. */
export function unsupportedReason(looksLike: string): string {
  return `looks like ${looksLike}; supported are ${SUPPORTED_FORMATS}`;
}

const SAMPLE_BYTES = 65_536;

/**
 * Tells what a document is from its content first and its name second, so that a picture called `.md` is not taken for
 * a text and a web page called `.txt` is read as one.
 */
export async function sniffDocument(bytes: Uint8Array, hints: SniffHints): Promise<Sniffed> {
  if (bytes.length === 0) return { kind: "empty" };
  const sample = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SAMPLE_BYTES));
  if (sample.subarray(0, 1024).includes("%PDF-")) return { kind: "pdf" };
  if (!isText(sample)) return await sniffBinary(bytes, hints);
  const named = KIND_BY_EXTENSION[hints.extension] ?? KIND_BY_MEDIA_TYPE[hints.mediaType ?? ""];
  if (startsLikeHtml(sample)) return { kind: "html" };
  if (named === "pdf") return { kind: "pdf" };
  if (named !== undefined) return { kind: named };
  if (hints.extension === "" && hints.mediaType === null) return { kind: "text" };
  const name = hints.extension === "" ? hints.mediaType : `.${hints.extension}`;
  return { kind: "unsupported", looksLike: `a ${name} file` };
}

async function sniffBinary(bytes: Uint8Array, hints: SniffHints): Promise<Sniffed> {
  if (KIND_BY_EXTENSION[hints.extension] === "pdf") return { kind: "pdf" };
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (found === undefined) return { kind: "unsupported", looksLike: "binary data" };
  // The container of old Office files, of mails saved by Outlook, and of new Office files with a password.
  if (found.ext === "cfb")
    return { kind: "unsupported", looksLike: "an old or encrypted Office file" };
  return { kind: "unsupported", looksLike: `${found.ext.toUpperCase()} (${found.mime})` };
}

/** Text in some encoding: UTF-16, or hardly any control bytes. */
function isText(sample: Buffer): boolean {
  if (hasUtf16Mark(sample) || utf16WithoutMark(sample) !== null) return true;
  let controls = 0;
  for (const byte of sample) {
    if (byte === 0) return false;
    if (byte < 9 || (byte > 13 && byte < 32 && byte !== 27) || byte === 127) controls += 1;
  }
  return controls * 100 <= sample.length;
}

function hasUtf16Mark(sample: Buffer): boolean {
  const [first, second] = sample;
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
}

function startsLikeHtml(sample: Buffer): boolean {
  const start = sample.subarray(0, 2048).toString("latin1").replaceAll("\0", "");
  return /^[^\p{L}<]{0,8}(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:!doctype\s+html|html[\s>])/iu.test(
    start,
  );
}
