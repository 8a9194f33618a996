import type { ChatRequest } from "../../src/ports/chat-model.ts";
import { withoutControlTokens } from "./control-tokens.ts";

/**
 * How a server is told not to think: `template` by a variable of its chat template (vLLM, SGLang, llama-server), `effort` by
 * the effort `none` (Ollama, whose `/v1` leaves a `think` field alone, and OpenAI).
 */
export type ThinkingOff = "template" | "effort";

const OFF: Readonly<Record<ThinkingOff, object>> = {
  template: { chat_template_kwargs: { enable_thinking: false } },
  effort: { reasoning_effort: "none" },
};

/** Fields that not every server takes. */
export interface OptionalFields {
  readonly schema: boolean;
  readonly thinkingOff: boolean;
}

interface BodySettings {
  readonly model: string;
  readonly thoughtTokens?: number;
  readonly thinkingOff?: ThinkingOff | null;
  readonly extraBody?: Readonly<Record<string, unknown>>;
}

/** Added to the tokens of the answer where nobody has said how long the thoughts may be. */
const DEFAULT_THOUGHT_TOKENS = 1_024;

/** How long the thoughts of an answer may be, in tokens. */
export function thoughtBudget(
  options: Pick<BodySettings, "thoughtTokens">,
  request: ChatRequest,
): number {
  return request.maxThoughtTokens ?? options.thoughtTokens ?? DEFAULT_THOUGHT_TOKENS;
}

/** How many tokens a server may write in all. */
export function tokenLimit(
  options: Pick<BodySettings, "thoughtTokens">,
  request: ChatRequest,
): number {
  return request.maxTokens + thoughtBudget(options, request);
}

/** Which of the fields that a server may refuse this request has a use for. */
export function wantedFields(options: BodySettings, request: ChatRequest): OptionalFields {
  return {
    schema: request.jsonSchema !== null,
    thinkingOff: request.maxThoughtTokens === 0 && (options.thinkingOff ?? null) !== null,
  };
}

/** The body of a request. */
export function requestBody(
  options: BodySettings,
  request: ChatRequest,
  fields: OptionalFields,
): object {
  const off = options.thinkingOff ?? null;
  return {
    ...options.extraBody,
    ...(fields.thinkingOff && off !== null ? OFF[off] : {}),
    model: options.model,
    messages: request.messages.map(({ role, text }) => ({
      role,
      content: withoutControlTokens(text),
    })),
    temperature: request.temperature,
    max_tokens: tokenLimit(options, request),
    stream: true,
    stream_options: { include_usage: true },
    ...(fields.schema && request.jsonSchema !== null
      ? {
          response_format: {
            type: "json_schema",
            json_schema: { name: "answer", strict: true, schema: request.jsonSchema },
          },
        }
      : {}),
  };
}
