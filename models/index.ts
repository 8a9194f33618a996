export { type CatalogEntry, catalog, type ModelFolder, resolveModel } from "./catalog.ts";
export type { EngineLimits } from "./engine/limits.ts";
export { createFallbackChatModel } from "./fallback-chat-model.ts";
export { checkModelFile } from "./file/check-model-file.ts";
export {
  listModels,
  type ModelListing,
  type ModelVerification,
  verifyModels,
} from "./inventory.ts";
export {
  createLocalChatModel,
  type LocalChatModel,
  type LocalChatModelOptions,
} from "./local/chat-model.ts";
export { createLocalEmbedder, type LocalEmbedder } from "./local/embedder.ts";
export type { LocalModelResources } from "./local/load-options.ts";
export type { LocalModel, LocalModelOptions } from "./local/local-model.ts";
export { createLocalReranker, type LocalReranker } from "./local/reranker.ts";
export { modelFileAt } from "./local-file.ts";
export type { ChatWrapperName, FusionWeight, ModelFile, ModelRole } from "./model-file.ts";
export {
  createRemoteChatModel,
  type RemoteChatModel,
  type RemoteChatModelOptions,
} from "./remote/chat-model.ts";
export { createRemoteEmbedder, type RemoteEmbedderOptions } from "./remote/embedder.ts";
export type { RemoteModelOptions } from "./remote/remote-options.ts";
export { starterEmbedder } from "./starter.ts";
