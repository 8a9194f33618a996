export { createAbsentChatModel } from "./absent-chat-model.ts";
export { createAdaptedChatModel } from "./adapted-chat-model.ts";
export { type CatalogEntry, catalog, resolveModel } from "./catalog.ts";
export { checkOutput } from "./checked-output.ts";
export { createDownloadDispatcher } from "./download/dispatcher.ts";
export type { DownloadProgress } from "./download/download-options.ts";
export { createFallbackChatModel } from "./fallback-chat-model.ts";
export { checkModelFile } from "./file/check-model-file.ts";
export { type ConfiguredModel, wantedModels } from "./fit/configured-models.ts";
export { freeMemoryBytes } from "./fit/free-memory.ts";
export { largestFitting, type MachineRoom } from "./fit/machine-room.ts";
export { createMemoryLedger, type MemoryBudget, type MemoryLedger } from "./fit/memory-ledger.ts";
export { type MemoryPlan, planMemory, planText } from "./fit/memory-plan.ts";
export { importModel } from "./import-model.ts";
export { listModels, type ModelListing, verifyModels } from "./inventory.ts";
export {
  createLocalChatModel,
  type LocalChatModel,
  type LocalChatModelOptions,
} from "./local/chat-model.ts";
export { createLocalEmbedder, type LocalEmbedder } from "./local/embedder.ts";
export type { LocalModel } from "./local/local-model.ts";
export { createLocalReranker } from "./local/reranker.ts";
export { modelFileAt } from "./local-file.ts";
export { readModelChoice, writeModelChoice } from "./model-choice.ts";
export type { FusionWeight, ModelFile, ModelRole } from "./model-file.ts";
export { observeChatModel } from "./observe-chat-model.ts";
export { downloadAddress, type PulledModel, pullModel } from "./pull-model.ts";
export { createBalancedChatModel, type Upstream } from "./remote/balanced-chat-model.ts";
export { createRemoteChatModel, type RemoteChatModel } from "./remote/chat-model.ts";
export type { RemoteChatModelOptions } from "./remote/chat-options.ts";
export { createRemoteEmbedder } from "./remote/embedder.ts";
export { createRemoteReranker } from "./remote/reranker.ts";
export { createRoutedChatModel } from "./router/routed-chat-model.ts";
export { sizeText } from "./size-text.ts";
export { starterEmbedder } from "./starter.ts";
export { createSwappableChatModel } from "./swap/swap-chat-model.ts";
