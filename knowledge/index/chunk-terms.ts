import type { ChunkTerms } from "../lexical/term-vector.ts";
import type { Tokenizer } from "../lexical/tokenize.ts";

/** What the lexical index holds of a chunk. */
export interface IndexedTerms {
  readonly terms: ChunkTerms;
  /** How many words the chunk has in all columns. */
  readonly length: number;
}

/** Cuts a chunk and the headings above it into the terms of its columns. */
export function chunkTerms(
  tokenizer: Tokenizer,
  chunk: { readonly title: string; readonly section: string; readonly text: string },
): IndexedTerms {
  const title = tokenizer.tokenize(chunk.title);
  const heading = tokenizer.tokenize(chunk.section);
  const body = tokenizer.tokenize(chunk.text);
  return {
    terms: {
      title: title.words,
      heading: heading.words,
      body: body.words,
      identifiers: [...title.identifiers, ...heading.identifiers, ...body.identifiers],
    },
    length: title.words.length + heading.words.length + body.words.length,
  };
}
