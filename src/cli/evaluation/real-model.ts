import { setTimeout as pause } from "node:timers/promises";
import { composeModels } from "../../compose-models.ts";
import type { Config } from "../../config.ts";
import { FrontdeskError } from "../../core/index.ts";
import type { ChatModel } from "../../ports/chat-model.ts";
import { silentLogger } from "../../ports/logger.ts";

const LOOK_EVERY_MS = 50;

async function untilReady(model: ChatModel, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { state, reason, model: name } = model.status();
    if (state === "ready") return;
    if (state === "unavailable") {
      throw new FrontdeskError("model_unavailable", reason ?? `The model ${name} cannot be used.`);
    }
    await pause(LOOK_EVERY_MS, undefined, { signal });
  }
}

/**
 * Loads a chat model in its own process, as `start` does, for as long as the work takes.
 *
 * @param name of the catalog, or the path of a GGUF file
 * @throws FrontdeskError `model_unavailable`
 */
export async function withChatModel<Result>(
  config: Config,
  name: string,
  work: (real: { readonly name: string; readonly chatModel: ChatModel }) => Promise<Result>,
  { signal }: { readonly signal: AbortSignal },
): Promise<Result> {
  const wanted = { ...config.models, chat: name, embed: "off", rerank: null, small: null };
  const unseen = { admitted: () => {}, answered: () => {} };
  const models = composeModels({ ...config, models: wanted }, silentLogger, unseen);
  try {
    const { chat } = models;
    if (chat === null) {
      throw new FrontdeskError("model_unavailable", `There is no chat model ${name}.`);
    }
    await untilReady(chat, signal);
    return await work({ name, chatModel: chat });
  } finally {
    await models.close();
  }
}
