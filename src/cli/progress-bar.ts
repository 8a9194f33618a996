import { progress } from "@clack/prompts";
import { cutLine } from "../../adapters/console/index.ts";
import type { Io } from "./io.ts";

/** Shows on a terminal how far something is; elsewhere nothing, so that logs stay short. */
export interface ProgressBar {
  /** So much of so much, and what to say of it. It never goes back. */
  advance(done: number, of: number, text: string): void;
  end(): void;
}

const BAR_COLUMNS = 24;
/** What stands around bar and text: the sign in front, gaps, and the time at the end. */
const AROUND_COLUMNS = 14;
const LEAST_TEXT_COLUMNS = 8;

/** A bar on standard error. */
export function createProgressBar(io: Io, title: string): ProgressBar {
  if (!io.isTTY) return { advance: () => {}, end: () => {} };
  const bar = progress({ max: 100, size: BAR_COLUMNS, output: io.stderr, indicator: "timer" });
  bar.start(title);
  let shown = 0;
  return {
    advance(done, of, text) {
      const target = Math.min(100, Math.floor((done / Math.max(of, 1)) * 100));
      // A line that wraps could not be drawn over: each step would leave one behind.
      const columns = Math.max(LEAST_TEXT_COLUMNS, io.columns() - BAR_COLUMNS - AROUND_COLUMNS);
      bar.advance(Math.max(0, target - shown), cutLine(text, columns));
      shown = Math.max(shown, target);
    },
    end: () => bar.stop(title),
  };
}
