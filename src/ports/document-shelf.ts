import type { Visibility } from "../core/index.ts";
import type { DocumentOutcome } from "./knowledge-base.ts";

/** A document that somebody hands over. */
export interface GivenDocument {
  readonly collection: string;
  /** With the ending that tells its format: `leave.md`. */
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly visibility: Visibility;
}

/** What became of a document that was taken. */
export type KeptOutcome = Extract<DocumentOutcome, { chunks: number }>;

/**
 * Where a document goes that comes from no place of its own: what was learned from a case, a message of a chat, what another
 * program hands over. Each is a source of its own and is kept, so that it can be read again.
 */
export interface DocumentShelf {
  /**
   * Puts a document in the place of an earlier one of its name. Its vectors follow. One that cannot be read changes nothing.
   * @throws FrontdeskError why it cannot be read, `usage` when the name cannot be kept
   */
  put(document: GivenDocument, call: { readonly signal: AbortSignal }): Promise<KeptOutcome>;
  /** Takes a document out; false when there is none of this name. */
  take(
    document: Pick<GivenDocument, "collection" | "name">,
    call: { readonly signal: AbortSignal },
  ): Promise<boolean>;
}
