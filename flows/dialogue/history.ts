import type { Decision, Language, Turn, TurnPart } from "../../src/core/index.ts";
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
import { linesWith, linesWithout, namesIn } from "./lines.ts";

/** So many lines are put into the summary at once: not a few after every turn. */
const CONDENSED_FROM = 8;

const NO_SURPLUS: Surplus = { from: 0, lines: [] };

type History = Pick<DialogueContext, "turns" | "summary" | "surplus" | "summarised">;

/** Of so many lines it is known that they are in the summary. */
const MAX_SUMMARISED = 500;

/** The names of lines that have gone into the summary, with these. */
function summarisedWith(
  { summarised = [] }: History,
  lines: readonly Turn[],
): Pick<History, "summarised"> {
  const names = lines.flatMap(namesIn);
  return names.length === 0 ? {} : { summarised: [...summarised, ...names].slice(-MAX_SUMMARISED) };
}

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
    readonly parts?: readonly TurnPart[];
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
    ...(facts.parts === undefined || facts.parts.length < 2 ? {} : { parts: facts.parts }),
  };
}

/** A line as it waits for the summary: shorter. */
function shortened(turn: Turn): Turn {
  const { parts, ...rest } = turn;
  const text = shorten(turn.text, MAX_SURPLUS_CHARACTERS);
  if (parts === undefined) return { ...rest, text };
  const short = parts.map((part) => ({
    ...part,
    text: shorten(part.text, MAX_SURPLUS_CHARACTERS / parts.length),
  }));
  return { ...rest, text, parts: short };
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
  const waiting = [...lines, ...dropped.map(shortened)];
  const excess = Math.max(0, waiting.length - MAX_SURPLUS);
  return {
    turns: all.slice(dropped.length),
    summary: extendSummary(context.summary, waiting.slice(0, excess)),
    surplus: { from: from + excess, lines: waiting.slice(excess) },
    ...summarisedWith(context, waiting.slice(0, excess)),
  };
}

/** Lines that a prompt shows at most, and how many go at once when there are more. */
const PROMPT_LINES = 8;
const PROMPT_STEP = 4;

/**
 * The newest lines, for the prompt of an answer. Where they begin moves in steps and not with every turn: what a prompt begins
 * with stays the same meanwhile, and a model that has read it need not read it again.
 */
export function promptLines({ turns, surplus = NO_SURPLUS }: History): readonly Turn[] {
  const before = surplus.from + surplus.lines.length;
  const excess = Math.max(0, before + turns.length - PROMPT_LINES);
  const start = Math.ceil(excess / PROMPT_STEP) * PROMPT_STEP;
  return turns.slice(Math.max(0, start - before));
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

/**
 * Takes over a summary; only the lines that it was made of stop waiting. One that was made of words which were taken back
 * meanwhile is left aside.
 */
export function noteCondensed(context: History, { summary, through }: Condensed): Partial<History> {
  const { from, lines } = context.surplus ?? NO_SURPLUS;
  if (through < from) return {};
  const done = Math.min(through - from, lines.length);
  return {
    summary,
    surplus: { from: from + done, lines: lines.slice(done) },
    ...summarisedWith(context, lines.slice(0, done)),
  };
}

/** Puts all lines that wait into the summary without a model. */
export function condenseByWords(context: History): Partial<History> {
  const { from, lines } = context.surplus ?? NO_SURPLUS;
  return {
    summary: wholeSummary(context),
    surplus: { from: from + lines.length, lines: [] },
    ...summarisedWith(context, lines),
  };
}

/** What was said is now this, wherever it is still kept word for word. */
export function reviseTurn(context: History, line: string, text: string): Partial<History> {
  const { turns, surplus } = context;
  return {
    turns: linesWith(turns, line, text),
    ...(surplus === undefined
      ? {}
      : { surplus: { ...surplus, lines: linesWith(surplus.lines, line, text) } }),
  };
}

/** What was said is gone, and what answered it; a summary that tells of it goes as a whole. */
export function takeBackLine(context: History, line: string): Partial<History> {
  const { surplus = NO_SURPLUS, summarised = [], summary } = context;
  const turns = linesWithout(context.turns, line);
  const isTold = summarised.includes(line);
  const isWaiting = surplus.lines.some((turn) => namesIn(turn).includes(line));
  if (!isTold && !isWaiting) return { turns };
  return {
    turns,
    summary: isTold ? "" : summary,
    summarised: isTold ? [] : summarised,
    surplus: {
      // Further than any summary reaches that is being written now.
      from: surplus.from + surplus.lines.length + 1,
      lines: linesWithout(surplus.lines, line),
    },
  };
}
