import type { ErrorCode, Language, Principal, Visibility } from "../core/index.ts";
import type { DocumentStandings } from "./document-standings.ts";
import type { TopicOverview, TopicRequest } from "./topics.ts";

/** Whether a source is a path of the machine that holds the documents, and no address of something elsewhere. */
export function isPath(root: string): boolean {
  return !/^(?:https?:\/\/|imap:)/iu.test(root);
}

/** What is dropped from the documents of a source beyond what always is. */
export const CLEANINGS = ["boilerplate", "quotes"] as const;
export type Cleaning = (typeof CLEANINGS)[number];

/** Personal data that is blacked out before a document is kept. */
export const REDACTIONS = ["email", "iban", "card", "id", "phone"] as const;
export type Redaction = (typeof REDACTIONS)[number];

/** How a source is looked after. */
export interface SourceSettings {
  /** Minutes from one run to the next; null: it is brought up to date on request only. */
  readonly everyMinutes: number | null;
  /** Language of its documents; null: told from each of them. */
  readonly language: Language | null;
  /** Who answers for it, as people name him; null when nobody was named. */
  readonly owner: string | null;
  /** Links that are followed from a web page, one after the other; 0: that page only. */
  readonly depth: number;
  /** Pages that a site or sitemap may have, mails of a mailbox; more are left out and said. */
  readonly maxPages: number;
  /** Null: as configured for all sources. */
  readonly clean: readonly Cleaning[] | null;
  /** Null: as configured for all sources. */
  readonly redact: readonly Redaction[] | null;
  /** Whether a folder or file is brought up to date as soon as it changes. Null: as configured for all sources. */
  readonly watch: boolean | null;
  /** Whether the folder is a checkout of which what is committed is read. */
  readonly git: boolean;
}

/** What holds for a source of which nothing was said. */
export const SOURCE_DEFAULTS: SourceSettings = {
  everyMinutes: null,
  language: null,
  owner: null,
  depth: 0,
  maxPages: 1_000,
  clean: null,
  redact: null,
  watch: null,
  git: false,
};

export interface IngestRequest {
  /** Paths of files or folders, http(s) URLs, or mailboxes (`imap:NAME/FOLDER`). */
  readonly sources: readonly string[];
  readonly collection: string;
  readonly visibility: Visibility;
  /** Kept with each source; what is not said here stays as it was. */
  readonly settings?: Partial<SourceSettings>;
}

/** What became of one document. */
export type DocumentOutcome =
  | {
      readonly status: "added" | "updated" | "unchanged";
      readonly source: string;
      readonly title: string;
      readonly chunks: number;
      /** For the person who ingests: what is doubtful about it (not valid UTF-8); null when nothing. */
      readonly warning: string | null;
    }
  | { readonly status: "removed"; readonly source: string }
  | {
      /** `skipped` is not a fault (a picture, a binary); `failed` is. */
      readonly status: "skipped" | "failed";
      readonly source: string;
      readonly code: ErrorCode;
      /** For the person who ingests: what is wrong and what to do. */
      readonly reason: string;
    };

export interface IngestSummary {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
  readonly skipped: number;
  readonly failed: number;
  readonly chunks: number;
  readonly durationMs: number;
}

/** One step of an ingest, in order; the last one is `finished`. */
export type IngestEvent =
  | { readonly type: "found"; readonly documents: number }
  | { readonly type: "document"; readonly outcome: DocumentOutcome; readonly done: number }
  /** Vectors follow the text; lexical search works already. */
  | { readonly type: "embedded"; readonly chunks: number; readonly of: number }
  | { readonly type: "warning"; readonly code: ErrorCode; readonly message: string }
  | { readonly type: "finished"; readonly summary: IngestSummary };

/** A source as given to `ingest`, and what it holds now. */
export interface SourceSummary {
  readonly collection: string;
  /** The path or URL as given. */
  readonly root: string;
  readonly visibility: Visibility;
  readonly documents: number;
  readonly chunks: number;
  readonly languages: readonly Language[];
  readonly updatedAt: number;
  readonly settings: SourceSettings;
}

export interface KnowledgeStatus {
  readonly documents: number;
  readonly chunks: number;
  readonly vectors: {
    readonly state: "ready" | "starting" | "unavailable" | "off";
    /** Chunks that have a vector of the current embedding model. */
    readonly embedded: number;
    readonly model: string | null;
    /** For the operator: why they are unavailable and what to do; when ready, what had to be mended. */
    readonly reason: string | null;
  };
}

/** Filling and looking after the knowledge base. */
export interface KnowledgeBase {
  /**
   * Adds documents, or brings them up to date: what is unchanged is left alone, what vanished from a given folder is
   * dropped. One bad file never stops the rest, nor does one bad source of several: it is told as failed. Stopping early by `signal` keeps what is done; the next run goes on.
   * @throws FrontdeskError `source_not_found`, `source_empty` before anything was changed, when no source can be read
   */
  ingest(
    request: IngestRequest,
    call: { readonly signal: AbortSignal },
  ): AsyncIterable<IngestEvent>;
  /**
   * Computes every vector anew; meanwhile search goes by words for what has none yet. Ends with `finished`.
   * @throws FrontdeskError `unsupported` without an embedding model
   */
  rebuild(call: { readonly signal: AbortSignal }): AsyncIterable<IngestEvent>;
  sources(): Promise<readonly SourceSummary[]>;
  /**
   * Titles of documents that this person may read and that hold these words, for suggestions while somebody types. Absent
   * where the knowledge base lies on another machine.
   */
  titles?(request: {
    readonly words: string;
    readonly principal: Principal;
    readonly limit: number;
  }): Promise<readonly string[]>;
  /** What the documents of somebody are about. Absent where nobody can tell. */
  topics?(request: TopicRequest, call: { readonly signal: AbortSignal }): Promise<TopicOverview>;
  /** Removes a source by its root, or a whole collection; returns how many documents went. */
  remove(target: { readonly root: string } | { readonly collection: string }): Promise<number>;
  status(): Promise<KnowledgeStatus>;
  /** Absent where nobody may say how documents count. */
  readonly standings?: DocumentStandings;
}
