import type { DocumentId, Principal } from "../core/index.ts";

/** How a document counts: as any other, before others that answer as well, or not at all. */
export const STANDINGS = ["normal", "boosted", "hidden"] as const;
export type Standing = (typeof STANDINGS)[number];

/** A document of which somebody has said how it counts. */
export interface JudgedDocument {
  readonly id: DocumentId;
  readonly title: string;
  /** The path or URL it was read from. */
  readonly source: string;
  readonly collection: string;
  readonly standing: Standing;
  /** Who said so last, as the platform or the system names him. */
  readonly by: string;
  readonly at: number;
}

/** What editors say of single documents, mostly after somebody was not content with an answer. */
export interface DocumentStandings {
  /**
   * Holds for the very next question, answers that were kept included, and stays when the document is read anew.
   * @param request.document its id, its title, its path or address, or the end of one
   * @param request.reader only what this person may read; null for whoever looks after the knowledge base
   * @throws FrontdeskError `source_not_found`; `usage` when several are meant
   */
  judge(request: {
    readonly document: string;
    readonly standing: Standing;
    readonly by: string;
    readonly reader: Principal | null;
  }): Promise<JudgedDocument>;
  /** What is boosted or hidden, newest first. */
  judged(reader: Principal | null): Promise<readonly JudgedDocument[]>;
}
