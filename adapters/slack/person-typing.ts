import { z } from "zod";
import type { Logger } from "../../src/ports/logger.ts";
import type { SlackApi } from "./client.ts";

/** "Mia is typing …" under a thread. Slack tells a bot of nobody's typing, but shows what a bot says of it. */
export interface PersonTyping {
  /** For some seconds, or until something is said there. Failures are of no consequence. */
  show(
    place: { readonly channelId: string; readonly threadId: string | null },
    words: string,
  ): void;
  close(): void;
}

/** As long as Discord shows it. */
const SHOWN_MS = 9_000;
/** Two changes of one line: Slack takes about one a second and channel. */
const AGAIN_MS = 4_000;
const MAX_THREADS = 200;
const anything = z.object({});

export function createPersonTyping(options: {
  readonly api: SlackApi;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly shownMs?: number;
}): PersonTyping {
  const { api, signal, logger, shownMs = SHOWN_MS } = options;
  const shown = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();

  const say = (channel: string, thread: string, status: string): void => {
    const place = { channel_id: channel, thread_ts: thread, status };
    const how = { signal, isSpare: true };
    api.call("assistant.threads.setStatus", place, anything, how).catch((error: unknown) => {
      if (!signal.aborted) logger.debug({ err: error }, "typing could not be shown");
    });
  };

  return {
    show({ channelId, threadId }, words) {
      if (signal.aborted || threadId === null) return;
      const key = `${channelId}/${threadId}`;
      const before = shown.get(key);
      if (before === undefined && shown.size >= MAX_THREADS) return;
      const now = performance.now();
      const isFresh = before !== undefined && now - before.at < AGAIN_MS;
      clearTimeout(before?.timer);
      const timer = setTimeout(() => {
        shown.delete(key);
        say(channelId, threadId, "");
      }, shownMs);
      timer.unref();
      shown.set(key, { at: isFresh ? before.at : now, timer });
      if (!isFresh) say(channelId, threadId, words);
    },
    close() {
      for (const { timer } of shown.values()) clearTimeout(timer);
      shown.clear();
    },
  };
}
