import Fastify, { type FastifyInstance } from "fastify";
import { errorMessage, FrontdeskError, systemErrorCode } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type { Logger } from "../ports/logger.ts";
import type { TicketIntake } from "../ports/ticket-system.ts";
import { addApiRoutes } from "./api-routes.ts";
import { answerError } from "./error-answer.ts";
import { addHealthRoutes } from "./health-routes.ts";
import { addKnowledgeRoutes, type KnowledgeService } from "./knowledge-routes.ts";
import type { Metrics } from "./metrics.ts";
import { addRestRoutes, type RestService } from "./rest/rest-routes.ts";
import { addRpcRoutes } from "./rpc-routes.ts";
import { addTicketRoutes } from "./ticket-routes.ts";

/** A server that listens. */
export interface Listening {
  /** `http://127.0.0.1:8787`, or the path of the socket. */
  readonly address: string;
  close(): Promise<void>;
}

const BODY_LIMIT_BYTES = 16 * 1024 * 1024;

function newServer(logger: Logger): FastifyInstance {
  const server = Fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  server.setErrorHandler((error, request, reply) => {
    logger.warn({ err: error, route: request.routeOptions.url }, "request failed");
    return answerError(error, reply);
  });
  return server;
}

/** Serves the application to other processes of the same user. */
export async function listenOnSocket(
  app: Application,
  options: { readonly socketPath: string; readonly version: string; readonly logger: Logger },
): Promise<Listening> {
  const server = newServer(options.logger);
  addRpcRoutes(server, app, options.version);
  await server.listen({ path: options.socketPath });
  return { address: options.socketPath, close: () => server.close() };
}

/**
 * Serves health and metrics to the network, and the API to whoever has its key.
 * @throws FrontdeskError `port_in_use` saying which port and what to do
 */
export async function listenOnPort(
  app: Application,
  options: {
    readonly host: string;
    readonly port: number;
    readonly logger: Logger;
    /** Null closes the API. */
    readonly apiKey: string | null;
    readonly metrics: Pick<Metrics, "contentType" | "text">;
    /** Serves the knowledge base to other machines. */
    readonly knowledge?: KnowledgeService;
    /** Takes what a ticket system tells. */
    readonly tickets?: TicketIntake;
    /** Serves documents, collections and search to whoever may ask. */
    readonly rest?: RestService;
  },
): Promise<Listening> {
  const server = newServer(options.logger);
  addHealthRoutes(server, app, options.metrics);
  addApiRoutes(server, app, options.apiKey);
  if (options.rest !== undefined) addRestRoutes(server, options.rest);
  if (options.knowledge !== undefined) addKnowledgeRoutes(server, options.knowledge);
  if (options.tickets !== undefined) addTicketRoutes(server, options.tickets);
  try {
    const address = await server.listen({ host: options.host, port: options.port });
    return { address, close: () => server.close() };
  } catch (error) {
    await server.close();
    const code = systemErrorCode(error);
    if (code === "EADDRINUSE") {
      throw new FrontdeskError(
        "port_in_use",
        `Port ${options.port} on ${options.host} is in use; set FRONTDESK_HTTP_PORT to another one (0 takes any).`,
        { cause: error },
      );
    }
    throw new FrontdeskError(
      "port_in_use",
      `Cannot listen on ${options.host}:${options.port}: ${errorMessage(error)}`,
      { cause: error },
    );
  }
}
