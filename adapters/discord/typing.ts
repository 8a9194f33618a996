import { z } from "zod";
import type { Logger } from "../../src/ports/logger.ts";
import type { DiscordApi } from "./client.ts";

/** "Frontdesk is typing …" under a channel. */
export interface Typing {
  /** Shows it once, for some seconds: who goes on with it may be another process. Failures are of no consequence. */
  begin(channel: string): void;
  /** Shows it, and keeps it up while something is done. */
  show(channel: string): void;
  /** Something was said, which ends it at Discord as well. */
  ended(channel: string): void;
  /** Discord no longer shows it there: something was said. The next one who begins is shown at once. */
  vanished(channel: string): void;
  close(): void;
}

/** Discord shows it for ten seconds. */
const RENEW_MS = 8_000;
/** So soon after it was shown it need not be shown again. */
const FRESH_MS = 2_000;
const MAX_BEGUN = 5_000;
/** Nobody types for longer than this without a word. */
const MAX_MS = 5 * 60_000;

/** Of a crowd only so many see it at once. */
const MAX_UNDER_WAY = 10;

const anything = z.unknown();

export function createTyping(options: {
  readonly api: DiscordApi;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}): Typing {
  const { api, signal, logger } = options;
  const shown = new Map<string, { readonly since: number; readonly timer: NodeJS.Timeout }>();

  /** When it was shown last. */
  const toldAt = new Map<string, number>();

  let underWay = 0;
  const tell = (channel: string): void => {
    // Answers come first.
    if (underWay >= MAX_UNDER_WAY) return;
    toldAt.delete(channel);
    toldAt.set(channel, performance.now());
    const oldest = toldAt.keys().next();
    if (toldAt.size > MAX_BEGUN && !oldest.done) toldAt.delete(oldest.value);
    underWay += 1;
    const route = `/channels/${channel}/typing` as const;
    api
      .call({ method: "POST", route }, anything, { signal })
      .catch((error: unknown) => {
        if (!signal.aborted) logger.debug({ err: error, channel }, "typing could not be shown");
      })
      .finally(() => {
        underWay -= 1;
      });
  };

  const ended = (channel: string): void => {
    clearInterval(shown.get(channel)?.timer);
    shown.delete(channel);
    toldAt.delete(channel);
  };

  const renew = (channel: string): void => {
    const { since = 0 } = shown.get(channel) ?? {};
    if (signal.aborted || performance.now() - since > MAX_MS) ended(channel);
    else tell(channel);
  };

  const isFresh = (channel: string): boolean =>
    performance.now() - (toldAt.get(channel) ?? Number.NEGATIVE_INFINITY) < FRESH_MS;

  return {
    ended,
    vanished: (channel) => void toldAt.delete(channel),
    begin(channel) {
      if (!signal.aborted && !shown.has(channel) && !isFresh(channel)) tell(channel);
    },
    show(channel) {
      if (signal.aborted || shown.has(channel)) return;
      const timer = setInterval(() => renew(channel), RENEW_MS);
      timer.unref();
      shown.set(channel, { since: performance.now(), timer });
      if (!isFresh(channel)) tell(channel);
    },
    close() {
      for (const channel of shown.keys()) ended(channel);
    },
  };
}
