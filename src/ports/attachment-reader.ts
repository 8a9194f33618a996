import type { Attachment, ErrorCode, Platform } from "../core/index.ts";

/** A file that came with a message, as text; or why there is none. */
export type AttachmentText =
  | {
      readonly status: "read";
      readonly title: string;
      /** Pieces of the document in its order, with the headings that they stand under. */
      readonly pieces: readonly { readonly section: string; readonly text: string }[];
    }
  | { readonly status: "unreadable"; readonly code: ErrorCode };

/** Takes the text out of files that came with messages. Faults of a file are an outcome; only abort rejects. */
export interface AttachmentReader {
  read(
    attachment: Attachment,
    platform: Platform,
    call: { readonly signal: AbortSignal },
  ): Promise<AttachmentText>;
}
