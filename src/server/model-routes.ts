import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Application } from "../ports/application.ts";
import { callerSignal } from "./caller-signal.ts";

const sharePercent = z.number().int().min(0).max(100);

/** What can be asked of the chat model while it runs. */
export const swapAct = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("begin"),
    model: z.string().min(1).max(1_000),
    sharePercent: sharePercent.default(10),
  }),
  z.strictObject({ type: z.literal("share"), sharePercent }),
  z.strictObject({ type: z.literal("finish") }),
  z.strictObject({ type: z.literal("roll-back") }),
]);

/**
 * Adds `GET /models/chat`, which model answers and which one is being tried, and `POST /models/chat` with an act:
 * `{ "type": "begin", "model": …, "sharePercent": … }`, `share`, `finish`, `roll-back`.
 */
export function addModelRoutes(server: FastifyInstance, app: Application): void {
  server.get("/models/chat", (request, reply) =>
    app.swapModel(null, { signal: callerSignal(request, reply) }),
  );
  server.post("/models/chat", async (request, reply) => {
    const wanted = swapAct.parse(request.body ?? {});
    const status = await app.swapModel(wanted, { signal: callerSignal(request, reply) });
    return reply.code(202).send(status);
  });
}
