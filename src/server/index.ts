export { type Listening, listenOnPort, listenOnSocket } from "./listen.ts";
export { createMetrics, type MetricSources, type Metrics } from "./metrics.ts";
export { httpStatus, toWireError } from "./wire.ts";
