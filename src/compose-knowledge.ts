import {
  type ChromaPlace,
  createKnowledge,
  createRemoteKnowledge,
  type Knowledge,
} from "../knowledge/index.ts";
import { createDocumentReader } from "../knowledge/ingest/index.ts";
import { observeRetriever, type RetrievalObserver } from "./application/index.ts";
import { createEgressLog } from "./compose-egress.ts";
import type { ComposedModels } from "./compose-models.ts";
import { retrievalSettings } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import type { OpenedParts } from "./opened-parts.ts";
import { systemClock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";

/** The knowledge base with somebody told what its searches had to do without. */
function observed(knowledge: Knowledge, observer: RetrievalObserver): Knowledge {
  return { ...knowledge, ...observeRetriever(knowledge, observer) };
}

function placeOf({ chromaUrl }: Config): ChromaPlace {
  return chromaUrl === null ? { mode: "embedded" } : { mode: "remote", url: chromaUrl };
}

/** Opens the documents of this machine, or speaks to the machine that holds them (`KNOWLEDGE_URL`). */
export async function composeKnowledge(
  options: {
    readonly config: Config;
    readonly dataDir: string;
    readonly observer: RetrievalObserver;
    readonly logger: Logger;
    /** Default: as configured. */
    readonly chroma?: ChromaPlace;
  },
  models: ComposedModels,
  parts: OpenedParts,
): Promise<Knowledge> {
  const { config, dataDir, observer, logger } = options;
  const { url, apiKey } = config.knowledge;
  if (url !== null) return observed(createRemoteKnowledge({ url, apiKey }), observer);
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
  const knowledge = await createKnowledge({
    dataDir,
    reader,
    embedder: models.embedder,
    reranker: models.reranker,
    chroma: options.chroma ?? placeOf(config),
    settings: retrievalSettings(config, models.fusionWeight),
    cleaning: { clean: config.knowledge.clean, redact: config.knowledge.redact },
    logger,
    clock: systemClock,
  });
  return observed(knowledge, observer);
}
