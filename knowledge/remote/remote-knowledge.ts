import { FrontdeskError } from "../../src/core/index.ts";
import type { DocumentShelf } from "../../src/ports/document-shelf.ts";
import { type IngestEvent, type IngestRequest, isPath } from "../../src/ports/knowledge-base.ts";
import type { Knowledge } from "../knowledge.ts";
import {
  allJudgedAnswer,
  judgedAnswer,
  keptAnswer,
  lineAnswer,
  removedAnswer,
  retrievedAnswer,
  sourcesAnswer,
  statusAnswer,
  topicsAnswer,
} from "./answers.ts";
import {
  createKnowledgeClient,
  type KnowledgeClient,
  type KnowledgeClientOptions,
} from "./client.ts";

function assertWeb({ sources }: IngestRequest): void {
  const path = sources.find(isPath);
  if (path === undefined) return;
  throw new FrontdeskError(
    "unsupported",
    `${path} is a file or folder, and the knowledge base is on another machine (KNOWLEDGE_URL): run frontdesk ingest there. From here web addresses and its mailboxes can be added.`,
  );
}

async function* follow(
  client: KnowledgeClient,
  call: { readonly path: string; readonly body: object },
  signal: AbortSignal,
): AsyncGenerator<IngestEvent> {
  let hasEnded = false;
  for await (const line of client.lines(call.path, call.body, signal)) {
    const parsed = lineAnswer.parse(JSON.parse(line));
    if ("error" in parsed) {
      const { code, message, retryable } = parsed.error;
      throw new FrontdeskError(code, message, { retryable });
    }
    if ("end" in parsed) hasEnded = true;
    else yield parsed.event;
  }
  if (hasEnded) return;
  throw new FrontdeskError(
    "knowledge_unavailable",
    "The knowledge server stopped in the middle; what it has read is kept. Do it again.",
    { retryable: true },
  );
}

/** Thousands of passages are read and sorted for it. */
const TOPICS_PATIENCE_MS = 60_000;
/** A parser may take 30 s to come up and 60 s to read; a try that is given up would be made again beside it. */
const SHELF_PATIENCE_MS = 120_000;

/** Documents that are handed over are kept there as well. */
function createRemoteShelf(client: KnowledgeClient): DocumentShelf {
  return {
    async put({ bytes, ...document }, { signal }) {
      const body = { ...document, content: Buffer.from(bytes).toString("base64") };
      const call = { method: "POST", path: "/shelf/put", patienceMs: SHELF_PATIENCE_MS } as const;
      return client.ask({ ...call, body }, keptAnswer, signal);
    },
    async take(document, { signal }) {
      const call = { method: "POST", path: "/shelf/take", patienceMs: SHELF_PATIENCE_MS } as const;
      return (await client.ask({ ...call, body: document }, removedAnswer, signal)).removed > 0;
    },
  };
}

/**
 * The knowledge base of another machine, over HTTP. Rights are decided there: principal and audience travel with each
 * question. Calls fail with `knowledge_unavailable` while the server is away.
 */
export function createRemoteKnowledge(
  options: KnowledgeClientOptions,
): Knowledge & { readonly shelf: DocumentShelf } {
  const client = createKnowledgeClient(options);
  const never = new AbortController().signal;
  return {
    retrieve: (request, { signal }) =>
      client.ask({ method: "POST", path: "/retrieve", body: request }, retrievedAnswer, signal),
    async *ingest(request, { signal }) {
      assertWeb(request);
      yield* follow(client, { path: "/ingest", body: request }, signal);
    },
    rebuild: ({ signal }) => follow(client, { path: "/rebuild", body: {} }, signal),
    sources: async () =>
      (await client.ask({ method: "GET", path: "/sources" }, sourcesAnswer, never)).sources,
    remove: async (target) =>
      (await client.ask({ method: "POST", path: "/remove", body: target }, removedAnswer, never))
        .removed,
    standings: {
      judge: async (request) =>
        (await client.ask({ method: "POST", path: "/judge", body: request }, judgedAnswer, never))
          .document,
      judged: async (reader) =>
        (
          await client.ask(
            { method: "POST", path: "/judged", body: { reader } },
            allJudgedAnswer,
            never,
          )
        ).documents,
    },
    topics: (request, { signal }) =>
      client.ask(
        { method: "POST", path: "/topics", body: request, patienceMs: TOPICS_PATIENCE_MS },
        topicsAnswer,
        signal,
      ),
    status: () => client.ask({ method: "GET", path: "/status" }, statusAnswer, never),
    documents: null,
    shelf: createRemoteShelf(client),
    warm: () => Promise.resolve(),
    close: () => client.close(),
  };
}
