import { setTimeout as sleep } from "node:timers/promises";
import { RateLimitError, REST, RESTEvents, RequestMethod } from "discord.js";
import type { z } from "zod";
import { type FrontdeskError, timeLimit } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { type Buckets, createBuckets } from "./buckets.ts";
import { discordErrorCode, isForAdmin, translateDiscordError } from "./errors.ts";
import { learnLimits, learnLimitsOfHooks, writeOf } from "./limits-told.ts";
import { multipartOf, type OutgoingFile } from "./multipart.ts";
import type { SharedRates } from "./shared-rates.ts";

/** Options of every call. */
export interface DiscordCall {
  readonly signal: AbortSignal;
  /** Nothing is lost when it is left out (a draft that grew): it leaves room for the others. Default false. */
  readonly isSpare?: boolean;
}

/** What a request carries. */
interface DiscordRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `/channels/1/messages`. */
  readonly route: `/${string}`;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly files?: readonly OutgoingFile[];
  /** False where a token in the route says who we are (interactions). */
  readonly isAnonymous?: boolean;
}

/** The REST API as the rest of the adapter uses it: checked answers, our errors, one try. */
export interface DiscordApi {
  /**
   * Sends a request and reads its answer.
   * @throws FrontdeskError `rate_limited` | `delivery_uncertain` (retryable), `delivery_rejected`
   */
  call<Answer>(
    request: DiscordRequest,
    answer: z.ZodType<Answer>,
    call: DiscordCall,
  ): Promise<Answer>;
  /** What Discord said of its limits. */
  readonly buckets: Buckets;
  /** The library's client, for the gateway. */
  readonly rest: REST;
  /** Nothing keeps the process alive any more. */
  close(): void;
}

const METHODS = {
  GET: RequestMethod.Get,
  POST: RequestMethod.Post,
  PUT: RequestMethod.Put,
  PATCH: RequestMethod.Patch,
  DELETE: RequestMethod.Delete,
} as const;

/** How long one call may take. */
const CALL_TIMEOUT_MS = 10_000;
/** The same for a call that sends files along. */
const UPLOAD_TIMEOUT_MS = 60_000;
const MAX_TOLD = 1_000;
/**
 * Discord shuts an address out that makes 10,000 refused requests (401, 403, 429) in ten minutes (docs.discord.com, rate limits):
 * from half of them on nothing is asked any more until they are over.
 */
const MAX_INVALID = 5_000;
/** Discord's own limit; all processes together stay below it (`shared-rates.ts`). */
const REQUESTS_PER_SECOND = 50;

/** `https://host/api` without an end slash or a version, as the library wants it. */
function baseUrl(apiUrl: string): string {
  return apiUrl.replace(/\/+$/u, "").replace(/\/v\d+$/u, "");
}

/**
 * The library's client. It would repeat a post after a 5xx, and double it: retries belong to the outbox, which looks before
 * it sends again. Short waits for a bucket stay with the library; who would wait longer is told when to come again.
 */
function createRest(options: {
  readonly token: string;
  readonly apiUrl: string | null;
  readonly maxWaitMs: number;
  readonly maxInvalid?: number;
  readonly timeoutMs?: number;
}): REST {
  const { token, apiUrl, maxWaitMs, maxInvalid = MAX_INVALID } = options;
  const { timeoutMs: timeout = CALL_TIMEOUT_MS } = options;
  return new REST({
    ...(apiUrl === null ? {} : { api: baseUrl(apiUrl) }),
    version: "10",
    retries: 0,
    timeout,
    globalRequestsPerSecond: REQUESTS_PER_SECOND,
    invalidRequestWarningInterval: Math.ceil(maxInvalid / 10),
    // Of a limit that no bucket shows the library would ask again and again, as often as the header says.
    rejectOnRateLimit: ({ timeToReset, retryAfter, sublimitTimeout }) =>
      sublimitTimeout > 0 || Math.max(timeToReset, retryAfter) > maxWaitMs,
  }).setToken(token);
}

function reasonOf(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  return reason instanceof Error ? reason : new Error("aborted", { cause: reason });
}

/** Settles as `work` does, or rejects as soon as the signal aborts. */
function orAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(reasonOf(signal));
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** No ids of interactions and no tokens in what is logged. */
function shownRoute(route: string): string {
  return route.replace(/^\/(interactions|webhooks)\/(\d+)\/[^/?]+/u, "/$1/$2/…");
}

