export { createDocumentReader, type DocumentReaderOptions } from "./reader.ts";
export { createGuardedDispatcher, type OutgoingRequest } from "./web/guarded-dispatcher.ts";
