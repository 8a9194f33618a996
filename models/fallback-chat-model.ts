import { type FrontdeskError, isFrontdeskError } from "../src/core/index.ts";
import type { ChatEvent, ChatModel, ChatRequest, ModelStatus } from "../src/ports/chat-model.ts";
import type { Logger } from "../src/ports/logger.ts";

/** Failures that say something about the model, not about the request. */
const NEXT_ON = new Set([
  "model_unavailable",
  "model_crashed",
  "model_busy",
  "model_too_slow",
  "model_refused",
  "model_invalid",
  "model_not_found",
]);

/** Whether another model may answer what this one has failed. */
export function isModelAtFault(error: unknown): error is FrontdeskError {
  return isFrontdeskError(error) && NEXT_ON.has(error.code);
}

/**
 * Tries several chat models in order: the next one answers when one is unavailable or fails before the first piece of its
 * answer. What fails later fails for good, since the reader has seen a part already.
 * @returns null for no models at all, which is how Frontdesk runs without one
 */
export function createFallbackChatModel(
  models: readonly ChatModel[],
  logger: Logger,
): ChatModel | null {
  const [first, ...others] = models;
  if (first === undefined) return null;
  if (others.length === 0) return first;
  return {
    status: () => firstReady(models) ?? first.status(),
    generate: (request, call) => generate(models, logger, request, call.signal),
  };
}

async function* generate(
  models: readonly ChatModel[],
  logger: Logger,
  request: ChatRequest,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, undefined> {
  for (const [index, model] of models.entries()) {
    const isLast = index === models.length - 1;
    if (!isLast && model.status().state === "unavailable") continue;
    let hasAnswered = false;
    try {
      for await (const event of model.generate(request, { signal })) {
        // Thoughts are shown to nobody.
        hasAnswered = event.type !== "retracted" && (hasAnswered || event.type === "text");
        yield event;
      }
      return;
    } catch (error) {
      if (isLast || hasAnswered || signal.aborted || !isModelAtFault(error)) throw error;
      logger.warn({ model: model.status().model, code: error.code }, "next chat model takes over");
    }
  }
}

function firstReady(models: readonly ChatModel[]): ModelStatus | null {
  return models.map((model) => model.status()).find(({ state }) => state === "ready") ?? null;
}
