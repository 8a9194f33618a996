import { type Dispatcher, request } from "undici";
import {
  errorMessage,
  FrontdeskError,
  isFrontdeskError,
  systemErrorCode,
} from "../../src/core/index.ts";
import { readAtMost } from "../shared/read-at-most.ts";

/** What a ticket system will never take, however often it is asked: the words, not the moment. */
const REJECTED: ReadonlySet<number> = new Set([400, 413, 422]);
const ANSWER_MS = 10_000;
/** What was asked for may still be under way there when its answer is lost: so long before it is looked whether it was done. */
const SETTLE_MS = 30_000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** Calls of one ticket system. */
export type TicketHttp = (
  method: "GET" | "POST" | "PUT",
  path: string,
  options: {
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
) => Promise<unknown>;

/** Speaks JSON with one server. Redirects are not followed. */
export function createTicketHttp(options: {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly dispatcher: Dispatcher;
}): TicketHttp {
  const base = options.url.replace(/\/+$/u, "");
  const { host } = new URL(options.url);
  return async (method, path, { body, headers, signal }) => {
    try {
      const response = await request(`${base}${path}`, {
        method,
        dispatcher: options.dispatcher,
        signal,
        headersTimeout: ANSWER_MS,
        bodyTimeout: ANSWER_MS,
        headers: { "content-type": "application/json", ...options.headers, ...headers },
        ...(body === undefined ? {} : { body }),
      });
      const { statusCode } = response;
      if (statusCode < 200 || statusCode >= 300) {
        await response.body.dump().catch(() => {});
        throw refused(host, `${method} ${path}`, statusCode);
      }
      return await readJson(response);
    } catch (error) {
      signal.throwIfAborted();
      if (isFrontdeskError(error)) throw error;
      throw new FrontdeskError(
        "tickets_unavailable",
        `The ticket system at ${host} cannot be reached: ${errorMessage(error)}. Check tickets.url; what waits is sent in its order.`,
        {
          cause: error,
          retryable: true,
          ...(method === "GET" || neverArrived(error) ? {} : { retryAfterMs: SETTLE_MS }),
        },
      );
    }
  };
}

/** No connection was made: nothing was asked for. */
function neverArrived(error: unknown): boolean {
  const code = systemErrorCode(error) ?? "";
  return ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"].includes(code);
}

async function readJson({ body }: Dispatcher.ResponseData): Promise<unknown> {
  const bytes = await readAtMost(body, MAX_ANSWER_BYTES);
  if (bytes === null) throw new Error("its answer is too large");
  const text = Buffer.from(bytes).toString("utf8");
  return text.trim() === "" ? null : JSON.parse(text);
}

function refused(host: string, what: string, status: number): FrontdeskError {
  if (REJECTED.has(status)) {
    const message = `The ticket system at ${host} answers ${what} with ${status}: it does not take this.`;
    return new FrontdeskError("delivery_rejected", message);
  }
  return new FrontdeskError(
    "tickets_unavailable",
    `The ticket system at ${host} answers ${what} with ${status}. Check tickets.url and tickets.token; what waits is sent in its order.`,
    { retryable: true },
  );
}
