import type { FastifyReply, FastifyRequest } from "fastify";
import { FrontdeskError } from "../core/index.ts";

/** Aborted when whoever asked goes away before the answer is complete. */
export function callerSignal(request: FastifyRequest, reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once("close", () => {
    if (!reply.raw.writableFinished) {
      controller.abort(new FrontdeskError("not_running", "The caller left."));
    }
  });
  request.raw.once("aborted", () => controller.abort());
  return controller.signal;
}
