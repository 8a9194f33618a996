import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setImmediate, setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";

/** What the server does with the next request for an answer; the last one is kept. */
export type StubBehaviour =
  /** Streams this text, a few characters in each chunk; `reasoning` goes before it in a field of its own. */
  | { readonly type: "answer"; readonly text: string; readonly reasoning?: string }
  /** Streams over and over until the client goes away or its tokens are used up. */
  | { readonly type: "endless"; readonly text: string }
  /** Thinks over and over until the client goes away or its tokens are used up. */
  | { readonly type: "thinks-on"; readonly thought: string }
  /** Begins to answer and says no more. */
  | { readonly type: "begin"; readonly text: string }
  /** Begins to answer, and goes on to the end when this resolves. */
  | {
      readonly type: "paused";
      readonly text: string;
      readonly rest: string;
      readonly until: Promise<unknown>;
    }
  /** Streams one text after the other, each when what goes before it resolves. */
  | {
      readonly type: "stepwise";
      readonly steps: readonly { readonly text: string; readonly after: () => Promise<unknown> }[];
    }
  /** Streams this text word by word, one each time; for benchmarks. */
  | { readonly type: "paced"; readonly text: string; readonly everyMs: number }
  /** Begins to answer and then drops the connection. */
  | { readonly type: "break-off"; readonly text: string }
  /** Sends these bytes as they are. */
  | { readonly type: "raw"; readonly contentType: string; readonly body: string }
  | {
      readonly type: "status";
      readonly status: number;
      readonly body: object;
      readonly retryAfter?: string;
    }
  /** Accepts the request and says nothing. */
  | { readonly type: "silence" };

/** One request as it came in. */
interface StubRequest {
  readonly path: string;
  readonly authorization: string | null;
  readonly body: z.infer<typeof bodySchema>;
}

/** A server that speaks as much of the OpenAI protocol as the product uses. */
export interface OpenAiStub {
  /** With `/v1`. */
  readonly baseUrl: string;
  readonly requests: readonly StubRequest[];
  /** Replaces what is left of the plan. */
  plan(...behaviours: readonly StubBehaviour[]): void;
  /** Resolves when the client has left as many answers as this before their end. */
  abandoned(count: number): Promise<void>;
  close(): Promise<void>;
}

const CHUNK_CHARS = 5;
const DIMENSIONS = 8;
const bodySchema = z.looseObject({
  model: z.string().optional(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })).optional(),
  input: z.array(z.string()).optional(),
  query: z.string().optional(),
  documents: z.array(z.string()).optional(),
  max_tokens: z.number().optional(),
});

