export type {
  Chunk,
  DocumentReader,
  DocumentRef,
  ParsedDocument,
  ReadOutcome,
} from "./document.ts";
export { createKnowledge, type Knowledge } from "./knowledge.ts";
export { createRemoteKnowledge } from "./remote/remote-knowledge.ts";
export {
  type FusionWeights,
  type KnowledgeSettings,
  knowledgeSettings,
  STARTER_FUSION,
  STRONG_FUSION,
} from "./settings.ts";
export type { ChromaPlace } from "./vectors/neighbours.ts";
