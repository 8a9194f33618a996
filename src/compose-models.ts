import { join } from "node:path";
import {
  createLocalChatModel,
  createLocalEmbedder,
  createLocalReranker,
  createRemoteChatModel,
  type FusionWeight,
  type ModelFile,
  type ModelRole,
  resolveModel,
  starterEmbedder,
} from "../models/index.ts";
import type { ModelPart } from "./compose-status.ts";
import type { Config } from "./config.ts";
import { errorMessage, timeLimit } from "./core/index.ts";
import { createOpenedParts } from "./opened-parts.ts";
import type { ChatModel, ModelStatus } from "./ports/chat-model.ts";
import type { Embedder } from "./ports/embedder.ts";
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

/** Makes the models; local ones load in their own processes and nobody waits for them here. */
export function composeModels(config: Config, logger: Logger): ComposedModels {
  const opened = createOpenedParts(logger);
  const directory = join(config.dataDir, "models");
  const { models } = config;
  const parts: ModelPart[] = [];
  const local = <
    Model extends { start(): void; close(): Promise<void>; status: ModelPart["status"] },
  >(
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
    parts.push({ name: NAMES[role], status: () => model.status(), without: WITHOUT[role] });
    return { model, file: found.file };
  };
  const common = { logger, gpu: models.gpu };
  const embed = local(models.embed, "embed", (model) =>
    createLocalEmbedder({ ...common, model, gpu: "off" }),
  );
  const rerank = local(models.rerank, "rerank", (model) =>
    createLocalReranker({ ...common, model }),
  );
  const chat = composeChat(config, logger, (wanted) =>
    local(wanted, "chat", (model) =>
      createLocalChatModel({
        ...common,
        model,
        sequences: models.sequences,
        contextSize: models.contextTokens,
      }),
    ),
  );
  if (chat.part !== null) parts.push(chat.part);
  return {
    chat: chat.model,
    chatStatus: parts.find(({ name }) => name === NAMES.chat)?.status ?? null,
    embedder: embed?.model ?? null,
    fusionWeight: embed?.file.fusionWeight ?? null,
    reranker: rerank?.model ?? null,
    parts,
    ready: async (call) => {
      await embed?.model.identity(call);
    },
    close: () => opened.close(),
  };
}

interface ComposedChat {
  readonly model: ChatModel | null;
  readonly part: ModelPart | null;
}

function composeChat(
  config: Config,
  logger: Logger,
  makeLocal: (
    wanted: string | null,
  ) => { readonly model: ChatModel; readonly file: ModelFile } | null,
): ComposedChat {
  const { url, chat, apiKey } = config.models;
  if (url === null) {
    const made = makeLocal(chat);
    return { model: made?.model ?? null, part: null };
  }
  const model = createRemoteChatModel({ baseUrl: url, model: chat ?? "default", apiKey, logger });
  // Ask once in the background, so that `doctor` and the health check know without a user's question.
  model.probe({ signal: timeLimit(5000) }).catch((error: unknown) => {
    logger.warn({ reason: errorMessage(error) }, "the model server does not answer");
  });
  return {
    model,
    part: { name: NAMES.chat, status: () => model.status(), without: WITHOUT.chat },
  };
}
