import { statSync } from "node:fs";
import { isFrontdeskError } from "../src/core/index.ts";
import { type CatalogEntry, catalog, catalogModel, type ModelFolder } from "./catalog.ts";
import { checkModelFile } from "./file/check-model-file.ts";
import { fileSha256 } from "./file/file-hash.ts";

/** A model of the catalog and whether it is on this machine. */
export interface ModelListing {
  readonly name: string;
  readonly role: CatalogEntry["role"];
  readonly languages: readonly string[];
  readonly licence: string;
  /** Of the file that is there, else what the catalog says; null when nobody knows. */
  readonly sizeBytes: number | null;
  readonly isInstalled: boolean;
  readonly isBundled: boolean;
  readonly path: string;
  readonly url: string | null;
}

/** What a check of a model file found. */
export interface ModelVerification {
  readonly name: string;
  readonly path: string;
  /** `unpinned`: whole as far as one can tell, but the catalog has no hash to compare with. */
  readonly result: "ok" | "unpinned" | "mismatch" | "broken" | "missing";
  readonly sha256: string | null;
  /** For the operator; empty when ok. */
  readonly detail: string;
}

/** All models of the catalog. */
export function listModels(folder: ModelFolder): readonly ModelListing[] {
  return catalog.map((entry) => {
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
    };
  });
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
  const verifications: ModelVerification[] = [];
  for (const entry of catalog) {
    if (names !== null && !names.includes(entry.name)) continue;
    const verification = await verify(entry, folder, call.signal);
    if (names !== null || verification.result !== "missing") verifications.push(verification);
  }
  return verifications;
}

async function verify(
  entry: CatalogEntry,
  folder: ModelFolder,
  signal: AbortSignal,
): Promise<ModelVerification> {
  const { path } = catalogModel(entry, folder);
  const about = { name: entry.name, path };
  try {
    checkModelFile(path);
  } catch (error) {
    if (!isFrontdeskError(error)) throw error;
    const result = error.code === "model_not_found" ? "missing" : "broken";
    return { ...about, result, sha256: null, detail: error.message };
  }
  const sha256 = await fileSha256(path, { signal });
  if (entry.sha256 === null) {
    return { ...about, result: "unpinned", sha256, detail: "The catalog knows no sha256 of it." };
  }
  if (entry.sha256 === sha256) return { ...about, result: "ok", sha256, detail: "" };
  const detail = `Its sha256 is not ${entry.sha256}. Remove the file and download it again.`;
  return { ...about, result: "mismatch", sha256, detail };
}
