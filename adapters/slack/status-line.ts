import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import {
  detectLanguage,
  type Language,
  type Progress,
  type ReplyAddress,
} from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { SlackApi } from "./client.ts";
import { slackErrorName } from "./errors.ts";
import { slackLabels } from "./labels.ts";

/** The line under a thread that says what the bot is doing, and the session with its stop button. */
export interface StatusLine {
  /** Says something at once: the message is safely taken in. */
  received(address: ReplyAddress, text: string): void;
  progress(address: ReplyAddress, progress: Progress): void;
  /** The turn has ended. `isShown`: a message was posted, which clears the line by itself. */
  ended(address: ReplyAddress, isShown: boolean): void;
  close(): Promise<void>;
}

interface Thread {
  language: Language;
  wanted: string;
  shown: string;
  isRunning: boolean;
  /** The session says that the bot is at work. */
  isProcessing: boolean;
  hasEnded: boolean;
}

const anything = z.object({});
/** Between two changes of one line; a reader cannot follow faster, and Slack has a limit of its own. */
const MIN_INTERVAL_MS = 700;
/** Refusals that will not pass while the app stays as it is. */
const USELESS = new Set([
  "missing_scope",
  "unknown_method",
  "not_an_agent",
  "app_not_agent",
  "invalid_auth",
]);

function keyOf(address: ReplyAddress): string | null {
  return address.ephemeral || address.threadId === null
    ? null
    : `${address.channelId}/${address.threadId}`;
}

/** Shows status lines; failures are of no consequence. */
export function createStatusLine(options: {
  readonly api: SlackApi;
  readonly signal: AbortSignal;
  readonly logger: Logger;
}): StatusLine {
  const { api, signal, logger } = options;
  const threads = new Map<string, Thread>();
  const useless = new Set<string>();
  const running = new Set<Promise<void>>();

  const tryCall = async (
    method: string,
    args: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    if (useless.has(method)) return;
    try {
      await api.call(method, args, anything, { signal });
    } catch (error) {
      if (USELESS.has(slackErrorName(error) ?? "")) useless.add(method);
      if (!signal.aborted) logger.debug({ err: error }, "a status could not be shown");
    }
  };

  const rest = (): Promise<void> => sleep(MIN_INTERVAL_MS, undefined, { signal }).catch(() => {});

  const step = async (
    thread: Thread,
    place: { channel_id: string; thread_ts: string },
  ): Promise<boolean> => {
    // It may be given other words while a call is under way.
    const words = thread.wanted;
    if (words !== "" && !thread.isProcessing) {
      thread.isProcessing = true;
      thread.shown = words;
      await Promise.all([
        tryCall("assistant.threads.setStatus", { ...place, status: words }),
        tryCall("agents.sessions.setStatus", { ...place, status: "processing" }),
      ]);
      return true;
    }
    if (words !== thread.shown) {
      thread.shown = words;
      await tryCall("assistant.threads.setStatus", { ...place, status: words });
      return true;
    }
    if (thread.hasEnded && thread.isProcessing) {
      thread.isProcessing = false;
      await tryCall("agents.sessions.setStatus", { ...place, status: "active" });
      return true;
    }
    return false;
  };

  const run = async (key: string, thread: Thread, address: ReplyAddress): Promise<void> => {
    const place = { channel_id: address.channelId, thread_ts: address.threadId ?? "" };
    while (!signal.aborted && (await step(thread, place))) {
      if (!thread.hasEnded) await rest();
    }
    thread.isRunning = false;
    if (thread.hasEnded) threads.delete(key);
  };

  const change = (address: ReplyAddress, what: (thread: Thread) => void): void => {
    const key = keyOf(address);
    if (key === null || signal.aborted) return;
    const thread = threads.get(key) ?? {
      language: "en",
      wanted: "",
      shown: "",
      isRunning: false,
      isProcessing: false,
      hasEnded: false,
    };
    threads.set(key, thread);
    what(thread);
    if (thread.isRunning) return;
    thread.isRunning = true;
    const work = run(key, thread, address);
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  return {
    received: (address, text) =>
      change(address, (thread) => {
        thread.language = detectLanguage(text);
        thread.hasEnded = false;
        thread.wanted = slackLabels(thread.language).stage({
          type: "stage",
          stage: "understanding",
        });
      }),
    progress(address, progress) {
      if (progress.type !== "stage") return;
      change(address, (thread) => {
        thread.hasEnded = false;
        thread.wanted = slackLabels(thread.language).stage(progress);
      });
    },
    ended: (address, isShown) =>
      change(address, (thread) => {
        thread.hasEnded = true;
        thread.wanted = "";
        if (isShown) thread.shown = "";
      }),
    async close() {
      await Promise.all(running);
    },
  };
}
