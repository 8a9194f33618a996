import type { LlamaModel, Token } from "node-llama-cpp";

const UNFINISHED = "\u{fffd}";
/** A character has at most 4 bytes; a token that ends inside one is completed by the next three or never. */
const MAX_HELD_TOKENS = 4;
/** So many tokens before are shown to the detokenizer, which decides about spaces by them. */
const CONTEXT_TOKENS = 4;

/** Turns tokens into text while they come. */
export interface TokenDecoder {
  /** Empty while a character is not complete. */
  push(token: Token): string;
  end(): string;
}

/**
 * @param before tokens that precede the answer
 * @param spelled texts of tokens that the model would not print, such as tags of thoughts
 */
export function createTokenDecoder(
  model: Pick<LlamaModel, "detokenize">,
  before: readonly Token[],
  spelled: ReadonlyMap<Token, string>,
): TokenDecoder {
  let context = before.slice(-CONTEXT_TOKENS);
  let held: Token[] = [];

  const take = (): string => {
    const text = model.detokenize(held, false, context);
    context = [...context, ...held].slice(-CONTEXT_TOKENS);
    held = [];
    return text;
  };

  return {
    push: (token) => {
      const spelling = spelled.get(token);
      if (spelling !== undefined) {
        const text = (held.length > 0 ? take() : "") + spelling;
        context = [...context, token].slice(-CONTEXT_TOKENS);
        return text;
      }
      held.push(token);
      const text = model.detokenize(held, false, context);
      if (text.endsWith(UNFINISHED) && held.length < MAX_HELD_TOKENS) return "";
      context = [...context, ...held].slice(-CONTEXT_TOKENS);
      held = [];
      return text;
    },
    end: () => (held.length > 0 ? take() : ""),
  };
}
