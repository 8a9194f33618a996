import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type IndexedPassage, listIndexedPassages, settled } from "../knowledge/evaluate/index.ts";
import type { Knowledge } from "../knowledge/index.ts";
import { copyIngested, withoutTalk } from "./compose-eval.ts";
import { composeKnowledge } from "./compose-knowledge.ts";
import { composeModels } from "./compose-models.ts";
import type { Config } from "./config.ts";
import { FrontdeskError } from "./core/index.ts";
import { createOpenedParts } from "./opened-parts.ts";
import { silentLogger } from "./ports/logger.ts";

/** The documents of a data directory, in a copy that is thrown away. */
export interface CopiedKnowledge {
  readonly knowledge: Knowledge;
  readonly passages: readonly IndexedPassage[];
  close(): Promise<void>;
}

/**
 * Opens a copy of what is ingested, with the models of the configuration; the running Frontdesk is not disturbed.
 *
 * @throws FrontdeskError `source_empty` when nothing is ingested here, `vectors_unavailable`
 */
export async function openCopiedKnowledge(
  configured: Config,
  call: { readonly signal: AbortSignal },
): Promise<CopiedKnowledge> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-calibrate-"));
  const parts = createOpenedParts(silentLogger);
  const close = async (): Promise<void> => {
    await parts.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    copyIngested(configured, folder, "Ingest them first, or name texts with --corpus.");
    const config = { ...withoutTalk(configured), dataDir: folder };
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
    await settled(knowledge, call);
    const { vectors } = await knowledge.status();
    if (vectors.state === "unavailable") {
      throw new FrontdeskError("vectors_unavailable", vectors.reason ?? "There are no vectors.");
    }
    return { knowledge, passages: listIndexedPassages(folder), close };
  } catch (error) {
    await close();
    throw error;
  }
}
