import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { FrontdeskError, parseInstanceKey } from "../core/index.ts";
import type { Application, DeadLetter } from "../ports/application.ts";
import { callerSignal } from "./caller-signal.ts";

const letterSchema = z.strictObject({ key: z.string().min(1).max(1024) });

/**
 * Adds `GET /dead-letters` and `POST /dead-letters/retry|drop` with `{ "key": … }`. The act is durable when 202 comes; it
 * is done by the worker that next holds the conversation.
 */
export function addDeadLetterRoutes(server: FastifyInstance, app: Application): void {
  server.get("/dead-letters", async (request, reply) => ({
    deadLetters: await app.deadLetters({ signal: callerSignal(request, reply) }),
  }));
  for (const act of ["retry", "drop"] as const) {
    server.post(`/dead-letters/${act}`, async (request, reply) => {
      const { key } = letterSchema.parse(request.body ?? {});
      const call = { signal: callerSignal(request, reply) };
      const letter = await letterOf(key, app, call);
      if (letter === undefined || !(await app.resolveDeadLetter(letter, act, call))) {
        throw new FrontdeskError(
          "letter_not_found",
          `There is no dead letter ${key}; GET /api/v1/dead-letters lists them.`,
        );
      }
      return reply.code(202).send({ accepted: act, key });
    });
  }
}

/** A key begins with its instance, unless that has a very long name: only then all letters are looked through. */
async function letterOf(
  key: string,
  app: Application,
  call: Parameters<Application["deadLetters"]>[0],
): Promise<Pick<DeadLetter, "instance" | "key"> | undefined> {
  const instance = parseInstanceKey(key.slice(0, Math.max(0, key.lastIndexOf("#"))));
  if (instance !== null) return { instance, key };
  return (await app.deadLetters(call)).find((one) => one.key === key);
}
