import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  evaluateRetrieval,
  holdsPassages,
  type QuestionSet,
  type RetrievalReport,
  readQuestions,
} from "../knowledge/evaluate/index.ts";
import { createDocumentReader } from "../knowledge/ingest/index.ts";
import { createEgressLog } from "./compose-egress.ts";
import { composeModels } from "./compose-models.ts";
import { retrievalSettings } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import { FrontdeskError } from "./core/index.ts";
import { createOpenedParts, type OpenedParts } from "./opened-parts.ts";
import { systemClock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";
import { copySqliteFile } from "./runtime/index.ts";

/** What is to be measured. */
export interface RetrievalEvaluation {
  readonly config: Config;
  /** File of questions. */
  readonly data: string;
  /** File of passages, or documents; null for what the data directory holds. */
  readonly corpus: string | null;
  /** Only questions and passages whose language begins so; null for all. */
  readonly lang: string | null;
  readonly logger: Logger;
  readonly onProgress: (
    stage: "reading" | "embedding" | "asking",
    done: number,
    of: number,
  ) => void;
  readonly signal: AbortSignal;
  /** Takes a part of the questions only. */
  readonly choose?: (set: QuestionSet) => QuestionSet;
  readonly peers?: Parameters<typeof evaluateRetrieval>[0]["peers"];
}

/** The same models and settings, but nothing that talks: measuring loads no chat model. */
export function withoutTalk(config: Config): Config {
  const none = { chat: "off", url: null, upstreams: [], small: null };
  return {
    ...config,
    models: { ...config.models, ...none },
    knowledge: { ...config.knowledge, url: null },
  };
}

function readerFor(config: Config, logger: Logger, parts: OpenedParts) {
  const { maxDocumentBytes, parseTimeoutMs, allowPrivate, heedRobots, pauseMs } = config.knowledge;
  return parts.add(
    createDocumentReader({
      limits: { maxBytes: maxDocumentBytes, timeoutMs: parseTimeoutMs },
      allowPrivate,
      onRequest: createEgressLog(logger),
      heedsRobots: heedRobots,
      pauseMs,
    }),
  );
}

async function prepareCorpus(
  { config, corpus, lang, logger }: RetrievalEvaluation,
  dataDir: string,
  parts: OpenedParts,
): Promise<Parameters<typeof evaluateRetrieval>[0]["corpus"]> {
  if (corpus !== null && (await holdsPassages(corpus))) {
    return { kind: "passages", file: corpus, lang };
  }
  const reader = readerFor(config, logger, parts);
  if (corpus !== null) return { kind: "documents", root: corpus, reader };
  copyIngested(config, dataDir, "Name what is to be searched with --corpus.");
  return { kind: "index", reader };
}

/**
 * Copies what is ingested into another folder, also while a process uses it.
 * @param otherwise what to do when nothing is
 * @throws FrontdeskError `source_empty`
 */
export function copyIngested(config: Config, folder: string, otherwise: string): void {
  const present = join(config.dataDir, "knowledge.db");
  if (config.knowledge.url !== null || !existsSync(present)) {
    throw new FrontdeskError(
      "source_empty",
      `There are no documents in ${config.dataDir}. ${otherwise}`,
    );
  }
  copySqliteFile(present, join(folder, "knowledge.db"));
}

/**
 * Measures retrieval with the configured models in an index of its own, which is thrown away afterwards. What the data
 * directory holds is only read, also while another process uses it.
 * @throws FrontdeskError as of `evaluateRetrieval`
 */
export async function composeRetrievalEvaluation(
  options: RetrievalEvaluation,
): Promise<RetrievalReport> {
  const config = withoutTalk(options.config);
  const { data, lang, logger, choose, peers } = options;
  const set = await readQuestions(data, lang);
  const parts = createOpenedParts(logger);
  const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-evaluation-"));
  try {
    const corpus = await prepareCorpus(options, dataDir, parts);
    const models = parts.add(
      composeModels(config, logger, { admitted: () => {}, answered: () => {} }),
    );
    return await evaluateRetrieval({
      dataDir,
      corpus,
      set: choose?.(set) ?? set,
      embedder: models.embedder,
      reranker: models.reranker,
      // Also where a server of its own is configured: its collections are not ours to try things in.
      chroma: { mode: "embedded" },
      settings: retrievalSettings(config, models.fusionWeight),
      logger,
      clock: systemClock,
      onProgress: options.onProgress,
      signal: options.signal,
      ...(peers === undefined ? {} : { peers }),
    });
  } finally {
    await parts.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}
