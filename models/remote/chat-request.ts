import { isFrontdeskError } from "../../src/core/index.ts";
import type { ChatRequest } from "../../src/ports/chat-model.ts";
import { type OptionalFields, requestBody, wantedFields } from "./chat-body.ts";
import { type ChatChunk, chatChunkSchema, END_OF_STREAM } from "./chat-chunk.ts";
import type { RemoteChatModelOptions } from "./chat-options.ts";
import type { RemoteAnswer, RemoteClient } from "./remote-client.ts";
import { brokenOff, notUnderstood } from "./remote-error.ts";
import { createSseParser } from "./sse-parser.ts";

/** A server, and what was found out about it. */
export interface ChatServer {
  readonly options: RemoteChatModelOptions;
  readonly client: RemoteClient;
  /** What it has not answered without yet. */
  takes: OptionalFields;
}

/** An answer that has begun. */
interface OpenedAnswer {
  readonly first: ChatChunk | null;
  readonly chunks: AsyncIterator<ChatChunk, void, undefined>;
}

/** Sends a request and waits for the first piece of the answer. @throws FrontdeskError */
export async function openAnswer(
  server: ChatServer,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<OpenedAnswer> {
  const { options } = server;
  const response = await post(server, request, signal);
  const chunks = readChunks(options, response);
  const first = await chunks.next();
  return { first: first.done === true ? null : first.value, chunks };
}

/**
 * Some servers know no `response_format`, or not what turns thoughts off, and refuse the request: it is asked with less then, and
 * what it was refused for is left out from now on. Whoever gets the answer checks it against the schema all the same.
 */
async function post(
  server: ChatServer,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<RemoteAnswer> {
  const { options, client, takes } = server;
  const wanted = wantedFields(options, request);
  const fields = {
    schema: wanted.schema && takes.schema,
    thinkingOff: wanted.thinkingOff && takes.thinkingOff,
  };
  const [all, ...lesser] = withFewer(fields);
  const send = (sent: OptionalFields): Promise<RemoteAnswer> =>
    client.post("/chat/completions", requestBody(options, request, sent), signal);
  try {
    return await send(all);
  } catch (error) {
    for (const less of lesser) {
      if (!isFrontdeskError(error, "model_refused")) break;
      const response = await send(less).catch(passRefusal);
      if (response === null) continue;
      server.takes = {
        schema: takes.schema && less.schema === fields.schema,
        thinkingOff: takes.thinkingOff && less.thinkingOff === fields.thinkingOff,
      };
      options.logger.warn(
        { model: options.model, ...server.takes },
        "the model server refuses some fields; it is asked without them from now on",
      );
      return response;
    }
    throw error;
  }
}

/** The fields themselves, then every way to leave some of them out, the fewest first. */
function withFewer(fields: OptionalFields): readonly [OptionalFields, ...OptionalFields[]] {
  const lesser: OptionalFields[] = [];
  if (fields.thinkingOff) lesser.push({ ...fields, thinkingOff: false });
  if (fields.schema) lesser.push({ ...fields, schema: false });
  if (lesser.length === 2) lesser.push({ schema: false, thinkingOff: false });
  return [fields, ...lesser];
}

function passRefusal(error: unknown): null {
  if (isFrontdeskError(error, "model_refused")) return null;
  throw error;
}

async function* readChunks(
  options: RemoteChatModelOptions,
  response: RemoteAnswer,
): AsyncGenerator<ChatChunk, void, undefined> {
  if (!response.isEventStream) {
    yield parseChunk(options, await response.json());
    return;
  }
  const parser = createSseParser();
  for await (const text of response.chunks) {
    for (const data of parser.push(text)) {
      if (data === "") continue;
      const chunk = parseEvent(options, data);
      if (saysSomething(chunk)) response.begun();
      yield chunk;
    }
  }
  for (const data of parser.end()) if (data !== "") yield parseEvent(options, data);
}

/** Some servers send the role at once, long before the first word. */
function saysSomething({ choices: [choice] }: ChatChunk): boolean {
  const { content, reasoning_content: thought, reasoning } = choice?.delta ?? {};
  return [content, thought, reasoning].some((text) => (text ?? "") !== "");
}

function parseEvent(options: RemoteChatModelOptions, data: string): ChatChunk {
  return data.trim() === "[DONE]" ? END_OF_STREAM : parseChunk(options, data);
}

function parseChunk(options: RemoteChatModelOptions, raw: unknown): ChatChunk {
  let chunk: ChatChunk;
  try {
    chunk = chatChunkSchema.parse(typeof raw === "string" ? JSON.parse(raw) : raw);
  } catch (error) {
    throw notUnderstood(options, error);
  }
  if (chunk.error !== undefined && chunk.error !== null)
    throw brokenOff(options, "the server reported an error");
  return chunk;
}
