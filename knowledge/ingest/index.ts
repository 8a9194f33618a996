export { createDocumentReader, type DocumentReaderOptions } from "./reader.ts";
