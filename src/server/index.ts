export type { KnowledgeService } from "./knowledge-routes.ts";
export { type Listening, listenOnPort, listenOnSocket } from "./listen.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
export type { RestService } from "./rest/rest-routes.ts";
