import { fileTypeFromBuffer } from "file-type";
import { utf16WithoutMark } from "./charset.ts";
import { encrypted } from "./faults.ts";
import { type DocumentKind, kindOfExtension, kindOfMediaType } from "./formats.ts";
import { compoundContent } from "./office/compound-file.ts";

/** What a file turned out to be. */
export type Sniffed =
  | { readonly kind: DocumentKind }
  | { readonly kind: "empty" }
  | {
      readonly kind: "unsupported";
      /** For a person: "PNG (image/png)", "a .doc file". */
      readonly looksLike: string;
    };

/** What is known about a document besides its bytes. */
export interface SniffHints {
  /** Extension in small letters without the dot; empty when there is none. */
  readonly extension: string;
  /** Media type as its server named it, without parameters; null for files. */
  readonly mediaType: string | null;
}

const SAMPLE_BYTES = 65_536;

/**
 * Tells what a document is from its content first and its name second, so that a picture called `.md` is not taken for
 * a text and a web page called `.txt` is read as one.
 * @throws FrontdeskError `document_encrypted` for an Office file with a password
 */
export async function sniffDocument(bytes: Uint8Array, hints: SniffHints): Promise<Sniffed> {
  if (bytes.length === 0) return { kind: "empty" };
  const sample = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SAMPLE_BYTES));
  if (sample.subarray(0, 1024).includes("%PDF-")) return { kind: "pdf" };
  const named = kindOfExtension(hints.extension) ?? kindOfMediaType(hints.mediaType ?? "");
  if (!isText(sample)) return await sniffBinary(bytes, named);
  if (startsLikeHtml(sample)) return { kind: "html" };
  if (sample.subarray(0, 5).toString("latin1") === "{\\rtf") return { kind: "rtf" };
  if (named !== null) return { kind: named };
  if (hints.extension === "" && hints.mediaType === null) return { kind: "text" };
  const name = hints.extension === "" ? hints.mediaType : `.${hints.extension}`;
  return { kind: "unsupported", looksLike: `a ${name} file` };
}

/** Formats that damaged bytes are still given the chance to be; for the others, bytes that are no text are none of it. */
const BELIEVED_BY_NAME: ReadonlySet<DocumentKind> = new Set([
  "pdf",
  "docx",
  "pptx",
  "workbook",
  "odt",
  "odp",
  "epub",
  "mail",
  "outlook",
]);

async function sniffBinary(bytes: Uint8Array, named: DocumentKind | null): Promise<Sniffed> {
  const found = await fileTypeFromBuffer(bytes).catch(() => undefined);
  if (found?.ext === "cfb") return await sniffCompound(bytes);
  const kind = kindOfExtension(found?.ext ?? "");
  if (kind !== null) return { kind };
  // What a damaged archive holds cannot be told: its reader says what is wrong with it.
  const isUnknown = found === undefined || found.ext === "zip";
  if (isUnknown && named !== null && BELIEVED_BY_NAME.has(named)) return { kind: named };
  if (found === undefined) return { kind: "unsupported", looksLike: "binary data" };
  return { kind: "unsupported", looksLike: `${found.ext.toUpperCase()} (${found.mime})` };
}

/** The container of old Office files, of mails saved by Outlook, and of new Office files with a password. */
async function sniffCompound(bytes: Uint8Array): Promise<Sniffed> {
  const content = await compoundContent(bytes);
  switch (content) {
    case "encrypted":
      throw encrypted();
    case "workbook":
    case "outlook":
      return { kind: content };
    case "word":
      return { kind: "unsupported", looksLike: "an old Word file (.doc); save it as .docx" };
    case "powerpoint":
      return { kind: "unsupported", looksLike: "an old PowerPoint file (.ppt); save it as .pptx" };
    case "unknown":
      return { kind: "unsupported", looksLike: "an old Office file" };
  }
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
