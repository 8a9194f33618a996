const UNFINISHED = "\u{fffd}";
/** A character has at most 4 bytes; a token that ends inside one is completed by the next three or never. */
const MAX_HELD_TOKENS = 4;
/** So many tokens before are shown to the detokenizer, which decides about spaces by them. */
const CONTEXT_TOKENS = 4;

/** Turns tokens into text while they come. */
export interface TokenDecoder<T> {
  /** Empty while a character is not complete. */
  push(token: T): string;
  end(): string;
}

/**
 * @param detokenize the text of tokens that follow others
 * @param before tokens that precede the answer
 * @param spelled texts of tokens that the model would not print, such as tags of thoughts
 */
export function createTokenDecoder<T>(
  detokenize: (tokens: readonly T[], before: readonly T[]) => string,
  before: readonly T[],
  spelled: ReadonlyMap<T, string>,
): TokenDecoder<T> {
  let context = before.slice(-CONTEXT_TOKENS);
  let held: T[] = [];

  const pass = (tokens: readonly T[]): void => {
    context = [...context, ...tokens].slice(-CONTEXT_TOKENS);
    held = [];
  };

  const end = (): string => {
    if (held.length === 0) return "";
    const text = detokenize(held, context);
    pass(held);
    return text;
  };

  return {
    push: (token) => {
      const spelling = spelled.get(token);
      if (spelling !== undefined) {
        const text = end() + spelling;
        pass([token]);
        return text;
      }
      held.push(token);
      const text = detokenize(held, context);
      if (text.endsWith(UNFINISHED) && held.length < MAX_HELD_TOKENS) return "";
      pass(held);
      return text;
    },
    end,
  };
}
