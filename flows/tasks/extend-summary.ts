import type { Turn } from "../../src/core/index.ts";
import { cleanLine, shorten } from "../language/index.ts";

/** Length of the rolling summary of older lines. */
export const MAX_SUMMARY_CHARACTERS = 800;

const MAX_SUMMARISED_LINE = 120;

/** The summary with older lines added by words alone: their questions, shortened, newest last. No model needed. */
export function extendSummary(summary: string, lines: readonly Turn[]): string {
  const questions = lines
    .filter((turn) => turn.role === "user")
    .map((turn) => shorten(cleanLine(turn.text), MAX_SUMMARISED_LINE));
  const all = [summary, ...questions].filter((line) => line !== "").join(" · ");
  if (all.length <= MAX_SUMMARY_CHARACTERS) return all;
  return `…${all.slice(all.length - MAX_SUMMARY_CHARACTERS + 1)}`;
}
