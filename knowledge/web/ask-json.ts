import { type Dispatcher, request } from "undici";
import type { z } from "zod";
import { errorMessage, FrontdeskError, isFrontdeskError } from "../../src/core/index.ts";

/** One request to a search engine. */
export interface JsonRequest {
  readonly name: string;
  readonly url: string;
  readonly method: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

const MAX_BYTES = 2 * 1_048_576;

/**
 * Asks a search engine and checks the shape of its answer. Redirects are not followed: the key goes to this address only.
 * @throws FrontdeskError `knowledge_unavailable`; the signal's reason after abort
 */
export async function askJson<Answer>(
  { name, url, method, headers = {}, body }: JsonRequest,
  schema: z.ZodType<Answer>,
  call: { readonly dispatcher: Dispatcher; readonly signal: AbortSignal },
): Promise<Answer> {
  const { dispatcher, signal } = call;
  try {
    const response = await request(url, {
      method,
      dispatcher,
      signal,
      headers: {
        accept: "application/json",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (response.statusCode !== 200) {
      await response.body.dump();
      throw refused(name, response.statusCode);
    }
    return schema.parse(JSON.parse(await readText(name, response.body)));
  } catch (error) {
    signal.throwIfAborted();
    if (isFrontdeskError(error)) throw error;
    throw unavailable(name, `cannot be asked (${errorMessage(error).slice(0, 200)})`, error);
  }
}

async function readText(name: string, body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > MAX_BYTES) throw unavailable(name, "answers with more than 2 MB", null);
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function refused(name: string, status: number): FrontdeskError {
  if (status === 401) return unavailable(name, "refuses the key (HTTP 401); check it", null);
  if (status === 403 && name === "searxng") {
    return unavailable(
      name,
      "refuses JSON (HTTP 403); add json to search.formats in its settings.yml",
      null,
    );
  }
  if (status === 429) return unavailable(name, "is asked too often (HTTP 429)", null);
  return unavailable(name, `answers with HTTP ${status}`, null);
}

function unavailable(name: string, what: string, cause: unknown): FrontdeskError {
  return new FrontdeskError("knowledge_unavailable", `Web search by ${name} ${what}.`, {
    cause,
    retryable: true,
  });
}
