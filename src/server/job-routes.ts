import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { conversationId, FrontdeskError } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import { JOB_STATES } from "../ports/jobs.ts";
import { callerSignal } from "./caller-signal.ts";
import { ingestRequest } from "./knowledge-requests.ts";

const MAX_LISTED = 1_000;
const MAX_EXPORTED = 100_000;
const listRequest = z.object({
  state: z.enum(JOB_STATES).optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LISTED).default(100),
});
const exportRequest = z.strictObject({
  conversation: z
    .string()
    .min(1)
    .max(512)
    .transform((text) => conversationId(text))
    .nullable()
    .default(null),
  limit: z.number().int().min(1).max(MAX_EXPORTED).default(MAX_EXPORTED),
});
const idRequest = z.strictObject({ id: z.string().min(1).max(512) });

function noJob(id: string): FrontdeskError {
  return new FrontdeskError("job_not_found", `There is no job ${id}; GET /api/v1/jobs lists them.`);
}

/**
 * Adds `GET /jobs`, `POST /jobs/retry|drop` with `{ "id": … }`, and what begins one: `POST /ingest` (web addresses),
 * `POST /conversations/export` (to a file in the data directory; a path of the caller's choice is for whoever has an account on
 * the machine) and `POST /rebuild`. A job is durable when 202 comes.
 */
export function addJobRoutes(server: FastifyInstance, app: Application): void {
  server.get("/jobs", async (request, reply) => {
    const { state, limit } = listRequest.parse(request.query);
    const states = state === undefined ? JOB_STATES : [state];
    return { jobs: await app.jobs({ states, limit }, { signal: callerSignal(request, reply) }) };
  });
  for (const act of ["retry", "drop"] as const) {
    server.post(`/jobs/${act}`, async (request, reply) => {
      const { id } = idRequest.parse(request.body ?? {});
      const isDone = await app.resolveJob(id, act, { signal: callerSignal(request, reply) });
      if (!isDone) throw noJob(id);
      return reply.code(202).send({ accepted: act, id });
    });
  }
  server.post("/ingest", async (request, reply) => {
    const wanted = ingestRequest.parse(request.body ?? {});
    const call = { signal: callerSignal(request, reply) };
    const job = await app.startJob({ type: "ingest", ...wanted }, call);
    return reply.code(202).send({ job });
  });
  server.post("/conversations/export", async (request, reply) => {
    const { conversation, limit } = exportRequest.parse(request.body ?? {});
    const task = { type: "export", conversation, limit, file: null } as const;
    const job = await app.startJob(task, { signal: callerSignal(request, reply) });
    return reply.code(202).send({ job });
  });
  server.post("/rebuild", async (request, reply) => {
    const job = await app.startJob({ type: "rebuild" }, { signal: callerSignal(request, reply) });
    return reply.code(202).send({ job });
  });
}
