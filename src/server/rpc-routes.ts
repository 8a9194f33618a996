import { PassThrough } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FrontdeskError } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import { callerSignal } from "./caller-signal.ts";
import { rpcMethods, type StreamMethod } from "./rpc-methods.ts";
import { httpStatus, RPC_VERSION_HEADER, toWireError, type WireLine } from "./wire.ts";

function streamAnswer(
  app: Application,
  method: StreamMethod,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const body = new PassThrough();
  const write = (line: WireLine): void => {
    if (!body.writableEnded) body.write(`${JSON.stringify(line)}\n`);
  };
  const signal = callerSignal(request, reply);
  signal.addEventListener("abort", () => body.end(), { once: true });
  method
    .call(app, request.body ?? {}, (event) => write({ event }), { signal })
    .then(
      () => {
        if (method.isEndless) {
          write({ ready: true });
          return;
        }
        write({ end: true });
        body.end();
      },
      (error: unknown) => {
        write({ error: toWireError(error) });
        body.end();
      },
    );
  return reply.type("application/x-ndjson").send(body);
}

/** Adds `POST /rpc/<method>`: the application's own methods, for processes of the same user. */
export function addRpcRoutes(server: FastifyInstance, app: Application, version: string): void {
  server.post<{ Params: { method: string } }>("/rpc/:method", async (request, reply) => {
    const theirs = request.headers[RPC_VERSION_HEADER];
    if (theirs !== version) {
      throw new FrontdeskError(
        "unsupported",
        `The running Frontdesk is version ${version}, this command is ${String(theirs)}. Restart it or use the same version.`,
      );
    }
    const method = Object.hasOwn(rpcMethods, request.params.method)
      ? rpcMethods[request.params.method]
      : undefined;
    if (method === undefined) {
      return reply.code(404).send({
        error: toWireError(new FrontdeskError("usage", `no method ${request.params.method}`)),
      });
    }
    if (method.kind === "stream") return streamAnswer(app, method, request, reply);
    try {
      const result = await method.call(app, request.body ?? {}, {
        signal: callerSignal(request, reply),
      });
      return await reply.send({ result: result ?? null });
    } catch (error) {
      const wire = toWireError(error);
      return reply.code(httpStatus(wire.code)).send({ error: wire });
    }
  });
}
