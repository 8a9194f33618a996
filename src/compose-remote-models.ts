import {
  createBalancedChatModel,
  createRemoteChatModel,
  createRemoteEmbedder,
  createRemoteReranker,
  type Upstream,
} from "../models/index.ts";
import type { Config } from "./config.ts";
import { errorMessage, timeLimit } from "./core/index.ts";
import type { ChatModel, ModelStatus } from "./ports/chat-model.ts";
import type { Embedder } from "./ports/embedder.ts";
import type { Logger } from "./ports/logger.ts";
import type { Reranker } from "./ports/reranker.ts";

/** What a server calls its only model; most take any name then. */
const UNNAMED = "default";
const SECOND_MS = 1_000;
const PROBE_MS = 5_000;
/** With another model at hand it is better to ask that one than the same server again. */
const ATTEMPTS_OF_MANY = 1;

interface WithStatus {
  status(): ModelStatus;
}

/** The servers of the chat model, in the order of the configuration. */
function chatServers({ models }: Config): Config["models"]["upstreams"] {
  const { url, apiKey, opensThoughts, thinkingOff } = models;
  const own = { apiKey, opensThoughts, thinkingOff, model: null, weight: 1, backup: false };
  const first = url === null ? [] : [{ url, ...own }];
  return [...first, ...models.upstreams];
}

/**
 * The chat model behind one or more servers; null when none is configured.
 * @param adapter the name of an adapter, which these servers know as a model of their own; another model stands in for it
 */
export function composeRemoteChat(
  config: Config,
  logger: Logger,
  adapter: string | null = null,
): ChatModel | null {
  const servers = chatServers(config);
  if (servers.length === 0) return null;
  const hasOthers = servers.length > 1 || config.models.small !== null || adapter !== null;
  const upstreams = servers.map((server): Upstream => {
    const { url, apiKey, model, weight, backup, opensThoughts, thinkingOff } = server;
    const name = adapter ?? model ?? config.models.chat ?? UNNAMED;
    return {
      key: `${shown(url)} (${name})`,
      model: createRemoteChatModel({
        baseUrl: url,
        model: name,
        apiKey,
        startsThinking: opensThoughts,
        thinkingOff,
        maxAnswerMs: config.models.maxAnswerSeconds * SECOND_MS,
        logger,
        ...(hasOthers ? { attempts: ATTEMPTS_OF_MANY } : {}),
      }),
      weight,
      isBackup: backup,
    };
  });
  const chat = createBalancedChatModel({ upstreams, logger });
  // Ask once in the background, so that `doctor` and the health check know without a user's question.
  chat.probe({ signal: timeLimit(PROBE_MS) }).catch((error: unknown) => {
    logger.warn({ reason: errorMessage(error) }, "a model server does not answer");
  });
  return chat;
}

/** Addresses are logged without what may be secret in them. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname}`;
}

/** The embedding model behind a server; null when none is configured. */
export function composeRemoteEmbedder(
  { models }: Config,
  logger: Logger,
): (Embedder & WithStatus) | null {
  if (models.embedUrl === null || models.embed === "off") return null;
  return createRemoteEmbedder({
    baseUrl: models.embedUrl,
    model: models.embed === "starter" ? UNNAMED : models.embed,
    apiKey: models.embedApiKey,
    settings: { url: "FRONTDESK_EMBED_URL", apiKey: "FRONTDESK_EMBED_API_KEY" },
    queryPrefix: models.embedQueryPrefix,
    passagePrefix: models.embedPassagePrefix,
    logger,
  });
}

/** The reranking model behind a server; null when none is configured. */
export function composeRemoteReranker(
  { models }: Config,
  logger: Logger,
): (Reranker & WithStatus) | null {
  if (models.rerankUrl === null || models.rerank === "off") return null;
  return createRemoteReranker({
    baseUrl: models.rerankUrl,
    model: models.rerank ?? UNNAMED,
    apiKey: models.rerankApiKey,
    settings: { url: "FRONTDESK_RERANK_URL", apiKey: "FRONTDESK_RERANK_API_KEY" },
    logger,
  });
}
