import type { FastifyReply } from "fastify";
import { errorMessage, FrontdeskError } from "../core/index.ts";
import { httpStatus, toWireError } from "./wire.ts";

/** What the server itself refused (too large, no JSON): 400 to 499, else null. */
function refusedStatus(error: unknown): number | null {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return null;
  const { statusCode } = error;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500
    ? statusCode
    : null;
}

/** Answers with an error, in the form that every route has. */
export function answerError(error: unknown, reply: FastifyReply): FastifyReply {
  const refused = refusedStatus(error);
  const wire = toWireError(
    refused === null ? error : new FrontdeskError("usage", errorMessage(error), { cause: error }),
  );
  return reply.code(refused ?? httpStatus(wire.code)).send({ error: wire });
}