/** One client for a bot. @param options.maxInvalid what the tests shorten */
export function createDiscordApi(options: {
  readonly token: string;
  readonly apiUrl: string | null;
  readonly maxWaitMs: number;
  /** What all processes may do together. */
  readonly rates: SharedRates;
  /** How a channel is called, for what somebody has to mend. */
  readonly nameOf?: (channel: string) => string | null;
  readonly maxInvalid?: number;
  readonly logger: Logger;
}): DiscordApi {
  const { token, rates, nameOf = () => null, maxInvalid = MAX_INVALID } = options;
  const { maxWaitMs, logger } = options;
  const rest = createRest(options);
  // Answers to interactions do not count for the limit of everything, and must not wait behind it.
  const hooks = createRest(options);
  const uploads = createRest({ ...options, timeoutMs: UPLOAD_TIMEOUT_MS });
  const buckets = createBuckets();
  const told = new Set<string>();
  for (const one of [rest, uploads]) learnLimits(one, { buckets, rates });
  learnLimitsOfHooks(hooks, rates);
  for (const one of [rest, hooks, uploads]) {
    one.on(RESTEvents.InvalidRequestWarning, ({ count, remainingTime }) => {
      if (count < maxInvalid) return;
      const minutes = Math.ceil(remainingTime / 60_000);
      const reason = `Discord refused ${count} requests; nothing is asked of it for ${minutes} minutes, so that it does not shut this address out. \`frontdesk doctor\` says what is missing.`;
      logger.error({ count }, reason);
      rates.pause("everything", remainingTime);
    });
  }
  /** What somebody has to mend is told once per channel, not with every message. */
  const tell = (error: FrontdeskError, method: string, route: string): void => {
    const code = discordErrorCode(error);
    if (code === null || !isForAdmin(code)) return;
    const channel = /^\/channels\/(\d+)/u.exec(route)?.[1] ?? null;
    const key = `${code} ${method} ${channel ?? shownRoute(route)}`;
    if (told.has(key)) return;
    if (told.size < MAX_TOLD) told.add(key);
    const name = channel === null ? null : nameOf(channel);
    const where = name === null ? "" : ` The channel is #${name}.`;
    logger[code === 0 ? "error" : "warn"]({ code, channel }, `${error.message}${where}`);
  };

  return {
    rest,
    buckets,
    close() {
      for (const one of [rest, hooks, uploads]) {
        one.clearHashSweeper();
        one.clearHandlerSweeper();
      }
    },
    async call(
      { method, route, query, body, files = [], isAnonymous = false },
      answer,
      { signal, isSpare = false },
    ) {
      signal.throwIfAborted();
      // The library never takes its listener off: a signal of this call's own goes with the call.
      const limitMs = files.length === 0 ? CALL_TIMEOUT_MS : UPLOAD_TIMEOUT_MS;
      const own = AbortSignal.any([signal, timeLimit(2 * limitMs)]);
      const what = `${method} ${shownRoute(route)}`;
      try {
        const uploaded = files.length === 0 ? null : await multipartOf(body, files);
        const send = () =>
          (isAnonymous ? hooks : files.length === 0 ? rest : uploads).request({
            method: METHODS[method],
            fullRoute: route,
            auth: !isAnonymous,
            signal: own,
            ...(query === undefined ? {} : { query: new URLSearchParams(query) }),
            ...(uploaded === null
              ? body === undefined
                ? {}
                : { body }
              : { ...uploaded, passThroughBody: true }),
          });
        const counted = async () => {
          const write = writeOf(method, route);
          if (write !== null) await rates.write(write, { isSpare, signal: own });
          await rates.request(own);
          return send();
        };
        const once = () => (isAnonymous ? send() : counted());
        const work = once().catch(async (error: unknown) => {
          if (!(error instanceof RateLimitError) || error.retryAfter > maxWaitMs) throw error;
          await sleep(error.retryAfter, undefined, { signal: own });
          return once();
        });
        return answer.parse(await orAborted(work, own));
      } catch (error) {
        signal.throwIfAborted();
        const translated = translateDiscordError(error, what);
        // A refused token is forgotten by the library; the next call is to be refused as plainly as this one.
        if (discordErrorCode(translated) === 0) {
          for (const one of [rest, uploads]) one.setToken(token);
        }
        tell(translated, method, route);
        throw translated;
      }
    },
  };
}
