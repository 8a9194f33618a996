export { braveProvider, searxngProvider, tavilyProvider } from "./engines.ts";
export { jsonApiProvider } from "./json-api.ts";
export { createWebSearch } from "./web-search.ts";
