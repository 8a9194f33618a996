/** What must be known of a model's tokens. */
export interface TokenKnowledge<T> {
  tokenize(text: string, options?: "trimLeadingSpace"): T[];
  /** Whether a token has a meaning of its own beyond its text: control tokens and those that the model's makers defined. */
  isSpecial(token: T): boolean;
  spellingOf(token: T): string;
}

/** Makes tokens of plain text. */
export type TextTokenizer<T> = (text: string, options?: "trimLeadingSpace") => T[];

/**
 * A tokenizer that never makes a special token out of text. The engine leaves control tokens alone there, but it takes
 * tokens that the model's makers defined (`<think>`, `<tool_call>`) even from what a user wrote. Such a spelling is cut
 * after its first character, and both parts are tokenised on their own.
 */
export function createTextTokenizer<T>(model: TokenKnowledge<T>): TextTokenizer<T> {
  const known = new Map<T, boolean>();
  const isSpecial = (token: T): boolean => {
    let result = known.get(token);
    if (result === undefined) {
      result = model.isSpecial(token);
      known.set(token, result);
    }
    return result;
  };

  const tokenize: TextTokenizer<T> = (text, options) => {
    const tokens = model.tokenize(text, options);
    const special = new Set(tokens.filter(isSpecial));
    if (special.size === 0) return tokens;
    const pieces = cutInside(text, [...special].map(model.spellingOf));
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
