import { join } from "node:path";
import {
  createLocalEmbedder,
  createLocalReranker,
  createMemoryLedger,
  type FusionWeight,
} from "../models/index.ts";
import { composeChat } from "./compose-chat.ts";
import { memoryPlan } from "./compose-memory.ts";
import { createModelShelf, MODEL_TITLES } from "./compose-model-shelf.ts";
import { composeRemoteEmbedder, composeRemoteReranker } from "./compose-remote-models.ts";
import type { ModelPart } from "./compose-status.ts";
import type { Config } from "./config.ts";
import { createOpenedParts } from "./opened-parts.ts";
import type { ChatModel, ModelStatus } from "./ports/chat-model.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { InferenceObserver, ModelReading } from "./ports/inference-observer.ts";
import type { Logger } from "./ports/logger.ts";
import type { ModelSwap } from "./ports/model-swap.ts";
import type { Reranker } from "./ports/reranker.ts";

/** The models that the configuration asks for, each null when there is none. */
export interface ComposedModels {
  readonly chat: ChatModel | null;
  /** How the chat model is replaced while it runs; null unless it is a local one. */
  readonly swap: ModelSwap | null;
  /** How the configured chat model is, also one that cannot be used; null when there is none. */
  readonly chatStatus: (() => ModelStatus) | null;
  readonly embedder: Embedder | null;
  /** How much the embedder's vectors count, where its catalog entry says so. */
  readonly fusionWeight: FusionWeight | null;
  readonly reranker: Reranker | null;
  readonly parts: readonly ModelPart[];
  /** What the models say of themselves, for the metrics. */
  readings(): readonly ModelReading[];
  /** Resolves when the embedder can be asked, rejects when it cannot be loaded. */
  ready(call: { readonly signal: AbortSignal }): Promise<void>;
  close(): Promise<void>;
}

/** Makes the models; local ones load in their own processes and nobody waits for them here. */
export function composeModels(
  config: Config,
  logger: Logger,
  observer: InferenceObserver,
): ComposedModels {
  const opened = createOpenedParts(logger);
  const shelf = createModelShelf(opened, join(config.dataDir, "models"));
  const { models } = config;
  const common = { logger, gpu: models.gpu };
  const ledger = createMemoryLedger(memoryPlan(config));
  // With a knowledge server passages are found and ranked there.
  const hasDocuments = config.knowledge.url === null;
  const remoteEmbedder = hasDocuments
    ? shelf.remote(composeRemoteEmbedder(config, logger), "embed")
    : null;
  const embed =
    remoteEmbedder === null && hasDocuments
      ? shelf.local({ name: models.embed, role: "embed" }, (model) =>
          createLocalEmbedder({ ...common, model, gpu: "off", memory: ledger.budgetOf("embed") }),
        )
      : null;
  embed?.model.start();
  const remoteReranker = hasDocuments
    ? shelf.remote(composeRemoteReranker(config, logger), "rerank")
    : null;
  const rerank =
    remoteReranker === null && hasDocuments
      ? shelf.local({ name: models.rerank, role: "rerank" }, (model) =>
          createLocalReranker({ ...common, model, memory: ledger.budgetOf("rerank") }),
        )
      : null;
  rerank?.model.start();
  const { chat, swap } = composeChat({ config, logger, observer, shelf, ledger });
  const embedder = remoteEmbedder ?? embed?.model ?? null;
  return {
    chat,
    swap,
    chatStatus: shelf.parts.find(({ name }) => name === MODEL_TITLES.chat)?.status ?? null,
    embedder,
    fusionWeight: embed?.file.fusionWeight ?? null,
    reranker: remoteReranker ?? rerank?.model ?? null,
    parts: shelf.parts,
    readings: () => shelf.readings(),
    ready: async (call) => {
      await embedder?.identity(call);
    },
    close: () => opened.close(),
  };
}
