import type { LlamaModel, Token } from "node-llama-cpp";

/** The part of a model that knows its tokens. */
export type TokenKnowledge = Pick<LlamaModel, "tokenizer" | "getTokenAttributes">;

/** Makes tokens of plain text. */
export type TextTokenizer = (text: string, options?: "trimLeadingSpace") => Token[];

/**
 * A tokenizer that never makes a special token out of text. The engine leaves control tokens alone there, but it takes
 * tokens that the model's makers defined (`<think>`, `<tool_call>`) even from what a user wrote. Such a spelling is cut
 * after its first character, and both parts are tokenised on their own.
 */
export function createTextTokenizer(model: TokenKnowledge): TextTokenizer {
  const { tokenizer } = model;
  const known = new Map<Token, boolean>();

  const isSpecial = (token: Token): boolean => {
    let result = known.get(token);
    if (result === undefined) {
      const attributes = model.getTokenAttributes(token);
      result = attributes.control || attributes.userDefined;
      known.set(token, result);
    }
    return result;
  };

  const tokenize: TextTokenizer = (text, options) => {
    const tokens = tokenizer(text, false, options);
    const special = new Set(tokens.filter(isSpecial));
    if (special.size === 0) return tokens;
    const spellings = [...special].map((token) => tokenizer.detokenize([token], true).trim());
    const pieces = cutInside(text, spellings);
    // A token that is spelled in no way that could be cut says nothing that would be missed.
    if (pieces.length === 1) return tokens.filter((token) => !special.has(token));
    return pieces.flatMap((piece, index) =>
      tokenize(piece, index === 0 ? options : "trimLeadingSpace"),
    );
  };
  return tokenize;
}

/** Cuts a text after the first character of each of these spellings, wherever they stand in it. */
function cutInside(text: string, spellings: readonly string[]): readonly string[] {
  const cuts = new Set<number>();
  for (const spelling of spellings) {
    const [first] = spelling;
    if (first === undefined || first.length === spelling.length) continue;
    for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + 1)) {
      cuts.add(at + first.length);
    }
  }
  const edges = [0, ...[...cuts].sort((a, b) => a - b), text.length];
  return edges.slice(1).map((edge, index) => text.slice(edges[index], edge));
}
