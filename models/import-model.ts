import { constants, mkdirSync, rmSync, statSync } from "node:fs";
import { copyFile, rename } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { FrontdeskError, systemErrorCode } from "../src/core/index.ts";
import { type CatalogEntry, catalog, type ModelFolder } from "./catalog.ts";
import { lockFile } from "./download/file-lock.ts";
import { checkModelFile } from "./file/check-model-file.ts";
import { fileSha256 } from "./file/file-hash.ts";
import { writeHashRecord } from "./hash-records.ts";

export interface ImportOptions {
  /** A GGUF file that came by other ways, for example on a USB stick. */
  readonly path: string;
  /** The catalog name that it is to have; null: found by its hash or its file name. */
  readonly as: string | null;
  readonly folder: ModelFolder;
  readonly signal: AbortSignal;
}

/** A model that was copied into the folder of models. */
export interface ImportedModel {
  readonly name: string;
  readonly role: CatalogEntry["role"] | null;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** `recorded`: the catalog does not know it, so this hash counts from now on. */
  readonly verifiedBy: "pinned" | "recorded";
  readonly result: "imported" | "present";
}

/**
 * Takes a model file into the folder of models, for machines without a network. A file that the catalog knows is compared with
 * its hash; of any other the hash is written down.
 * @throws FrontdeskError `model_not_found`, `model_invalid`, `disk_full`, `download_running`; `signal.reason`
 */
export async function importModel(options: ImportOptions): Promise<ImportedModel> {
  const source = resolve(options.path);
  const { sizeBytes } = checkModelFile(source);
  const sha256 = await fileSha256(source, { signal: options.signal });
  const entry = entryOf(options, source, sha256);
  if (entry !== null && entry.sha256 !== sha256) {
    throw new FrontdeskError(
      "model_invalid",
      `${source} is not the file that the catalog knows as ${entry.name}: its sha256 is ${sha256}, expected ${entry.sha256}. ` +
        "Copy it again, or give it another file name to use it as your own.",
    );
  }
  const file = entry?.file ?? basename(source);
  const target = join(options.folder.directory, file);
  mkdirSync(options.folder.directory, { recursive: true, mode: 0o700 });
  const lock = lockFile(target);
  try {
    const result = await place(source, target, sha256, options.signal);
    const isPinned = entry !== null;
    if (!isPinned) {
      writeHashRecord(options.folder.directory, file, { sha256, sizeBytes, source: "import" });
    }
    return {
      name: entry?.name ?? file.replace(/\.gguf$/iu, ""),
      role: entry?.role ?? null,
      path: target,
      sizeBytes,
      sha256,
      verifiedBy: isPinned ? "pinned" : "recorded",
      result,
    };
  } finally {
    lock.release();
  }
}

function entryOf(options: ImportOptions, source: string, sha256: string): CatalogEntry | null {
  const known = catalog.filter(({ isBundled }) => !isBundled);
  if (options.as !== null) {
    const named = known.find(({ name }) => name === options.as);
    if (named !== undefined) return named;
    throw new FrontdeskError(
      "model_not_found",
      `There is no model "${options.as}" in the catalog; frontdesk models list shows them.`,
    );
  }
  const byHash = known.find((entry) => entry.sha256 === sha256);
  return byHash ?? known.find(({ file }) => file === basename(source)) ?? null;
}

/** Copies beside the target first, so that nobody ever sees half a model. */
async function place(
  source: string,
  target: string,
  sha256: string,
  signal: AbortSignal,
): Promise<ImportedModel["result"]> {
  if (source === target) return "present";
  const there = statSync(target, { throwIfNoEntry: false });
  if (there !== undefined) {
    if ((await fileSha256(target, { signal })) === sha256) return "present";
    throw new FrontdeskError(
      "model_invalid",
      `${target} is there already and is another file. Remove it first, or rename the new one.`,
    );
  }
  const draft = `${target}.import`;
  try {
    await copyFile(source, draft, constants.COPYFILE_FICLONE);
    signal.throwIfAborted();
    if ((await fileSha256(draft, { signal })) !== sha256) {
      throw new FrontdeskError(
        "model_invalid",
        `${source} changed while it was copied, or the disk is faulty. Try again.`,
      );
    }
    await rename(draft, target);
    return "imported";
  } catch (error) {
    if (systemErrorCode(error) !== "ENOSPC") throw error;
    throw new FrontdeskError(
      "disk_full",
      `There is no space left for ${target}; free some and run the same command again.`,
      { cause: error },
    );
  } finally {
    rmSync(draft, { force: true });
  }
}
