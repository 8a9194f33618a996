import type { ErrorCode, Language } from "../src/core/index.ts";
import type { Cleaning, Redaction } from "../src/ports/knowledge-base.ts";

/** A piece of a document before it is indexed. */
export interface Chunk {
  /** Headings from the outermost to the innermost, joined by " › "; empty above the first heading. */
  readonly section: string;
  readonly page: number | null;
  /** Readable text (Markdown), without the title and heading prefix. */
  readonly text: string;
  readonly language: Language;
}

/** A document read, cleaned and cut. */
export interface ParsedDocument {
  readonly title: string;
  readonly language: Language;
  readonly chunks: readonly Chunk[];
}

/** A document that a source holds, before it is read. */
export interface DocumentRef {
  /** Absolute path or URL; names the document for ever. */
  readonly source: string;
  /** The path or URL as given to `ingest` under which it was found. */
  readonly root: string;
  readonly sizeBytes: number | null;
  readonly updatedAt: number | null;
  /** Where it lies in a repository, when it is read out of a commit and not from the disk. */
  readonly git?: { readonly folder: string; readonly commit: string; readonly blob: string };
}

/** What reading one document gave. */
export type ReadOutcome =
  | {
      readonly status: "read";
      /** SHA-256 (hex) of the bytes; the same hash needs no second parse. */
      readonly contentHash: string;
      readonly document: ParsedDocument;
      /** What the person who ingests should know of how it was read; null when nothing. */
      readonly warning: string | null;
      /** What its server calls this version; to be given to the next `read`. */
      readonly version?: string;
    }
  | {
      readonly status: "unchanged";
      readonly contentHash: string;
      readonly version?: string;
    }
  | {
      /** `skipped` is not a fault (a picture, a binary, nothing to index); `failed` is. */
      readonly status: "skipped" | "failed";
      readonly code: ErrorCode;
      readonly reason: string;
    };

/** What is done to the documents of one source beyond what always is. */
export interface CleaningPlan {
  readonly clean: readonly Cleaning[];
  readonly redact: readonly Redaction[];
}

/** How far a site is read from its first page. */
export interface SiteScope {
  /** Links that are followed one after the other; 0 reads the first page only. */
  readonly depth: number;
  readonly maxPages: number;
}

/** What a source holds. */
export interface SourceListing {
  /** True when the root is a folder (or site) of which vanished documents are to be dropped. */
  readonly isContainer: boolean;
  readonly documents: readonly DocumentRef[];
  /** What was found there and is not read, with the reason. */
  readonly refused: readonly { readonly source: string; readonly reason: string }[];
}

/** Finds and reads documents; parsing happens in a limited child process. */
export interface DocumentReader {
  /**
   * Lists the documents of a path or URL.
   * @param call.isGit whether what is committed is listed, instead of what lies in the folder
   * @param call.scope how far a site is read from its first page; default: that page only, sitemaps whole
   * @throws FrontdeskError `source_not_found`, `source_empty`, `source_unreadable`
   */
  list(
    root: string,
    call: { readonly signal: AbortSignal; readonly scope?: SiteScope; readonly isGit?: boolean },
  ): Promise<SourceListing>;
  /** Reads one document. Faults of the document are an outcome; only abort rejects. */
  read(
    ref: DocumentRef,
    call: {
      readonly knownHash: string | null;
      /** {@link ReadOutcome}'s version of what is known; pages are then only asked for when they changed. */
      readonly knownVersion?: string | null;
      /** Language of the document where it is known; else it is told from the text. */
      readonly language?: Language | null;
      /** What is dropped and blacked out beyond what always is. Default: nothing. */
      readonly cleaning?: CleaningPlan;
      readonly signal: AbortSignal;
    },
  ): Promise<ReadOutcome>;
  close(): Promise<void>;
}
