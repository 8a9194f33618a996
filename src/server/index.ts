export { type Listening, listenOnPort, listenOnSocket } from "./listen.ts";
export { createMetrics, type Metrics } from "./metrics.ts";
