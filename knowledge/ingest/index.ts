export { createDocumentReader, type DocumentReaderOptions } from "./reader.ts";
export { createGuardedDispatcher } from "./web/guarded-dispatcher.ts";
