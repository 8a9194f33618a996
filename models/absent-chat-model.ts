import { FrontdeskError } from "../src/core/index.ts";
import type { ChatModel, ModelStatus } from "../src/ports/chat-model.ts";

/**
 * A chat model that was asked for and is not there: every request fails at once, so that answers say "cannot be used at
 * the moment" and not that there is none.
 */
export function createAbsentChatModel(status: () => ModelStatus): ChatModel {
  return {
    status,
    generate() {
      const { model, reason } = status();
      const message = reason ?? `The chat model "${model}" cannot be used.`;
      const error = new FrontdeskError("model_unavailable", message);
      return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
    },
  };
}
