import { PassThrough } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { FrontdeskError } from "../core/index.ts";
import type { DocumentShelf } from "../ports/document-shelf.ts";
import type { DocumentStandings } from "../ports/document-standings.ts";
import type { IngestEvent, KnowledgeBase } from "../ports/knowledge-base.ts";
import type { Retriever } from "../ports/retriever.ts";
import type { SharedBudget } from "../ports/shared-budget.ts";
import { requireApiKey } from "./api-key.ts";
import { callerSignal } from "./caller-signal.ts";
import {
  ingestRequest,
  judgedRequest,
  judgeRequest,
  putRequest,
  removeRequest,
  retrieveRequest,
  takeRequest,
  topicsRequest,
} from "./knowledge-requests.ts";
import { toWireError, type WireLine } from "./wire.ts";

/** What a knowledge server gives to others, and to whom. */
export interface KnowledgeService {
  readonly knowledge: KnowledgeBase & Retriever;
  readonly shelf: DocumentShelf;
  /** Null serves everybody who reaches it: on this machine only. */
  readonly apiKey: string | null;
  readonly budget: SharedBudget;
  readonly requestsPerSecond: number;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
/** What is handed over by a bot is words: a case, a message. */
const SHELF_LIMIT_BYTES = 4 * 1024 * 1024;
const WINDOW_MS = 1_000;
/** Sent in between, so that the other side knows a long silence for what it is. */
const SIGN_OF_LIFE_MS = 5_000;

function streamEvents(
  work: (call: { readonly signal: AbortSignal }) => AsyncIterable<IngestEvent>,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const body = new PassThrough();
  const write = (line: WireLine | null): void => {
    if (!body.writableEnded) body.write(line === null ? "\n" : `${JSON.stringify(line)}\n`);
  };
  const signal = callerSignal(request, reply);
  const alive = setInterval(() => write(null), SIGN_OF_LIFE_MS);
  const run = async (): Promise<void> => {
    try {
      for await (const event of work({ signal })) write({ event });
      write({ end: true });
    } catch (error) {
      write({ error: toWireError(error) });
    } finally {
      clearInterval(alive);
      body.end();
    }
  };
  write(null);
  void run();
  return reply.type("application/x-ndjson").send(body);
}

function standingsOf({ standings }: KnowledgeBase): DocumentStandings {
  if (standings !== undefined) return standings;
  throw new FrontdeskError("unsupported", "Documents cannot be boosted or hidden here.");
}

/**
 * Adds `/api/v1/knowledge`: `POST retrieve|topics`, `POST ingest|rebuild` (JSON lines), `GET sources`, `POST remove`, `GET status`, `POST shelf/put|take`.
 * Whoever has the key is a Frontdesk of ours: it says who asks, and what that person may read is decided inside retrieval.
 */
export function addKnowledgeRoutes(server: FastifyInstance, service: KnowledgeService): void {
  const { knowledge, shelf, apiKey, budget, requestsPerSecond } = service;
  const bounded = { bodyLimit: BODY_LIMIT_BYTES };
  void server.register(
    async (api) => {
      if (apiKey !== null) {
        api.addHook(
          "onRequest",
          requireApiKey(apiKey, {
            variable: "FRONTDESK_KNOWLEDGE_API_KEY",
            key: "knowledge.apiKey",
            what: "knowledge base",
          }),
        );
      }
      api.addHook("onRequest", async (_request, reply) => {
        const limit = { points: requestsPerSecond, windowMs: WINDOW_MS };
        const { waitMs } = await budget.take("http:knowledge", limit);
        if (waitMs === 0) return;
        reply.header("retry-after", Math.ceil(waitMs / 1000));
        throw new FrontdeskError("rate_limited", "Too many requests; ask again in a moment.", {
          retryable: true,
          retryAfterMs: waitMs,
        });
      });
      api.post("/retrieve", bounded, (request, reply) =>
        knowledge.retrieve(retrieveRequest.parse(request.body ?? {}), {
          signal: callerSignal(request, reply),
        }),
      );
      api.post("/ingest", bounded, (request, reply) => {
        const wanted = ingestRequest.parse(request.body ?? {});
        return streamEvents((call) => knowledge.ingest(wanted, call), request, reply);
      });
      api.post("/rebuild", bounded, (request, reply) =>
        streamEvents((call) => knowledge.rebuild(call), request, reply),
      );
      api.get("/sources", async () => ({ sources: await knowledge.sources() }));
      api.post("/remove", bounded, async (request) => ({
        removed: await knowledge.remove(removeRequest.parse(request.body ?? {})),
      }));
      api.post("/judge", bounded, async (request) => ({
        document: await standingsOf(knowledge).judge(judgeRequest.parse(request.body ?? {})),
      }));
      api.post("/judged", bounded, async (request) => {
        const { reader } = judgedRequest.parse(request.body ?? {});
        return { documents: await standingsOf(knowledge).judged(reader) };
      });
      api.post("/topics", bounded, async (request, reply) => {
        if (knowledge.topics === undefined) {
          throw new FrontdeskError("unsupported", "Nobody can tell topics of these documents.");
        }
        const wanted = topicsRequest.parse(request.body ?? {});
        return await knowledge.topics(wanted, { signal: callerSignal(request, reply) });
      });
      api.post("/shelf/put", { bodyLimit: SHELF_LIMIT_BYTES }, (request, reply) => {
        const { content, ...document } = putRequest.parse(request.body ?? {});
        const bytes = Buffer.from(content, "base64");
        const signal = callerSignal(request, reply);
        return shelf.put({ ...document, bytes }, { signal });
      });
      api.post("/shelf/take", bounded, async (request, reply) => {
        const document = takeRequest.parse(request.body ?? {});
        const isGone = await shelf.take(document, {
          signal: callerSignal(request, reply),
        });
        return { removed: isGone ? 1 : 0 };
      });
      api.get("/status", () => knowledge.status());
    },
    { prefix: "/api/v1/knowledge" },
  );
}
