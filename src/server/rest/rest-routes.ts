import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FrontdeskError, isFrontdeskError } from "../../core/index.ts";
import type { SharedBudget } from "../../ports/shared-budget.ts";
import { callerSignal } from "../caller-signal.ts";
import { toWireError } from "../wire.ts";
import { type Caller, type CallerSettings, createCallers } from "./callers.ts";
import { openApiOf } from "./openapi.ts";
import { type Operation, operations, type RestParts } from "./operations.ts";

/** The document API, and who may use it how often. */
export interface RestService extends RestParts, CallerSettings {
  readonly budget: SharedBudget;
  readonly requestsPerSecond: number;
  readonly maxDocumentBytes: number;
  readonly version: string;
}

const WINDOW_MS = 1_000;
const BODY_LIMIT_BYTES = 1024 * 1024;

function denied(error: unknown, reply: FastifyReply, status: 401 | 403): FastifyReply {
  if (status === 401) reply.header("www-authenticate", "Bearer");
  return reply.code(status).send({ error: toWireError(error) });
}

async function take({ budget, requestsPerSecond }: RestService, who: string, reply: FastifyReply) {
  const limit = { points: requestsPerSecond, windowMs: WINDOW_MS };
  const { waitMs } = await budget.take(`http:rest:${who}`, limit);
  if (waitMs === 0) return;
  reply.header("retry-after", Math.ceil(waitMs / 1000));
  throw new FrontdeskError("rate_limited", "Too many requests; ask again in a moment.", {
    retryable: true,
    retryAfterMs: waitMs,
  });
}

function bucketOf(caller: Caller): string {
  return caller.kind === "operator" ? "operator" : `person:${caller.principal.userId}`;
}

function addOperation(api: FastifyInstance, operation: Operation, service: RestService): void {
  const callerOf = createCallers(service);
  const known = new WeakMap<FastifyRequest, Caller>();
  const isDocument = operation.body === "bytes";
  void api.register(async (scope) => {
    if (isDocument) {
      scope.removeAllContentTypeParsers();
      scope.addContentTypeParser(
        "*",
        { parseAs: "buffer" },
        async (_request: FastifyRequest, body: Buffer) => body,
      );
    }
    scope.route({
      method: operation.method,
      url: operation.path.replaceAll(/\{(\w+)\}/gu, ":$1"),
      bodyLimit: isDocument ? service.maxDocumentBytes : BODY_LIMIT_BYTES,
      // Before the body is read: nobody unknown makes us read 50 MB.
      onRequest: async (request, reply) => {
        try {
          const caller = await callerOf(request);
          known.set(request, caller);
          await take(service, bucketOf(caller), reply);
        } catch (error) {
          if (!isFrontdeskError(error, "unauthorized")) throw error;
          await take(service, "unknown", reply);
          const isClosed = service.apiKeys.length === 0 && service.jwtSecret === null;
          return denied(error, reply, isClosed ? 403 : 401);
        }
      },
      handler: async (request, reply) => {
        const caller = known.get(request);
        if (caller === undefined) throw new FrontdeskError("internal", "nobody was let in");
        try {
          return await operation.handle(
            {
              caller,
              params: request.params,
              query: request.query,
              body: isDocument ? request.body : (request.body ?? {}),
              signal: callerSignal(request, reply),
            },
            service,
          );
        } catch (error) {
          if (isFrontdeskError(error, "unauthorized")) return denied(error, reply, 403);
          throw error;
        }
      },
    });
  });
}

/** Adds documents, collections and search under `/api/v1`, and their description, which is open to all. */
export function addRestRoutes(server: FastifyInstance, service: RestService): void {
  const description = openApiOf(operations, service.version);
  void server.register(
    async (api) => {
      api.get("/openapi.json", async () => description);
      for (const operation of operations) addOperation(api, operation, service);
    },
    { prefix: "/api/v1" },
  );
}
