import type { Decision, Language, Turn } from "../../src/core/index.ts";
import { shorten } from "../language/index.ts";
import type { Condensed, CondenseInput } from "../tasks/contracts.ts";
import { extendSummary } from "../tasks/extend-summary.ts";
import {
  type DialogueContext,
  MAX_SURPLUS,
  MAX_SURPLUS_CHARACTERS,
  MAX_TURN_CHARACTERS,
  MAX_TURNS,
  type Surplus,
} from "./context.ts";

/** So many lines are put into the summary at once: not a few after every turn. */
const CONDENSED_FROM = 8;

const NO_SURPLUS: Surplus = { from: 0, lines: [] };

type History = Pick<DialogueContext, "turns" | "summary" | "surplus">;

/** One line of the conversation as it is kept. */
export function turnOf(
  role: Turn["role"],
  name: string,
  text: string,
  facts: {
    readonly at: number;
    readonly language: Language;
    readonly decision?: Decision | null;
    readonly line?: string | undefined;
  },
): Turn {
  return {
    role,
    name,
    text: shorten(text, MAX_TURN_CHARACTERS),
    at: facts.at,
    language: facts.language,
    decision: facts.decision ?? null,
    ...(facts.line === undefined ? {} : { line: facts.line }),
  };
}

/**
 * Adds lines. The oldest ones beyond the window wait to be put into the rolling summary; when too many wait, the oldest
 * of them go there by words alone.
 */
export function addTurns(context: History, turns: readonly Turn[]): History {
  const all = [...context.turns, ...turns];
  const dropped = all.slice(0, Math.max(0, all.length - MAX_TURNS));
  if (dropped.length === 0) return { turns: all, summary: context.summary };
  const { from, lines } = context.surplus ?? NO_SURPLUS;
  const waiting = [
    ...lines,
    ...dropped.map((turn) => ({ ...turn, text: shorten(turn.text, MAX_SURPLUS_CHARACTERS) })),
  ];
  const excess = Math.max(0, waiting.length - MAX_SURPLUS);
  return {
    turns: all.slice(dropped.length),
    summary: extendSummary(context.summary, waiting.slice(0, excess)),
    surplus: { from: from + excess, lines: waiting.slice(excess) },
  };
}

/** The summary of everything before the window, whether or not it has been put into words yet. */
export function wholeSummary({ summary, surplus = NO_SURPLUS }: History): string {
  return extendSummary(summary, surplus.lines);
}

/** Whether enough lines wait to be put into the summary. */
export function hasSurplus({ surplus = NO_SURPLUS }: History): boolean {
  return surplus.lines.length >= CONDENSED_FROM;
}

/** Input of `condense`. */
export function condenseInput(context: DialogueContext): CondenseInput {
  const { from, lines } = context.surplus ?? NO_SURPLUS;
  return {
    summary: context.summary,
    lines,
    through: from + lines.length,
    language: context.language,
    conversationKey: context.id,
    userKey: context.lastReply?.author ?? context.id,
  };
}

/** Takes over a summary; only the lines that it was made of stop waiting. */
export function noteCondensed(context: History, { summary, through }: Condensed): Partial<History> {
  const { from, lines } = context.surplus ?? NO_SURPLUS;
  const done = Math.min(Math.max(0, through - from), lines.length);
  return { summary, surplus: { from: from + done, lines: lines.slice(done) } };
}

/** Puts all lines that wait into the summary without a model. */
export function condenseByWords(context: History): Partial<History> {
  const { from, lines } = context.surplus ?? NO_SURPLUS;
  return { summary: wholeSummary(context), surplus: { from: from + lines.length, lines: [] } };
}

/** What was said is now this, wherever it is still kept word for word. */
export function reviseTurn(
  { turns }: Pick<History, "turns">,
  line: string,
  text: string,
): Pick<History, "turns"> {
  const revised = shorten(text, MAX_TURN_CHARACTERS);
  return { turns: turns.map((turn) => (turn.line === line ? { ...turn, text: revised } : turn)) };
}
