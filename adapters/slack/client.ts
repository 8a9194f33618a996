import { AsyncLocalStorage } from "node:async_hooks";
import { LogLevel, webApi } from "@slack/bolt";
import { z } from "zod";
import { FrontdeskError } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { slackErrorName, translateSlackError } from "./errors.ts";
import type { Pacing } from "./pacing.ts";
import { isLimitedByChannel, type SharedRates, type SlackMethod } from "./shared-rates.ts";
import { type Trouble, troubleOf } from "./trouble.ts";

/** Options of every call. */
export interface SlackCall {
  readonly signal: AbortSignal;
  /** Nothing is lost when it is left out: it gives way to other calls of its method. Default false. */
  readonly isSpare?: boolean;
  /** It was counted before, when it was set aside. Default false. */
  readonly isCounted?: boolean;
  /** Refusals that the caller deals with: nobody has to be told of them. */
  readonly expects?: ReadonlySet<string>;
}

/** The Web API as the rest of the adapter uses it: checked answers, our errors, one try. */
export interface SlackApi {
  /**
   * Calls a method and reads its answer.
   * @throws FrontdeskError `rate_limited` | `delivery_uncertain` (retryable), `delivery_rejected`
   */
  call<Answer>(
    method: SlackMethod,
    args: Readonly<Record<string, unknown>>,
    answer: z.ZodType<Answer>,
    call: SlackCall,
  ): Promise<Answer>;
  /**
   * `chat.postMessage` at the channel's turn, without previews of links. Gives the message's `ts`.
   * @param key names the post in the line of the channel, for whoever has to come again
   */
  post(
    key: string,
    args: Readonly<Record<string, unknown>> & { readonly channel: string },
    call: SlackCall,
  ): Promise<string>;
}

/** Slack's libraries log bodies at debug: those lines are dropped, for they hold what people wrote. */
export function slackLogger(logger: Logger): webApi.Logger {
  const line = (parts: readonly unknown[]): string => parts.map(String).join(" ");
  return {
    debug: () => {},
    info: (...parts: unknown[]) => logger.debug({ detail: line(parts) }, "Slack library"),
    warn: (...parts: unknown[]) => logger.info({ detail: line(parts) }, "Slack library"),
    error: (...parts: unknown[]) => logger.warn({ detail: line(parts) }, "Slack library"),
    setLevel: () => {},
    setName: () => {},
    getLevel: () => LogLevel.INFO,
  };
}

const postAnswer = z.object({ ts: z.string() });

/** How long one call may take. */
export const CALL_TIMEOUT_MS = 10_000;

/**
 * Options of every Web API client. The library would repeat a post for half an hour, and double it: retries belong to
 * the outbox, which looks before it sends again.
 */
export function webClientOptions(options: {
  readonly apiUrl: string | null;
  readonly logger: Logger;
}): webApi.WebClientOptions {
  return {
    ...(options.apiUrl === null ? {} : { slackApiUrl: options.apiUrl }),
    logger: slackLogger(options.logger),
    retryConfig: { retries: 0 },
    timeout: CALL_TIMEOUT_MS,
    rejectRateLimitedCalls: true,
    allowAbsoluteUrls: false,
  };
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

function channelOf(args: Readonly<Record<string, unknown>>): string | null {
  const channel = args["channel"] ?? args["channel_id"];
  return typeof channel === "string" ? channel : null;
}

function objectOf(args: Readonly<Record<string, unknown>>): string {
  const object = channelOf(args) ?? args["user"] ?? args["user_id"];
  return typeof object === "string" ? ` for ${object}` : "";
}

/** One client for a workspace's bot. */
export function createSlackApi(options: {
  readonly token: string;
  readonly apiUrl: string | null;
  /** The order of this process. */
  readonly pacing: Pacing;
  /** What all processes may do together. */
  readonly rates: SharedRates;
  readonly logger: Logger;
  /** Somebody has to mend something; called for every call that it spoils. */
  readonly onTrouble?: (trouble: Trouble, error: FrontdeskError) => void;
  /** A call succeeded. */
  readonly onSuccess?: (method: string, channel: string | null) => void;
}): SlackApi {
  const { pacing, rates, onTrouble = () => {}, onSuccess = () => {} } = options;
  /** Of the call under way: the library has no place for it. */
  const calling = new AsyncLocalStorage<AbortSignal>();
  const client = new webApi.WebClient(options.token, {
    ...webClientOptions(options),
    // Else it keeps calls waiting that nobody waits for any more, and makes them after they were looked for.
    maxRequestConcurrency: Number.POSITIVE_INFINITY,
    fetch: (url, init) => {
      const signals = [init?.signal, calling.getStore()].filter(
        (one) => one instanceof AbortSignal,
      );
      return fetch(url, { ...init, signal: AbortSignal.any(signals) });
    },
  });

  const api: SlackApi = {
    post: (key, args, call) =>
      pacing.post({ channel: args.channel, key, signal: call.signal }, async () => {
        const whole = { ...args, unfurl_links: false, unfurl_media: false };
        await rates.turn(args.channel, call.signal);
        try {
          return (await api.call("chat.postMessage", whole, postAnswer, call)).ts;
        } finally {
          await rates.rest(args.channel);
        }
      }),
    async call(method, args, answer, { signal, isSpare = false, isCounted = false, expects }) {
      signal.throwIfAborted();
      const counted = method === "chat.postMessage" ? null : method;
      const channel = channelOf(args);
      const scope =
        counted === null
          ? String(channel)
          : `${counted}${isLimitedByChannel(counted) ? ` ${channel}` : ""}`;
      const waitMs = pacing.pausedMs(scope);
      if (waitMs > 0) {
        const message = `Slack wants ${method} left alone for ${Math.ceil(waitMs)} ms more`;
        const how = { retryable: true, retryAfterMs: waitMs };
        throw new FrontdeskError("rate_limited", message, how);
      }
      if (counted !== null && !isCounted) await rates.take(counted, { isSpare, signal, channel });
      try {
        const work = calling.run(signal, () => client.apiCall(method, { ...args }));
        const given = await orAborted(work, signal);
        onSuccess(method, channel);
        return answer.parse(given);
      } catch (error) {
        signal.throwIfAborted();
        const translated = translateSlackError(error, `${method}${objectOf(args)}`);
        if (translated.code === "rate_limited" && translated.retryAfterMs !== null) {
          pacing.pause(scope, translated.retryAfterMs);
          const of = channel === null ? {} : { of: channel };
          const where = counted === null ? { channel: scope } : { method: counted, ...of };
          await rates.pause(where, translated.retryAfterMs);
        }
        if (expects?.has(slackErrorName(translated) ?? "") !== true) {
          const trouble = troubleOf(translated, method, channel);
          if (trouble !== null) onTrouble(trouble, translated);
        }
        throw translated;
      }
    },
  };
  return api;
}
