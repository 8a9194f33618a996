import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Calibration, type OwnCalibrations, ownCalibrationsSchema } from "../flows/index.ts";
import type { Config } from "./config.ts";

/** Which embedding model the scores come from: a calibration holds for one alone. */
function embeddingName({ models }: Config): string {
  return models.embedUrl === null ? models.embed : `${models.embedUrl}#${models.embed}`;
}

function pathOf({ dataDir }: Config): string {
  return join(dataDir, "calibration.json");
}

/** What `eval --calibrate` fitted here for the embedding model that is configured; null without that. */
export function readOwnCalibration(config: Config): OwnCalibrations | null {
  const path = pathOf(config);
  if (!existsSync(path)) return null;
  try {
    const stored = ownCalibrationsSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    return stored.model === embeddingName(config) ? stored : null;
  } catch {
    return null; // the fitted ones that are shipped are used
  }
}

/** Keeps what was fitted; returns where. */
export function writeOwnCalibration(
  config: Config,
  fitted: Readonly<Record<"en" | "zh", Calibration | null>>,
): string {
  const path = pathOf(config);
  const content = { model: embeddingName(config), ...fitted } satisfies OwnCalibrations;
  writeFileSync(path, `${JSON.stringify(content, null, 2)}\n`);
  return path;
}
