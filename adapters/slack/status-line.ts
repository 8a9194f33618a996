import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Language, Progress, ReplyAddress } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { SlackApi } from "./client.ts";
import { slackErrorName } from "./errors.ts";
import { slackLabels } from "./labels.ts";

/**
 * The line under a thread that says what the bot is doing, and the session with its stop button. One process may hear the
 * question and another one answer it: neither relies on what the other has shown.
 */
export interface StatusLine {
  /** Says something at once: the message is safely taken in. */
  received(address: ReplyAddress, language: Language): void;
  progress(address: ReplyAddress, progress: Progress): void;
  /**
   * The turn has ended. `shown`: a message was posted, which clears the line by itself. `unseen`: somebody else was told.
   * `nothing`: nobody was told anything, and most likely nothing was shown either.
   */
  ended(address: ReplyAddress, how: "shown" | "unseen" | "nothing"): void;
  close(): Promise<void>;
}

type Stage = Extract<Progress, { readonly type: "stage" }>;

interface Thread {
  /** Null as long as nobody has looked. */
  language: Language | null;
  wanted: Stage | null;
  shown: string;
  isRunning: boolean;
  /** The session says that the bot is at work. */
  isProcessing: boolean;
  hasEnded: boolean;
  refresh: NodeJS.Timeout | undefined;
}

const anything = z.object({});
/** Between two changes of one line; a reader cannot follow faster, and Slack takes about one a second and channel. */
const MIN_INTERVAL_MS = 1_000;
/** Slack takes the line away after two minutes; a slow model may need longer for one stage. */
const REFRESH_MS = 100_000;
/** A stage of more than some eight minutes is no stage any more: the turn has failed, or another process has taken it over. */
const MAX_REFRESHES = 4;
/** Threads that are looked after at a time: those of a process that only hears never end here. */
const MAX_THREADS = 5_000;
/** Refusals that will not pass while the app stays as it is. */
const USELESS = new Set([
  "missing_scope",
  "unknown_method",
  "not_an_agent",
  "app_not_agent",
  "invalid_auth",
]);

function keyOf({ channelId, threadId }: ReplyAddress): string | null {
  return threadId === null ? null : `${channelId}/${threadId}`;
}

function newThread(): Thread {
  return {
    language: null,
    wanted: null,
    shown: "",
    isRunning: false,
    isProcessing: false,
    hasEnded: false,
    refresh: undefined,
  };
}

/** Shows status lines; failures are of no consequence. */
export function createStatusLine(options: {
  readonly api: SlackApi;
  /** The language of the message that is answered, when it was heard by another process. */
  readonly languageOf: (address: ReplyAddress) => Promise<Language>;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  readonly refreshMs?: number;
  readonly minIntervalMs?: number;
}): StatusLine {
  const { api, signal, logger } = options;
  const { refreshMs = REFRESH_MS, minIntervalMs = MIN_INTERVAL_MS } = options;
  const threads = new Map<string, Thread>();
  const useless = new Set<string>();
  const running = new Set<Promise<void>>();

  const tryCall = async (
    method: "assistant.threads.setStatus" | "agents.sessions.setStatus",
    args: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    if (useless.has(method)) return;
    try {
      await api.call(method, args, anything, { signal, isSpare: true });
    } catch (error) {
      if (USELESS.has(slackErrorName(error) ?? "")) useless.add(method);
      if (!signal.aborted) logger.debug({ err: error }, "a status could not be shown");
    }
  };

  const rest = (): Promise<void> => sleep(minIntervalMs, undefined, { signal }).catch(() => {});

  const wordsOf = async (thread: Thread, address: ReplyAddress): Promise<string> => {
    if (thread.wanted === null) return "";
    thread.language ??= await options.languageOf(address).catch(() => "en" as const);
    return slackLabels(thread.language).stage(thread.wanted);
  };

  const step = async (thread: Thread, address: ReplyAddress): Promise<boolean> => {
    const place = { channel_id: address.channelId, thread_ts: address.threadId ?? "" };
    // It may be given another stage while a call is under way.
    const words = await wordsOf(thread, address);
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
    while (!signal.aborted && (await step(thread, address))) {
      if (!thread.hasEnded) await rest();
    }
    thread.isRunning = false;
    if (thread.hasEnded) threads.delete(key);
  };

  const threadAt = (key: string): Thread => {
    const thread = threads.get(key) ?? newThread();
    threads.delete(key);
    threads.set(key, thread);
    const oldest = threads.entries().next();
    if (threads.size > MAX_THREADS && !oldest.done) {
      clearTimeout(oldest.value[1].refresh);
      threads.delete(oldest.value[0]);
    }
    return thread;
  };

  const change = (address: ReplyAddress, what: (thread: Thread) => void): void => {
    const key = keyOf(address);
    if (key === null || signal.aborted) return;
    const thread = threadAt(key);
    clearTimeout(thread.refresh);
    what(thread);
    if (thread.isRunning) return;
    thread.isRunning = true;
    const work = run(key, thread, address);
    running.add(work);
    void work.finally(() => running.delete(work));
  };

  const end = (thread: Thread): void => {
    thread.hasEnded = true;
    thread.wanted = null;
  };

  const progress = (address: ReplyAddress, stage: Stage, refreshes = 0): void =>
    change(address, (thread) => {
      thread.hasEnded = false;
      thread.wanted = stage;
      thread.refresh = setTimeout(() => {
        if (refreshes >= MAX_REFRESHES) return change(address, end);
        thread.shown = "";
        progress(address, stage, refreshes + 1);
      }, refreshMs);
      thread.refresh.unref();
    });

  return {
    received: (address, language) =>
      change(address, (thread) => {
        thread.language = language;
        thread.hasEnded = false;
        // Another process may have ended what was shown here before.
        thread.isProcessing = false;
        thread.wanted = { type: "stage", stage: "understanding" };
      }),
    progress(address, given) {
      if (given.type === "stage") progress(address, given);
    },
    ended(address, how) {
      const isKnown = threads.has(keyOf(address) ?? "");
      if (!isKnown && how === "nothing") return;
      change(address, (thread) => {
        end(thread);
        if (how === "shown") thread.shown = "";
        if (isKnown) return;
        // Shown by the process that heard the question.
        thread.isProcessing = true;
        if (how === "unseen") thread.shown = "…";
      });
    },
    async close() {
      for (const { refresh } of threads.values()) clearTimeout(refresh);
      await Promise.all(running);
    },
  };
}
