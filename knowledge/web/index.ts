export { braveProvider, searxngProvider, tavilyProvider } from "./engines.ts";
export { type JsonApi, jsonApiProvider } from "./json-api.ts";
export { createWebSearch } from "./web-search.ts";
