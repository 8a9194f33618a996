export { CHUNK_LIMITS, type ChunkLimits } from "./chunk/chunk.ts";
export {
  createDocumentReader,
  type DocumentReaderOptions,
  READ_LIMITS,
  type ReadLimits,
} from "./reader.ts";
