import type { Token } from "node-llama-cpp";
import { createThoughtParser } from "../../thoughts/thought-parser.ts";
import type { EngineEvent } from "../protocol.ts";
import { createStopDetector } from "./stop-detector.ts";
import type { TokenDecoder } from "./token-decoder.ts";

export interface AnswerReaderOptions {
  readonly decoder: TokenDecoder<Token>;
  readonly stopTexts: readonly string[];
  readonly startsThinking: boolean;
  /** The output follows a grammar: it has no thoughts, and what looks like a tag is content. */
  readonly isStructured: boolean;
  onEvents(events: readonly EngineEvent[]): void;
}

/** Reads the tokens of an answer. */
export interface AnswerReader {
  /** @returns true when a text was reached that ends the answer */
  push(token: Token): boolean;
  /** Takes a text as if the model had written it. */
  inject(text: string): void;
  end(): void;
  isThinking(): boolean;
  /** Tokens of the answer itself so far. */
  textTokens(): number;
  thoughtTokens(): number;
}

/** Tokens to text, up to a stop text, with thoughts told apart and counted. */
export function createAnswerReader(options: AnswerReaderOptions): AnswerReader {
  const { decoder, onEvents, isStructured } = options;
  const stops = createStopDetector(options.stopTexts);
  const thoughts = createThoughtParser({ startsThinking: options.startsThinking });
  let textTokens = 0;
  let thoughtTokens = 0;

  const give = (text: string): void => {
    if (text === "") return;
    const events = isStructured ? [{ type: "text", text } as const] : thoughts.push(text);
    if (events.length > 0) onEvents(events);
  };

  return {
    push: (token) => {
      const { text, isStopped } = stops.push(decoder.push(token));
      const wasThinking = thoughts.isThinking();
      give(text);
      // The tags themselves belong to the thought.
      if (wasThinking || thoughts.isThinking()) thoughtTokens += 1;
      else textTokens += 1;
      return isStopped;
    },
    inject: give,
    end: () => {
      give(stops.push(decoder.end()).text + stops.end());
      const rest = thoughts.end();
      if (rest.length > 0) onEvents(rest);
    },
    isThinking: () => thoughts.isThinking(),
    textTokens: () => textTokens,
    thoughtTokens: () => thoughtTokens,
  };
}
