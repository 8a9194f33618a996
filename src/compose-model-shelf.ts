import {
  type LocalModel,
  type ModelFile,
  type ModelRole,
  resolveModel,
  starterEmbedder,
} from "../models/index.ts";
import type { ModelPart } from "./compose-status.ts";
import { errorMessage } from "./core/index.ts";
import type { OpenedParts } from "./opened-parts.ts";
import type { ModelReading } from "./ports/inference-observer.ts";

const WITHOUT = {
  chat: "answers are quoted from the documents",
  embed: "passages are found by words only",
  rerank: "passages are not reranked",
} as const satisfies Record<ModelRole, string>;

/** What a model is called where its state is shown. */
export const MODEL_TITLES = {
  chat: "Chat model",
  embed: "Embedding model",
  rerank: "Reranking model",
} as const satisfies Record<ModelRole, string>;

/** A model that is wanted. */
interface Wanted {
  /** A catalog name or a path; null or `off` for none. */
  readonly name: string | null;
  readonly role: ModelRole;
  /** Where its state is shown; default: by its role. */
  readonly title?: string;
  /** What happens while it is away; default: by its role. */
  readonly without?: string;
}

interface Shelved<Model> {
  readonly model: Model;
  readonly file: ModelFile;
}

/** The models of this process, and what is to be shown of them. */
export interface ModelShelf {
  readonly parts: readonly ModelPart[];
  readings(): readonly ModelReading[];
  /** A model of this machine, not started yet; null when none is wanted or its file is not there. */
  local<Model extends LocalModel>(
    wanted: Wanted,
    make: (file: ModelFile) => Model,
  ): Shelved<Model> | null;
  /** A model behind a server. */
  remote<Model extends { status: ModelPart["status"] }>(
    model: Model | null,
    role: ModelRole,
  ): Model | null;
}

/** @param directory where models are looked for by name */
export function createModelShelf(opened: OpenedParts, directory: string): ModelShelf {
  const parts: ModelPart[] = [];
  const readers: (() => readonly ModelReading[])[] = [];
  return {
    parts,
    readings: () => readers.flatMap((read) => read()),
    local: (wanted, make) => {
      const { name, role } = wanted;
      if (name === null || name === "off") return null;
      const shown = {
        name: wanted.title ?? MODEL_TITLES[role],
        without: wanted.without ?? WITHOUT[role],
      };
      const found = find(name, role, directory);
      if ("reason" in found) {
        const { reason } = found;
        parts.push({
          ...shown,
          status: () => ({ model: name, state: "unavailable", reason }),
        });
        return null;
      }
      const model = opened.add(make(found.file));
      readers.push(() => readingsOf(model));
      parts.push({ ...shown, status: () => model.status() });
      return { model, file: found.file };
    },
    remote: (model, role) => {
      if (model === null) return null;
      parts.push({
        name: MODEL_TITLES[role],
        status: () => model.status(),
        without: WITHOUT[role],
      });
      return model;
    },
  };
}

/** The file of a model, or why it cannot be used: a bot without a model still answers. */
function find(
  wanted: string,
  role: ModelRole,
  directory: string,
): { readonly file: ModelFile } | { readonly reason: string } {
  if (role === "embed" && wanted === "starter") return { file: starterEmbedder };
  try {
    return { file: resolveModel(wanted, { directory }) };
  } catch (error) {
    return { reason: errorMessage(error) };
  }
}

type Measured = LocalModel & { queued?(): number };

function readingsOf(model: Measured & { sides?(): readonly Measured[] }): readonly ModelReading[] {
  return (model.sides?.() ?? [model]).map((side) => ({
    model: side.status().model,
    queued: side.queued?.() ?? 0,
    deaths: side.deaths(),
    process: side.stats(),
  }));
}
