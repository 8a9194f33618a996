import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { FrontdeskError, LANGUAGES } from "../src/core/index.ts";
import { readHashRecords } from "./hash-records.ts";
import { modelFileAt } from "./local-file.ts";
import { CHAT_WRAPPERS, MODEL_ROLES, type ModelFile } from "./model-file.ts";
import { packageRoot } from "./package-root.ts";

const entrySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9.-]+$/u),
  role: z.enum(MODEL_ROLES),
  /** Comes with the package. */
  isBundled: z.boolean().default(false),
  file: z.string().regex(/^[^/\\]+\.gguf$/u),
  /** Names one version of the file, never a branch; null for what comes with the package. */
  url: z.url().nullable(),
  /** To the byte. */
  sizeBytes: z.number().int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  licence: z.string(),
  languages: z.array(z.enum(LANGUAGES)),
  wrapper: z.enum(CHAT_WRAPPERS).nullable().default(null),
  /** For the reader; the engine takes it from the file. */
  pooling: z.enum(["mean", "cls", "last", "rank"]).nullable().default(null),
  dimensions: z.number().int().positive().nullable().default(null),
  contextSize: z.number().int().positive(),
  /** Memory of one token of context: keys and values, 16 bits each (layers × KV heads × head size × 4). */
  kvBytesPerToken: z.number().int().positive(),
  queryPrefix: z.string().default(""),
  passagePrefix: z.string().default(""),
  fusionWeight: z.object({ en: z.number(), zh: z.number() }).nullable().default(null),
});

/** A model that is known by name. */
export type CatalogEntry = Readonly<z.infer<typeof entrySchema>>;

const root = packageRoot(import.meta.url);

/** All models that are known by name. */
export const catalog: readonly CatalogEntry[] = z
  .strictObject({ models: z.array(entrySchema) })
  .parse(JSON.parse(readFileSync(join(root, "models", "catalog.json"), "utf8"))).models;

/** Where downloaded models are kept. */
export interface ModelFolder {
  readonly directory: string;
}

/** The file of a catalog entry on this machine, whether it is there or not. */
export function catalogModel(entry: CatalogEntry, folder: ModelFolder): ModelFile {
  const directory = entry.isBundled ? join(root, "models", "starter") : folder.directory;
  return { ...entry, path: join(directory, entry.file) };
}

/** A file that is no catalog model, with its hash where it was pulled or imported. */
export function ownModel(path: string, folder: ModelFolder): ModelFile {
  const model = modelFileAt(path);
  if (dirname(model.path) !== resolve(folder.directory)) return model;
  const sha256 = readHashRecords(folder.directory).get(basename(model.path))?.sha256 ?? null;
  return { ...model, sha256 };
}

/**
 * Finds a model by its catalog name, by the name of a file in the folder of models, or by a path. Does not look whether the file is there: loading it says so.
 * @throws FrontdeskError `model_not_found` when it is neither
 */
export function resolveModel(nameOrPath: string, folder: ModelFolder): ModelFile {
  const entry = catalog.find((candidate) => candidate.name === nameOrPath);
  if (entry !== undefined) return catalogModel(entry, folder);
  const inFolder = join(folder.directory, `${nameOrPath.replace(/\.gguf$/iu, "")}.gguf`);
  if (!/[/\\]/u.test(nameOrPath) && existsSync(inFolder)) return ownModel(inFolder, folder);
  const isPath = /[/\\]|\.gguf$/iu.test(nameOrPath) || existsSync(nameOrPath);
  if (isPath) return ownModel(nameOrPath, folder);
  throw new FrontdeskError(
    "model_not_found",
    `There is no model "${nameOrPath}" in the catalog, and it is no path of a .gguf file. ` +
      `Known are: ${catalog.map((known) => known.name).join(", ")}.`,
  );
}
