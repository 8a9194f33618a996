import type { FastifyInstance } from "fastify";
import type { Application } from "../ports/application.ts";
import { requireApiKey } from "./api-key.ts";
import { addDeadLetterRoutes } from "./dead-letter-routes.ts";
import { addJobRoutes } from "./job-routes.ts";
import { addModelRoutes } from "./model-routes.ts";

/** Adds what operators and other programs may ask over the network: everything under `/api/v1`, with the API key only. */
export function addApiRoutes(
  server: FastifyInstance,
  app: Application,
  apiKey: string | null,
): void {
  void server.register(
    async (api) => {
      api.addHook("onRequest", requireApiKey(apiKey));
      addDeadLetterRoutes(api, app);
      addJobRoutes(api, app);
      addModelRoutes(api, app);
    },
    { prefix: "/api/v1" },
  );
}
