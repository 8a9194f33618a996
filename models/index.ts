export { createLocalEmbedder, type LocalEmbedder } from "./local/embedder.ts";
export type { LocalModelResources } from "./local/load-options.ts";
export type { LocalModel, LocalModelOptions } from "./local/local-model.ts";
export type { ChatWrapperName, FusionWeight, ModelFile, ModelRole } from "./model-file.ts";
export { starterEmbedder } from "./starter.ts";
