import type { DocumentText } from "../blocks.ts";
import type { DocumentKind } from "../formats.ts";

/** A document as bytes, with what is known about it. */
export interface RawDocument {
  readonly kind: DocumentKind;
  readonly bytes: Uint8Array;
  /** Path or URL, for the title of last resort and to complete links. */
  readonly source: string;
  /** Encoding declared by a server. */
  readonly charset: string | null;
}

/** What reading the text of one document goes by. */
export interface TextCall {
  /** Pages that a PDF may have. */
  readonly maxPages: number;
  /** Told what a person should know of how it was read. Reads on from the document's path. */
  readonly onDoubt: (doubt: string) => void;
  /** Mails around this document. */
  readonly depth: number;
}

/** Reads one document into blocks. Throws FrontdeskError when it cannot be read. */
export type TextReader = (raw: RawDocument, call: TextCall) => Promise<DocumentText>;
