import { type LlamaText, SpecialToken, type Token, type Tokenizer } from "node-llama-cpp";

/** What ends an answer besides the model's own end token. */
export interface StopTriggers {
  readonly stopTokens: ReadonlySet<Token>;
  /** Texts after which the answer is over; they are not part of it. */
  readonly stopTexts: readonly string[];
}

/** Sorts the triggers of a chat wrapper: what is one token is recognised as such, the rest as text. */
export function stopTriggers(triggers: readonly LlamaText[], tokenizer: Tokenizer): StopTriggers {
  const stopTokens = new Set<Token>();
  const stopTexts: string[] = [];
  for (const trigger of triggers) {
    const [value] = trigger.values;
    if (value === undefined || trigger.values.length > 1) continue;
    const tokens = typeof value === "string" ? [] : value.tokenize(tokenizer, true);
    const [token] = tokens;
    if (token !== undefined && tokens.length === 1) stopTokens.add(token);
    else if (!(value instanceof SpecialToken)) stopTexts.push(String(value));
  }
  return { stopTokens, stopTexts };
}
