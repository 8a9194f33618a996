import type { Decision, Language, Turn } from "../../src/core/index.ts";
import { cleanLine, shorten } from "../language/index.ts";
import {
  type DialogueContext,
  MAX_SUMMARY_CHARACTERS,
  MAX_TURN_CHARACTERS,
  MAX_TURNS,
} from "./context.ts";

const MAX_SUMMARISED_LINE = 120;

/** One line of the conversation as it is kept. */
export function turnOf(
  role: Turn["role"],
  name: string,
  text: string,
  facts: { readonly at: number; readonly language: Language; readonly decision?: Decision | null },
): Turn {
  return {
    role,
    name,
    text: shorten(text, MAX_TURN_CHARACTERS),
    at: facts.at,
    language: facts.language,
    decision: facts.decision ?? null,
  };
}

/** What remains of lines that fall out of the window: the questions, shortened, newest last. */
function summarise(summary: string, dropped: readonly Turn[]): string {
  const questions = dropped
    .filter((turn) => turn.role === "user")
    .map((turn) => shorten(cleanLine(turn.text), MAX_SUMMARISED_LINE));
  const all = [summary, ...questions].filter((line) => line !== "").join(" · ");
  if (all.length <= MAX_SUMMARY_CHARACTERS) return all;
  return `…${all.slice(all.length - MAX_SUMMARY_CHARACTERS + 1)}`;
}

/** Adds lines; the oldest ones beyond the window go into the rolling summary. */
export function addTurns(
  context: Pick<DialogueContext, "turns" | "summary">,
  turns: readonly Turn[],
): Pick<DialogueContext, "turns" | "summary"> {
  const all = [...context.turns, ...turns];
  const surplus = Math.max(0, all.length - MAX_TURNS);
  return { turns: all.slice(surplus), summary: summarise(context.summary, all.slice(0, surplus)) };
}
