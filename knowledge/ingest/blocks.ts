/**
 * A document as the readers of all formats hand it on: a flat list in reading order. `glue` is what separates a block
 * from the one before it inside one chunk.
 */
export type Block =
  | {
      readonly kind: "heading";
      /** 1 (outermost) to 6. */
      readonly depth: number;
      readonly text: string;
      readonly page: number | null;
    }
  | {
      /** A paragraph, a quotation or one item of a list, as Markdown. May be cut at sentences. */
      readonly kind: "prose";
      readonly text: string;
      /** A space or nothing when it goes on with the sentence of the block before (page breaks). */
      readonly glue: "\n\n" | "\n" | " " | "";
      readonly page: number | null;
    }
  | {
      /** Something that only makes sense whole: cut by rows, and `head` and `foot` are repeated around each part. */
      readonly kind: "table" | "code";
      readonly head: readonly string[];
      readonly rows: readonly string[];
      readonly foot: readonly string[];
      readonly page: number | null;
    };

/** What a format's reader found, before it is cut. */
export interface DocumentText {
  /** What the document itself says it is called (front matter, metadata); null when it says nothing. */
  readonly title: string | null;
  readonly blocks: readonly Block[];
}

/** A paragraph of its own. */
export function prose(text: string, page: number | null = null): Block {
  return { kind: "prose", text, glue: "\n\n", page };
}
