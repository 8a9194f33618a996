import { join } from "node:path";
import {
  createFallbackChatModel,
  createLocalChatModel,
  type LocalChatModel,
  type ModelFile,
  observeChatModel,
  readModelChoice,
} from "../models/index.ts";
import type { ModelShelf } from "./compose-model-shelf.ts";
import { composeRemoteChat } from "./compose-remote-models.ts";
import type { Config } from "./config.ts";
import type { ChatModel } from "./ports/chat-model.ts";
import type { InferenceObserver } from "./ports/inference-observer.ts";
import type { Logger } from "./ports/logger.ts";

const SECOND_MS = 1_000;

export interface ChatParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly observer: InferenceObserver;
  readonly shelf: ModelShelf;
}

function makeLocal({ config, logger, observer }: ChatParts): (model: ModelFile) => LocalChatModel {
  const { models } = config;
  return (model) =>
    createLocalChatModel({
      model,
      logger,
      observer,
      gpu: models.gpu,
      sequences: models.sequences,
      contextSize: models.contextTokens,
      maxWaitMs: models.maxWaitSeconds * SECOND_MS,
      maxAnswerMs: models.maxAnswerSeconds * SECOND_MS,
    });
}

/** The model of `models.chat` or of the servers, and the second one beside it; null when there is none at all. */
export function composeChat(parts: ChatParts): ChatModel | null {
  const { config, logger, observer, shelf } = parts;
  const { models, dataDir } = config;
  const make = makeLocal(parts);
  const observed = (model: ChatModel): ChatModel =>
    observeChatModel(model, observer, () => performance.now());
  const chosen = models.chat ?? readModelChoice({ directory: join(dataDir, "models") })?.chat;
  const remote = shelf.remote(composeRemoteChat(config, logger), "chat");
  const local =
    remote === null ? shelf.local({ name: chosen ?? null, role: "chat" }, make)?.model : undefined;
  const small = shelf.local(
    {
      name: models.small,
      role: "chat",
      title: "Second chat model",
      without: "the other chat model answers alone",
    },
    make,
  )?.model;
  local?.start();
  if (small !== undefined) void startAfter(small, local);
  const main = remote ?? local;
  const order = models.smallFor === "overflow" ? [small, main] : [main, small];
  const usable = order.filter((model) => model !== undefined);
  return createFallbackChatModel(usable.map(observed), logger);
}

/** What memory is left for the second model is only known once the first one is loaded. */
async function startAfter(model: LocalChatModel, first: LocalChatModel | undefined): Promise<void> {
  await first?.ready({ signal: new AbortController().signal }).catch(() => {});
  model.start();
}
