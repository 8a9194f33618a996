import { errorMessage, isFrontdeskError } from "../src/core/index.ts";
import type { ChatEvent, ChatModel } from "../src/ports/chat-model.ts";
import type { AnsweredRequest, InferenceObserver } from "../src/ports/inference-observer.ts";
import type { Logger } from "../src/ports/logger.ts";

/** The same model, with somebody told how each request went; no answer is lost over the telling. */
export function observeChatModel(
  model: ChatModel,
  observer: Pick<InferenceObserver, "answered">,
  now: () => number,
  logger: Pick<Logger, "warn">,
): ChatModel {
  const tell = (request: AnsweredRequest): void => {
    try {
      observer.answered(request);
    } catch (error) {
      logger.warn({ reason: errorMessage(error) }, "a model request was not counted");
    }
  };
  return {
    status: () => model.status(),
    generate: async function* (request, call) {
      const startedAt = now();
      let firstTokenMs: number | null = null;
      let usage: Extract<ChatEvent, { type: "done" }>["usage"] | null = null;
      let outcome: AnsweredRequest["outcome"] = "aborted";
      try {
        for await (const event of model.generate(request, call)) {
          if (event.type === "thought" || event.type === "text") {
            firstTokenMs ??= now() - startedAt;
          } else if (event.type === "done") {
            usage = event.usage;
            outcome = "done";
          }
          yield event;
        }
      } catch (error) {
        if (!call.signal.aborted) outcome = isFrontdeskError(error) ? error.code : "internal";
        throw error;
      } finally {
        tell({ model: model.status().model, outcome, firstTokenMs, usage });
      }
    },
  };
}
