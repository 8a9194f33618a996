import { join } from "node:path";
import {
  type ConfiguredModel,
  freeMemoryBytes,
  type MemoryPlan,
  planMemory,
  readModelChoice,
  wantedModels,
} from "../models/index.ts";
import type { Config } from "./config.ts";

/**
 * How the memory that is free now is shared out among all models of the configuration that run on this machine. The search
 * comes first, since without a chat model answers are quoted.
 */
export function memoryPlan(config: Config, freeBytes: number = freeMemoryBytes()): MemoryPlan {
  const folder = { directory: join(config.dataDir, "models") };
  return planMemory(wantedModels(configuredModels(config, folder), folder), freeBytes);
}

/** The key of an adapter of the chat model in the plan. */
export function adapterKey(collection: string): string {
  return `adapter ${collection}`;
}

function configuredModels(
  { models, knowledge }: Config,
  folder: { readonly directory: string },
): readonly ConfiguredModel[] {
  const hasDocuments = knowledge.url === null;
  const isChatRemote = models.url !== null || models.upstreams.length > 0;
  const chat = isChatRemote ? null : (models.chat ?? readModelChoice(folder)?.chat ?? null);
  const { sequences, contextTokens } = models;
  return [
    {
      key: "embed",
      role: "embed",
      name: hasDocuments && models.embedUrl === null ? models.embed : null,
    },
    {
      key: "rerank",
      role: "rerank",
      name: hasDocuments && models.rerankUrl === null ? models.rerank : null,
    },
    { key: "chat", role: "chat", name: chat, sequences, contextTokens },
    { key: "small", role: "chat", name: models.small, sequences, contextTokens },
    ...Object.entries(models.adapters).map(
      ([collection, adapterPath]): ConfiguredModel => ({
        key: adapterKey(collection),
        role: "chat",
        name: chat,
        sequences,
        contextTokens,
        adapterPath,
      }),
    ),
  ];
}
