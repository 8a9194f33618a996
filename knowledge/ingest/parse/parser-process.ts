import { isFrontdeskError } from "../../../src/core/index.ts";
import { exchange } from "./parser-exchange.ts";
import type { ParserLimits } from "./parser-limits.ts";
import { endChild, isAlive, type RunningChild, startChild } from "./parser-start.ts";
import type { ParseJob, ParseResult } from "./protocol.ts";

/** One child process that reads documents, one at a time; brought up for the first and again after each crash. */
export interface ParserProcess {
  /**
   * Reads one document. A parser that hangs, dies or grows too big gives a `failed` result.
   * @throws the signal's reason after abort, which ends the parser; FrontdeskError `internal` when it cannot be started
   */
  parse(job: ParseJob, call: { readonly signal: AbortSignal }): Promise<ParseResult>;
  close(): Promise<void>;
}

const BYTES_PER_MB = 1_048_576;
/** A parser that has grown beyond this share of its memory limit is replaced before the next document. */
const REPLACE_SHARE = 0.4;

/** Makes a parser; its process comes up with the first document. */
export function createParserProcess(limits: ParserLimits): ParserProcess {
  let running: RunningChild | null = null;

  const stop = async (): Promise<void> => {
    const child = running?.process;
    running = null;
    if (child !== undefined) await endChild(child);
  };

  /** A child that is alive, as far as is known: one that died while it had nothing to do is replaced. */
  const take = (): RunningChild => {
    if (running !== null && !isAlive(running.process)) running = null;
    running ??= startChild(limits);
    return running;
  };

  const attempt = async (job: ParseJob, signal: AbortSignal): Promise<ParseResult> => {
    try {
      const done = await exchange(take(), job, limits, signal);
      if (done.rssBytes > limits.maxRssMb * BYTES_PER_MB * REPLACE_SHARE) await stop();
      return done.result;
    } catch (error) {
      await stop();
      signal.throwIfAborted();
      throw error;
    }
  };

  return {
    async parse(job, { signal }) {
      signal.throwIfAborted();
      try {
        return await attempt(job, signal).catch((error: unknown) => {
          if (isFrontdeskError(error) && error.retryable) return attempt(job, signal);
          throw error;
        });
      } catch (error) {
        if (!isFrontdeskError(error) || error.code === "internal") throw error;
        return { status: "failed", code: error.code, reason: error.message };
      }
    },
    close: stop,
  };
}