/** Starts a stub on a port of its own. */
export async function startOpenAiStub(): Promise<OpenAiStub> {
  const requests: StubRequest[] = [];
  let plan: StubBehaviour[] = [];
  let left = 0;
  let onLeft = (): void => {};

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const authorization = request.headers.authorization ?? null;
      requests.push({ path: request.url ?? "", authorization, body });
      response.on("close", () => {
        if (response.writableEnded) return;
        left += 1;
        onLeft();
      });
      if (request.url === "/v1/models") sendJson(response, 200, { object: "list", data: [] });
      else void respond(response, nextOf(plan), body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the stub has no port");
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    requests,
    plan: (...behaviours) => {
      plan = [...behaviours];
    },
    abandoned: async (count) => {
      while (left < count) {
        await new Promise<void>((resolve) => {
          onLeft = resolve;
        });
      }
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function nextOf(plan: StubBehaviour[]): StubBehaviour {
  const [next] = plan;
  if (next === undefined) return { type: "answer", text: "Hello." };
  if (plan.length > 1) plan.shift();
  return next;
}

async function respond(
  response: ServerResponse,
  behaviour: StubBehaviour,
  body: StubRequest["body"],
): Promise<void> {
  switch (behaviour.type) {
    case "answer":
      if (body.documents !== undefined) sendScores(response, body.query ?? "", body.documents);
      else if (body.input !== undefined) sendVectors(response, body.input);
      else streamAnswer(response, behaviour, body.max_tokens ?? 1_000);
      return;
    case "endless":
      openStream(response);
      for (let turn = 0; turn < (body.max_tokens ?? 1_000) && !response.destroyed; turn += 1) {
        sendEvent(response, { choices: [{ delta: { content: behaviour.text } }] });
        await setImmediate();
      }
      sendEvent(response, { choices: [{ delta: {}, finish_reason: "length" }] });
      response.end();
      return;
    case "thinks-on":
      openStream(response);
      for (let turn = 0; turn < (body.max_tokens ?? 1_000) && !response.destroyed; turn += 1) {
        sendEvent(response, { choices: [{ delta: { reasoning_content: behaviour.thought } }] });
        await setImmediate();
      }
      sendEvent(response, { choices: [{ delta: {}, finish_reason: "length" }] });
      response.end();
      return;
    case "begin":
      openStream(response);
      sendEvent(response, { choices: [{ delta: { content: behaviour.text } }] });
      return;
    case "paused":
      openStream(response);
      sendEvent(response, { choices: [{ delta: { content: behaviour.text } }] });
      await behaviour.until;
      sendEvent(response, { choices: [{ delta: { content: behaviour.rest } }] });
      endStream(response);
      return;
    case "stepwise":
      openStream(response);
      for (const { text, after } of behaviour.steps) {
        await after();
        sendEvent(response, { choices: [{ delta: { content: text } }] });
      }
      endStream(response);
      return;
    case "paced":
      openStream(response);
      for (const content of behaviour.text.match(/\s*\S+/gu) ?? []) {
        if (response.destroyed) return;
        sendEvent(response, { choices: [{ delta: { content } }] });
        await sleep(behaviour.everyMs);
      }
      endStream(response);
      return;
    case "break-off":
      openStream(response);
      sendEvent(response, { choices: [{ delta: { content: behaviour.text } }] });
      await setImmediate();
      response.destroy();
      return;
    case "raw":
      response.writeHead(200, { "content-type": behaviour.contentType });
      response.end(behaviour.body);
      return;
    case "status":
      if (behaviour.retryAfter !== undefined)
        response.setHeader("retry-after", behaviour.retryAfter);
      sendJson(response, behaviour.status, behaviour.body);
      return;
    case "silence":
      return;
  }
}

/** A word counts as a token. */
function streamAnswer(
  response: ServerResponse,
  behaviour: Extract<StubBehaviour, { type: "answer" }>,
  maxTokens: number,
): void {
  openStream(response);
  sendEvent(response, { choices: [{ delta: { role: "assistant", content: "" } }] });
  if (behaviour.reasoning !== undefined) {
    sendEvent(response, { choices: [{ delta: { reasoning_content: behaviour.reasoning } }] });
  }
  const words = behaviour.text.match(/\s*\S+/gu) ?? [];
  const text = words.slice(0, maxTokens).join("");
  for (let start = 0; start < text.length; start += CHUNK_CHARS) {
    const content = text.slice(start, start + CHUNK_CHARS);
    sendEvent(response, { choices: [{ delta: { content } }] });
  }
  const finish = words.length > maxTokens ? "length" : "stop";
  sendEvent(response, { choices: [{ delta: {}, finish_reason: finish }] });
  const usage = { prompt_tokens: 7, completion_tokens: Math.min(words.length, maxTokens) };
  sendEvent(response, { choices: [], usage });
  response.end("data: [DONE]\n\n");
}

/** Texts that share characters have vectors that are near to one another; their length is not 1. */
function sendVectors(response: ServerResponse, texts: readonly string[]): void {
  const data = texts.map((text, index) => {
    const embedding = new Array<number>(DIMENSIONS).fill(1);
    for (const character of text) {
      const at = (character.codePointAt(0) ?? 0) % DIMENSIONS;
      embedding[at] = (embedding[at] ?? 0) + 1;
    }
    return { index, embedding };
  });
  sendJson(response, 200, { object: "list", data: data.reverse() });
}

/** Best first, as servers send them; the share of the question's words that a passage has. */
function sendScores(response: ServerResponse, query: string, documents: readonly string[]): void {
  const words = query.toLowerCase().split(/\s+/u);
  const results = documents.map((text, index) => {
    const found = words.filter((word) => text.toLowerCase().includes(word)).length;
    return { index, relevance_score: found / Math.max(1, words.length) };
  });
  results.sort((a, b) => b.relevance_score - a.relevance_score);
  sendJson(response, 200, { model: "stub", results });
}

function openStream(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
}

function endStream(response: ServerResponse): void {
  sendEvent(response, { choices: [{ delta: {}, finish_reason: "stop" }] });
  sendEvent(response, { choices: [], usage: { prompt_tokens: 7, completion_tokens: 7 } });
  response.end("data: [DONE]\n\n");
}

function sendEvent(response: ServerResponse, event: object): void {
  response.write(`data: ${JSON.stringify(event)}\n\n`);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<StubRequest["body"]> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  const text = Buffer.concat(parts).toString("utf8");
  return bodySchema.parse(text === "" ? {} : JSON.parse(text));
}
