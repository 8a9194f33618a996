/** One line of a prompt. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly text: string;
}

/** What is known of a question that a model is asked to answer; a model that has no use for it leaves it alone. */
export interface QuestionHints {
  readonly question: string;
  /** How many passages say enough about the question to be drawn from. */
  readonly passages: number;
  /** Probability that the passages answer; null when nobody has judged. */
  readonly confidence: number | null;
  /** Questions of the same conversation before this one. */
  readonly earlierTurns: number;
  /** The collection that the answer rests on; null for all. */
  readonly collection: string | null;
}

const SIDE_WORK = ["rewrite", "translation", "summary"] as const;
const SIDE_KEY = new RegExp(`^(.*)/(?:${SIDE_WORK.join("|")})$`, "su");

/** The key of work beside the answers of a conversation. */
export function sideKey(conversation: string, work: (typeof SIDE_WORK)[number]): string {
  return `${conversation}/${work}`;
}

/** The conversation that such a key belongs to; null for the key of a conversation itself. */
export function conversationBeside(key: string): string | null {
  return SIDE_KEY.exec(key)?.[1] ?? null;
}

export interface ChatRequest {
  /** Stable parts first: system prompt, then history, then passages and question last. */
  readonly messages: readonly ChatMessage[];
  /** Keeps a conversation on the sequence that holds its tokens; `sideKey` for work beside answers. */
  readonly conversationKey: string;
  /** For fairness between people. */
  readonly userKey: string;
  readonly priority: "interactive" | "background";
  readonly maxTokens: number;
  /** At most this many tokens of reasoning; 0 for none; null for the model's default. */
  readonly maxThoughtTokens: number | null;
  readonly temperature: number;
  /** JSON schema that the output must follow; null for free text. */
  readonly jsonSchema: object | null;
  /** Absent for work that is no answer to a question, such as a rewrite or a summary. */
  readonly hints?: QuestionHints;
}

/** What a model sends while it answers; `done` is the last. */
export type ChatEvent =
  | {
      readonly type: "queued";
      /** 1 is next. */
      readonly place: number;
      readonly etaMs: number | null;
      /** How many wait; absent where nobody knows. */
      readonly of?: number;
    }
  /** The wait in line is over: the prompt is read now. Only after `queued`. */
  | { readonly type: "admitted" }
  | { readonly type: "thought"; readonly text: string }
  | { readonly type: "text"; readonly text: string }
  /** All text so far was a thought: only its end was marked. */
  | { readonly type: "retracted" }
  | {
      readonly type: "done";
      readonly stopReason: "end" | "length" | "stopped";
      readonly usage: {
        readonly promptTokens: number;
        readonly cachedTokens: number;
        readonly outputTokens: number;
        readonly thoughtTokens: number;
      };
    };

/** What an answer is after one more event, given what it was before. */
export function answerAfter(text: string, event: ChatEvent): string {
  if (event.type === "retracted") return "";
  return event.type === "text" ? `${text}${event.text}` : text;
}

export interface ModelStatus {
  readonly model: string;
  readonly state: "ready" | "starting" | "unavailable";
  /** For the operator: why, and what to do. */
  readonly reason: string | null;
}

/** Writes text. Thoughts come as events of their own and are never part of the text. */
export interface ChatModel {
  /**
   * Streams an answer. Rejects with `signal.reason` when aborted; the model stops within one step.
   * @throws FrontdeskError `model_unavailable` | `model_crashed` | `model_busy` | `model_too_slow` (retryable),
   *   `prompt_too_long`, `model_refused`, `request_poisonous`
   */
  generate(request: ChatRequest, call: { readonly signal: AbortSignal }): AsyncIterable<ChatEvent>;
  status(): ModelStatus;
}
