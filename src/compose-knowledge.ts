import { createKnowledge, createRemoteKnowledge, type Knowledge } from "../knowledge/index.ts";
import { createDocumentReader } from "../knowledge/ingest/index.ts";
import { createEgressLog } from "./compose-egress.ts";
import type { ComposedModels } from "./compose-models.ts";
import { retrievalSettings } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import type { OpenedParts } from "./opened-parts.ts";
import { systemClock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";

/** Opens the documents of this machine, or speaks to the machine that holds them (`KNOWLEDGE_URL`). */
export function composeKnowledge(
  options: { readonly config: Config; readonly dataDir: string; readonly logger: Logger },
  models: ComposedModels,
  parts: OpenedParts,
): Promise<Knowledge> {
  const { config, dataDir, logger } = options;
  const { url, apiKey } = config.knowledge;
  if (url !== null) return Promise.resolve(createRemoteKnowledge({ url, apiKey }));
  const reader = parts.add(
    createDocumentReader({
      limits: {
        maxBytes: config.knowledge.maxDocumentBytes,
        timeoutMs: config.knowledge.parseTimeoutMs,
      },
      allowPrivate: config.knowledge.allowPrivate,
      onRequest: createEgressLog(logger),
      heedsRobots: config.knowledge.heedRobots,
      pauseMs: config.knowledge.pauseMs,
    }),
  );
  return createKnowledge({
    dataDir,
    reader,
    embedder: models.embedder,
    reranker: models.reranker,
    chroma:
      config.chromaUrl === null ? { mode: "embedded" } : { mode: "remote", url: config.chromaUrl },
    settings: retrievalSettings(config, models.fusionWeight),
    logger,
    clock: systemClock,
  });
}
