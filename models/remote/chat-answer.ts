import type { ChatEvent } from "../../src/ports/chat-model.ts";
import { createThoughtParser } from "../thoughts/thought-parser.ts";
import type { ChatChunk } from "./chat-chunk.ts";

type Done = Extract<ChatEvent, { type: "done" }>;

export interface ChatAnswerOptions {
  /** For servers that leave the opening tag in the prompt. */
  readonly startsThinking: boolean;
  /** JSON was asked for. */
  readonly isStructured: boolean;
}

/** Makes our events of a server's chunks. */
export interface ChatAnswer {
  push(chunk: ChatChunk): readonly ChatEvent[];
  /** The last events with `done`; null when the server never said that it was finished. */
  end(): readonly ChatEvent[] | null;
  hasText(): boolean;
  /** How many tokens the thoughts have so far, about: pieces, or by their length where a server sends many at once. */
  thoughtTokens(): number;
  /** How many tokens everything that came has at the least, thoughts and answer. */
  leastTokens(): number;
  /** The last events of an answer that was cut off in the middle; null when not a word of it has come. */
  cut(): readonly ChatEvent[] | null;
}

/**
 * Reasoning in a field of its own is a thought; what is left of tags in the content is told apart as well. Structured
 * output comes as one piece at the end: where it is JSON as it stands, what looks like a tag in it is content.
 */
export function createChatAnswer(options: ChatAnswerOptions): ChatAnswer {
  const thoughts = createThoughtParser(options);
  let structured = "";
  let hasText = false;
  /** Most servers send a token at a time. */
  let thoughtPieces = 0;
  let thoughtLength = 0;
  let wholeLength = 0;
  let stopReason: Done["stopReason"] | null = null;
  let usage: Done["usage"] = {
    promptTokens: 0,
    cachedTokens: 0,
    outputTokens: 0,
    thoughtTokens: 0,
  };

  const thoughtTokens = (): number => Math.max(thoughtPieces, Math.floor(thoughtLength));
  const counted = (): Done["usage"] => ({
    ...usage,
    thoughtTokens: usage.thoughtTokens || thoughtTokens(),
  });

  return {
    push: (chunk) => {
      const events: ChatEvent[] = [];
      const [choice] = chunk.choices;
      const delta = choice?.delta ?? choice?.message;
      const reasoning = delta?.reasoning_content ?? delta?.reasoning ?? "";
      if (reasoning !== "") events.push({ type: "thought", text: reasoning });
      const content = delta?.content ?? "";
      wholeLength += leastTokens(reasoning) + leastTokens(content);
      if (options.isStructured) structured += content;
      else events.push(...thoughts.push(content));
      const thought = events.map((event) => (event.type === "thought" ? event.text : "")).join("");
      if (thought !== "") thoughtPieces += 1;
      thoughtLength += leastTokens(thought);
      hasText = hasTextAfter(hasText, events);
      const finish = choice?.finish_reason ?? null;
      if (finish !== null) stopReason ??= finish === "length" ? "length" : "end";
      if (chunk.usage !== null && chunk.usage !== undefined) usage = usageOf(chunk.usage);
      return events;
    },
    end: () => {
      if (stopReason === null) return null;
      const events: ChatEvent[] = isJson(structured)
        ? [{ type: "text", text: structured }]
        : [...thoughts.push(structured), ...thoughts.end()];
      hasText = hasTextAfter(hasText, events);
      return [...events, { type: "done", stopReason, usage: counted() }];
    },
    hasText: () => hasText,
    thoughtTokens,
    leastTokens: () => wholeLength,
    cut: () =>
      hasText
        ? [...thoughts.end(), { type: "done", stopReason: "length", usage: counted() }]
        : null,
  };
}

function hasTextAfter(hasText: boolean, events: readonly ChatEvent[]): boolean {
  const retracted = events.findLastIndex(({ type }) => type === "retracted");
  const isText = events.slice(retracted + 1).some(({ type }) => type === "text");
  return isText || (hasText && retracted === -1);
}

/** No tokenizer that is in use makes fewer: five Latin letters to a token, or two Han characters. */
function leastTokens(text: string): number {
  const han = text.match(/\p{Script=Han}/gu)?.length ?? 0;
  return han / 2 + (text.length - han) / 5;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function usageOf(usage: NonNullable<ChatChunk["usage"]>): Done["usage"] {
  return {
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    outputTokens: usage.completion_tokens,
    thoughtTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
  };
}
