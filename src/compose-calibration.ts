import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type IndexedPassage, listIndexedPassages } from "../knowledge/evaluate/index.ts";
import type { Knowledge } from "../knowledge/index.ts";
import { composeKnowledge } from "./compose-knowledge.ts";
import { composeModels } from "./compose-models.ts";
import type { Config } from "./config.ts";
import { FrontdeskError } from "./core/index.ts";
import { createOpenedParts } from "./opened-parts.ts";
import { silentLogger } from "./ports/logger.ts";
import { copySqliteFile } from "./runtime/index.ts";

/** The documents of a data directory, in a copy that is thrown away. */
export interface CopiedKnowledge {
  readonly knowledge: Knowledge;
  readonly passages: readonly IndexedPassage[];
  close(): Promise<void>;
}

const POLL_MS = 50;

async function untilEmbedded(knowledge: Knowledge, signal: AbortSignal): Promise<void> {
  for (;;) {
    const { chunks, vectors } = await knowledge.status();
    if (vectors.model === null || vectors.embedded >= chunks) return;
    signal.throwIfAborted();
    await pause(POLL_MS);
  }
}

/**
 * Opens a copy of what is ingested, with the models of the configuration; the running Frontdesk is not disturbed.
 *
 * @throws FrontdeskError `source_empty` when nothing is ingested here
 */
export async function openCopiedKnowledge(
  configured: Config,
  call: { readonly signal: AbortSignal },
): Promise<CopiedKnowledge> {
  const present = join(configured.dataDir, "knowledge.db");
  if (configured.knowledge.url !== null || !existsSync(present)) {
    throw new FrontdeskError(
      "source_empty",
      `There are no documents in ${configured.dataDir}. Ingest them first, or name texts with --corpus.`,
    );
  }
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-calibrate-"));
  const parts = createOpenedParts(silentLogger);
  const close = async (): Promise<void> => {
    await parts.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    copySqliteFile(present, join(folder, "knowledge.db"));
    const none = { chat: "off", url: null, upstreams: [], small: null };
    const config = {
      ...configured,
      models: { ...configured.models, ...none },
      dataDir: folder,
    };
    const unseen = { admitted: () => {}, answered: () => {} };
    const models = parts.add(composeModels(config, silentLogger, unseen));
    const knowledge = parts.add(
      await composeKnowledge(
        {
          config,
          dataDir: folder,
          observer: { retrievalDegraded: () => {} },
          logger: silentLogger,
          chroma: { mode: "off" },
        },
        models,
        parts,
      ),
    );
    await untilEmbedded(knowledge, call.signal);
    return { knowledge, passages: listIndexedPassages(folder), close };
  } catch (error) {
    await close();
    throw error;
  }
}
