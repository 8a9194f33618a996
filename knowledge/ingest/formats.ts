import { extname } from "node:path";
import { isWebAddress } from "./web/web-address.ts";

const KINDS = [
  "markdown",
  "html",
  "text",
  "pdf",
  "docx",
  "pptx",
  "workbook",
  "odt",
  "odp",
  "rtf",
  "csv",
  "epub",
  "mail",
  "outlook",
  "faq",
] as const;

/** The formats that can be read. */
export type DocumentKind = (typeof KINDS)[number];

interface Format {
  /** Small letters, without the dot. */
  readonly extensions: readonly string[];
  readonly mediaTypes: readonly string[];
}

const OFFICE = "application/vnd.openxmlformats-officedocument";
const OPEN = "application/vnd.oasis.opendocument";

const FORMATS: Readonly<Record<DocumentKind, Format>> = {
  markdown: {
    extensions: ["md", "markdown", "mdown", "mkd", "mdx"],
    mediaTypes: ["text/markdown", "text/x-markdown"],
  },
  html: {
    extensions: ["html", "htm", "xhtml"],
    mediaTypes: ["text/html", "application/xhtml+xml"],
  },
  text: {
    extensions: ["txt", "text", "rst", "adoc", "asciidoc", "org"],
    mediaTypes: ["text/plain"],
  },
  pdf: { extensions: ["pdf"], mediaTypes: ["application/pdf"] },
  docx: {
    extensions: ["docx", "docm", "dotx", "dotm"],
    mediaTypes: [`${OFFICE}.wordprocessingml.document`],
  },
  pptx: {
    extensions: ["pptx", "pptm", "ppsx", "potx"],
    mediaTypes: [`${OFFICE}.presentationml.presentation`],
  },
  workbook: {
    extensions: ["xlsx", "xlsm", "xltx", "xlsb", "xls", "ods", "ots"],
    mediaTypes: [
      `${OFFICE}.spreadsheetml.sheet`,
      "application/vnd.ms-excel",
      `${OPEN}.spreadsheet`,
    ],
  },
  odt: { extensions: ["odt", "ott"], mediaTypes: [`${OPEN}.text`] },
  odp: { extensions: ["odp", "otp"], mediaTypes: [`${OPEN}.presentation`] },
  rtf: { extensions: ["rtf"], mediaTypes: ["application/rtf", "text/rtf"] },
  csv: { extensions: ["csv", "tsv"], mediaTypes: ["text/csv", "text/tab-separated-values"] },
  epub: { extensions: ["epub"], mediaTypes: ["application/epub+zip"] },
  mail: { extensions: ["eml"], mediaTypes: ["message/rfc822"] },
  outlook: { extensions: ["msg"], mediaTypes: ["application/vnd.ms-outlook"] },
  faq: {
    extensions: ["json", "jsonl", "ndjson"],
    mediaTypes: ["application/json", "application/jsonl", "application/x-ndjson"],
  },
};

/** For messages: what can be read today. */
export const SUPPORTED_FORMATS =
  "Markdown (.md), HTML (.html), plain text (.txt, .rst, .adoc, .org), PDF (.pdf), Word (.docx), PowerPoint (.pptx), " +
  "Excel (.xlsx, .xls), OpenDocument (.odt, .odp, .ods), RTF (.rtf), CSV (.csv, .tsv), EPUB (.epub), e-mail (.eml, .msg) " +
  "and lists of questions and answers (.json, .jsonl)";

const KIND_BY_EXTENSION = indexBy((format) => format.extensions);
const KIND_BY_MEDIA_TYPE = indexBy((format) => format.mediaTypes);

function indexBy(names: (format: Format) => readonly string[]): ReadonlyMap<string, DocumentKind> {
  const index = new Map<string, DocumentKind>();
  for (const kind of KINDS) for (const name of names(FORMATS[kind])) index.set(name, kind);
  return index;
}

/** The format that a file with this extension (small letters, no dot) says it is of. */
export function kindOfExtension(extension: string): DocumentKind | null {
  return KIND_BY_EXTENSION.get(extension) ?? null;
}

/** The format that a server says a document is of. */
export function kindOfMediaType(mediaType: string): DocumentKind | null {
  return KIND_BY_MEDIA_TYPE.get(mediaType) ?? null;
}

/** Whether a file with this extension (small letters, no dot) is worth opening; one without any may be text. */
export function isReadableExtension(extension: string): boolean {
  return extension === "" || kindOfExtension(extension) !== null;
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
