import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isFrontdeskError } from "../src/core/index.ts";
import { type CatalogEntry, catalog, catalogModel, type ModelFolder, ownModel } from "./catalog.ts";
import { checkModelFile } from "./file/check-model-file.ts";
import { fileSha256 } from "./file/file-hash.ts";
import { freeMemoryBytes } from "./fit/free-memory.ts";
import { fitOfFile, fitsMemory, memoryOfEntry } from "./fit/machine-room.ts";
import type { MemoryPlan } from "./fit/memory-plan.ts";
import { modelFileAt } from "./local-file.ts";
import type { ModelFile } from "./model-file.ts";

/** A model and whether it is on this machine. */
export interface ModelListing {
  readonly name: string;
  /** Null for own files, which may be anything. */
  readonly role: CatalogEntry["role"] | null;
  readonly languages: readonly string[];
  readonly licence: string;
  /** Of the file that is there, else what the catalog says; null when nobody knows. */
  readonly sizeBytes: number | null;
  readonly isInstalled: boolean;
  readonly isBundled: boolean;
  readonly path: string;
  readonly url: string | null;
  /** Memory for one conversation of the shortest context, with what stays free; null when nobody knows. */
  readonly needsBytes: number | null;
  /** Whether it could be loaded into the memory that is free now; null when nobody knows. */
  readonly fits: boolean | null;
}

/** What a check of a model file found. */
export interface ModelVerification {
  readonly name: string;
  readonly path: string;
  /** `unpinned`: whole as far as one can tell, but there is no hash to compare with. */
  readonly result: "ok" | "unpinned" | "mismatch" | "broken" | "missing";
  readonly sha256: string | null;
  /** For the operator; empty when ok. */
  readonly detail: string;
}

/**
 * All models of the catalog, and after them the other model files in the folder.
 * @param plan of the configured models: whether another one fits is said of the room beside those for other purposes
 */
export function listModels(
  folder: ModelFolder,
  freeMemory: number = freeMemoryBytes(),
  plan: MemoryPlan | null = null,
): readonly ModelListing[] {
  /** Those of the configuration are part of the sum already. */
  const planned = (name: string): boolean | null => {
    const share = plan?.shares.find((one) => one.name === name);
    return share === undefined ? null : share.fit !== null;
  };
  const roomFor = (role: CatalogEntry["role"]): number =>
    freeMemory -
    (plan?.shares ?? []).reduce(
      (sum, { key, fit, leastBytes }) =>
        key === role || fit === null ? sum : sum + (leastBytes ?? 0),
      0,
    );
  const known = catalog.map((entry): ModelListing => {
    const { path } = catalogModel(entry, folder);
    const stats = statSync(path, { throwIfNoEntry: false });
    return {
      name: entry.name,
      role: entry.role,
      languages: entry.languages,
      licence: entry.licence,
      sizeBytes: stats?.size ?? entry.sizeBytes,
      isInstalled: stats !== undefined,
      isBundled: entry.isBundled,
      path,
      url: entry.url,
      needsBytes: memoryOfEntry(entry),
      fits: planned(entry.name) ?? fitsMemory(entry, roomFor(entry.role)),
    };
  });
  return [...known, ...ownFiles(folder).map((path) => ownListing(path, roomFor("chat")))];
}

/** Model files in the folder that the catalog does not know. */
function ownFiles(folder: ModelFolder): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder.directory);
  } catch {
    return []; // nothing was ever pulled
  }
  return names
    .filter((name) => /\.gguf$/iu.test(name) && !catalog.some(({ file }) => file === name))
    .map((name) => join(folder.directory, name));
}

function ownListing(path: string, freeMemory: number): ModelListing {
  return {
    name: modelFileAt(path).name,
    role: null,
    languages: [],
    licence: "",
    sizeBytes: statSync(path).size,
    isInstalled: true,
    isBundled: false,
    path,
    url: null,
    ...ownFit(path, freeMemory),
  };
}

/** Unknown where the file is none that could be loaded: a list is no check. */
function ownFit(path: string, freeMemory: number): Pick<ModelListing, "needsBytes" | "fits"> {
  try {
    return fitOfFile(checkModelFile(path), freeMemory);
  } catch (error) {
    if (isFrontdeskError(error)) return { needsBytes: null, fits: null };
    throw error;
  }
}

/**
 * Compares the files on this machine with the catalog. Rejects with `signal.reason` when aborted.
 * @param names null: all that are there
 */
export async function verifyModels(
  folder: ModelFolder,
  names: readonly string[] | null,
  call: { readonly signal: AbortSignal },
): Promise<readonly ModelVerification[]> {
  const known = catalog.map((entry) => catalogModel(entry, folder));
  const own = ownFiles(folder).map((path) => ownModel(path, folder));
  const verifications: ModelVerification[] = [];
  for (const model of [...known, ...own]) {
    if (names !== null && !names.includes(model.name)) continue;
    const verification = await verify(model, call.signal);
    if (names !== null || verification.result !== "missing") verifications.push(verification);
  }
  return verifications;
}

async function verify(model: ModelFile, signal: AbortSignal): Promise<ModelVerification> {
  const { path, name } = model;
  const about = { name, path };
  try {
    checkModelFile(path);
  } catch (error) {
    if (!isFrontdeskError(error)) throw error;
    const result = error.code === "model_not_found" ? "missing" : "broken";
    return { ...about, result, sha256: null, detail: error.message };
  }
  const sha256 = await fileSha256(path, { signal });
  if (model.sha256 === null) {
    const detail =
      "No sha256 of it is known: it did not come by pull or import. `models import` writes it down.";
    return { ...about, result: "unpinned", sha256, detail };
  }
  if (model.sha256 === sha256) return { ...about, result: "ok", sha256, detail: "" };
  const detail = `Its sha256 is not ${model.sha256}. Remove the file and pull it again.`;
  return { ...about, result: "mismatch", sha256, detail };
}
