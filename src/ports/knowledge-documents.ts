import type { DocumentId, Language, Principal, Visibility } from "../core/index.ts";

/** A document of the knowledge base, without its text. */
export interface DocumentSummary {
  readonly id: DocumentId;
  readonly collection: string;
  readonly title: string;
  /** The path or URL it was read from. */
  readonly source: string;
  /** The source that it came with: a path or URL as given to `ingest`. */
  readonly root: string;
  readonly language: Language;
  readonly visibility: Visibility;
  readonly passages: number;
  /** Milliseconds since the epoch; null when the source does not say. */
  readonly updatedAt: number | null;
}

/** A document with what was read of it. */
interface DocumentText extends DocumentSummary {
  readonly text: readonly {
    readonly section: string;
    readonly page: number | null;
    readonly text: string;
  }[];
}

/** Looking through the documents one by one. */
export interface KnowledgeDocuments {
  /**
   * Documents in the order of their ids.
   * @param query.reader only what this person may read; null for whoever looks after the knowledge base: everything
   * @param query.root only of this source; null for all
   * @param query.after the last id of the page before; null begins
   */
  list(query: {
    readonly collection: string | null;
    readonly root: string | null;
    readonly reader: Principal | null;
    readonly after: DocumentId | null;
    readonly limit: number;
  }): Promise<readonly DocumentSummary[]>;
  /** Null when there is none, or the person may not read it. */
  read(id: DocumentId, reader: Principal | null): Promise<DocumentText | null>;
}
