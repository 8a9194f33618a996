import { join } from "node:path";
import {
  createLocalChatModel,
  createLocalEmbedder,
  createLocalReranker,
  type FusionWeight,
  type LocalModel,
  type ModelFile,
  type ModelRole,
  observeChatModel,
  readModelChoice,
  resolveModel,
  starterEmbedder,
} from "../models/index.ts";
import {
  composeRemoteChat,
  composeRemoteEmbedder,
  composeRemoteReranker,
} from "./compose-remote-models.ts";
import type { ModelPart } from "./compose-status.ts";
import type { Config } from "./config.ts";
import { errorMessage } from "./core/index.ts";
import { createOpenedParts } from "./opened-parts.ts";
import type { ChatModel, ModelStatus } from "./ports/chat-model.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { InferenceObserver, ModelReading } from "./ports/inference-observer.ts";
import type { Logger } from "./ports/logger.ts";
import type { Reranker } from "./ports/reranker.ts";

/** The models that the configuration asks for, each null when there is none. */
export interface ComposedModels {
  readonly chat: ChatModel | null;
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

const WITHOUT = {
  chat: "answers are quoted from the documents",
  embed: "passages are found by words only",
  rerank: "passages are not reranked",
} as const satisfies Record<ModelRole, string>;

const NAMES = {
  chat: "Chat model",
  embed: "Embedding model",
  rerank: "Reranking model",
} as const satisfies Record<ModelRole, string>;

/** The file of a model, or why it cannot be used: a bot without a model still answers. */
function find(
  wanted: string,
  role: ModelRole,
  directory: string,
): { readonly file: ModelFile } | { readonly part: ModelPart } {
  if (role === "embed" && wanted === "starter") return { file: starterEmbedder };
  try {
    return { file: resolveModel(wanted, { directory }) };
  } catch (error) {
    const reason = errorMessage(error);
    return {
      part: {
        name: NAMES[role],
        status: () => ({ model: wanted, state: "unavailable", reason }),
        without: WITHOUT[role],
      },
    };
  }
}

function readingOf(model: LocalModel & { queued?(): number }, name: string): ModelReading {
  return {
    model: name,
    queued: model.queued?.() ?? 0,
    deaths: model.deaths(),
    process: model.stats(),
  };
}

/** Makes the models; local ones load in their own processes and nobody waits for them here. */
export function composeModels(
  config: Config,
  logger: Logger,
  observer: InferenceObserver,
): ComposedModels {
  const opened = createOpenedParts(logger);
  const directory = join(config.dataDir, "models");
  const { models } = config;
  const parts: ModelPart[] = [];
  const readers: (() => ModelReading)[] = [];
  const local = <Model extends LocalModel>(
    wanted: string | null,
    role: ModelRole,
    make: (file: ModelFile) => Model,
  ): { readonly model: Model; readonly file: ModelFile } | null => {
    if (wanted === null || wanted === "off") return null;
    const found = find(wanted, role, directory);
    if ("part" in found) {
      parts.push(found.part);
      return null;
    }
    const model = opened.add(make(found.file));
    model.start();
    readers.push(() => readingOf(model, found.file.name));
    parts.push({ name: NAMES[role], status: () => model.status(), without: WITHOUT[role] });
    return { model, file: found.file };
  };
  const remote = <Model extends { status: ModelPart["status"] }>(
    model: Model | null,
    role: ModelRole,
  ): Model | null => {
    if (model === null) return null;
    parts.push({ name: NAMES[role], status: () => model.status(), without: WITHOUT[role] });
    return model;
  };
  const common = { logger, gpu: models.gpu };
  const wantedChat = models.chat ?? readModelChoice({ directory })?.chat ?? null;
  // With a knowledge server passages are found and ranked there.
  const hasDocuments = config.knowledge.url === null;
  const remoteEmbedder = hasDocuments
    ? remote(composeRemoteEmbedder(config, logger), "embed")
    : null;
  const embed =
    remoteEmbedder === null
      ? local(hasDocuments ? models.embed : null, "embed", (model) =>
          createLocalEmbedder({ ...common, model, gpu: "off" }),
        )
      : null;
  const reranker = !hasDocuments
    ? undefined
    : (remote(composeRemoteReranker(config, logger), "rerank") ??
      local(models.rerank, "rerank", (model) => createLocalReranker({ ...common, model }))?.model);
  const chat =
    remote(composeRemoteChat(config, logger), "chat") ??
    local(wantedChat, "chat", (model) =>
      createLocalChatModel({
        ...common,
        observer,
        model,
        sequences: models.sequences,
        contextSize: models.contextTokens,
      }),
    )?.model;
  const embedder = remoteEmbedder ?? embed?.model ?? null;
  return {
    chat: chat === undefined ? null : observeChatModel(chat, observer, () => performance.now()),
    chatStatus: parts.find(({ name }) => name === NAMES.chat)?.status ?? null,
    embedder,
    fusionWeight: embed?.file.fusionWeight ?? null,
    reranker: reranker ?? null,
    parts,
    readings: () => readers.map((read) => read()),
    ready: async (call) => {
      await embedder?.identity(call);
    },
    close: () => opened.close(),
  };
}
