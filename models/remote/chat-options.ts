import type { ThinkingOff } from "./chat-body.ts";
import type { RemoteModelOptions } from "./remote-options.ts";

/** How to reach a chat model behind a server, and how it answers. */
export interface RemoteChatModelOptions extends RemoteModelOptions {
  /** Tries in all, as long as nothing was answered yet and the time for the answer is not over. Default 7. */
  readonly attempts?: number;
  /** The server's template opens the thought in the prompt, so that the answer only closes it. Default false. */
  readonly startsThinking?: boolean;
  /** Added to the tokens of the answer where a request leaves the thoughts to the model. Default 1,024. */
  readonly thoughtTokens?: number;
  /**
   * For a whole answer, tries included: it ends there as if its tokens were used up, or fails as `model_too_slow` when not
   * a word has come. Default: no limit.
   */
  readonly maxAnswerMs?: number;
  /**
   * How the server is told to answer without thoughts: where none are wanted, and again where they got too long. Null, the
   * default: it cannot be told, and thoughts share their tokens with the answer.
   */
  readonly thinkingOff?: ThinkingOff | null;
  /** Further fields of the request's body. */
  readonly extraBody?: Readonly<Record<string, unknown>>;
}
