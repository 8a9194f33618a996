import { isFrontdeskError } from "../../src/core/index.ts";
import { catalog, type ModelFolder, resolveModel } from "../catalog.ts";
import { checkModelFile } from "../file/check-model-file.ts";
import type { ModelFile, ModelRole } from "../model-file.ts";
import { starterEmbedder } from "../starter.ts";
import { type MemoryNeed, needOfFile, needOfSize } from "./memory-need.ts";
import type { WantedModel } from "./memory-plan.ts";

/** Context of embedding and reranking models where nothing is said: passages have about 450 tokens, and more costs memory. */
export const READING_CONTEXT = 1_024;

/** A model of the configuration that is to run on this machine. */
export interface ConfiguredModel {
  readonly key: string;
  readonly role: ModelRole;
  /** A catalog name, a path, or `starter`; null or `off` for none. */
  readonly name: string | null;
  /** Of chat models only. */
  readonly sequences?: number | null;
  readonly contextTokens?: number | null;
  /** File of an adapter that comes on top. */
  readonly adapterPath?: string;
}

/** What these models need, in the same order; those of which there are none are left out. */
export function wantedModels(
  models: readonly ConfiguredModel[],
  folder: ModelFolder,
): readonly WantedModel[] {
  return models.flatMap((model): readonly WantedModel[] => {
    const { key, name, role } = model;
    if (name === null || name === "off") return [];
    const file = fileOf(name, role, folder);
    const need = file === null ? null : withAdapter(needOfModel(file), model.adapterPath);
    if (role === "chat") {
      const { sequences = null, contextTokens = null } = model;
      return [{ key, name, need, sequences, contextTokens }];
    }
    const contextTokens = file?.contextSize ?? READING_CONTEXT;
    return [{ key, name: file?.name ?? name, need, sequences: 1, contextTokens }];
  });
}

function fileOf(name: string, role: ModelRole, folder: ModelFolder): ModelFile | null {
  if (role === "embed" && name === "starter") return starterEmbedder;
  return orNull(() => resolveModel(name, folder));
}

/** By its own header; before it is here, as the catalog says. Null when nobody knows. */
export function needOfModel({ name, path }: ModelFile): MemoryNeed | null {
  const file = orNull(() => checkModelFile(path));
  if (file !== null) return needOfFile(file.sizeBytes, file.header);
  const entry = catalog.find((known) => known.name === name);
  return entry === undefined ? null : needOfSize(entry.sizeBytes, entry.kvBytesPerToken);
}

function withAdapter(need: MemoryNeed | null, path: string | undefined): MemoryNeed | null {
  if (need === null || path === undefined) return need;
  const adapter = orNull(() => checkModelFile(path));
  return { ...need, weightsBytes: need.weightsBytes + (adapter?.sizeBytes ?? 0) };
}

function orNull<T>(look: () => T): T | null {
  try {
    return look();
  } catch (error) {
    if (isFrontdeskError(error)) return null;
    throw error;
  }
}
