import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { FrontdeskError, systemErrorCode } from "../src/core/index.ts";

const recordSchema = z.object({
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  sizeBytes: z.number().int().nonnegative(),
  /** Where it came from, without credentials. */
  source: z.string(),
});
const fileSchema = z.object({ files: z.record(z.string(), recordSchema) });

/** What a model file was when it came to this machine. */
export type HashRecord = Readonly<z.infer<typeof recordSchema>>;

const FILE_NAME = "models.lock.json";

/**
 * The hashes of files that no catalog pins, taken when they came and compared ever after. By file name. A folder that has
 * none is an empty record.
 * @throws FrontdeskError `model_invalid` when the record is damaged: it is a safeguard, so it is not passed over
 */
export function readHashRecords(directory: string): ReadonlyMap<string, HashRecord> {
  const path = join(directory, FILE_NAME);
  try {
    const { files } = fileSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    return new Map(Object.entries(files));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || systemErrorCode(error) === "ENOTDIR") {
      return new Map();
    }
    throw new FrontdeskError(
      "model_invalid",
      `${path} holds the checksums of downloaded models and cannot be read. Restore it, or remove it together with the ` +
        "models beside it and pull them again.",
      { cause: error },
    );
  }
}

/** Writes one down; replaces what was known of this file. @throws FrontdeskError `disk_full`, `model_invalid` */
export function writeHashRecord(directory: string, fileName: string, record: HashRecord): void {
  const files = { ...Object.fromEntries(readHashRecords(directory)), [fileName]: record };
  mkdirSync(directory, { recursive: true });
  const path = join(directory, FILE_NAME);
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileSync(draft, `${JSON.stringify({ files }, null, 2)}\n`);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    if (systemErrorCode(error) !== "ENOSPC") throw error;
    throw new FrontdeskError(
      "disk_full",
      `${fileName} is here, but there is no space left to write its checksum into ${path}. Free some and run the same ` +
        "command again.",
      { cause: error },
    );
  }
}
