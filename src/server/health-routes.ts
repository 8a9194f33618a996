import type { FastifyInstance } from "fastify";
import { timeLimit } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type { Metrics } from "./metrics.ts";

const PROBE_TIMEOUT_MS = 2000;

/**
 * Adds `/healthz` (the process lives) and `/readyz` (it can take work: 200, or 503 with the parts that are down; a
 * part that is degraded or still loads does not keep anybody from an answer), and `/metrics` for Prometheus.
 */
export function addHealthRoutes(
  server: FastifyInstance,
  app: Application,
  metrics: Pick<Metrics, "contentType" | "text">,
): void {
  server.get("/metrics", async (_request, reply) =>
    reply.type(metrics.contentType).send(await metrics.text()),
  );
  server.get("/healthz", () => ({ status: "ok" }));
  server.get("/readyz", async (_request, reply) => {
    const status = await app.status({ signal: timeLimit(PROBE_TIMEOUT_MS) });
    const isReady = status.components.every(({ state }) => state !== "down");
    return reply.code(isReady ? 200 : 503).send({
      status: isReady ? "ready" : "not ready",
      components: status.components,
    });
  });
}
