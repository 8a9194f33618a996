import { DateTime } from "luxon";
import type { Turn } from "../../src/core/index.ts";
import { cleanLine, shorten } from "../language/index.ts";
import { type Texts, textsIn } from "../texts/index.ts";
import type { DialogueContext } from "./context.ts";
import { wholeSummary } from "./history.ts";

const MAX_LINE = 600;
const MAX_CHARACTERS = 6_000;

function lineOf({ role, name, text, at }: Turn, botName: string, zone: string): string {
  const who = role === "bot" ? botName : cleanLine(name) || "?";
  const time = DateTime.fromMillis(at, { zone }).toFormat("yyyy-MM-dd HH:mm");
  return `**${who}** · ${time}\n> ${shorten(cleanLine(text), MAX_LINE)}`;
}

/** The newest lines that find room, in their order. */
function newest(lines: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let room = MAX_CHARACTERS;
  for (const line of lines.toReversed()) {
    room -= line.length;
    if (room < 0) break;
    kept.unshift(line);
  }
  return kept;
}

function headline(t: Texts, zone: string, isShortened: boolean): string {
  return isShortened ? t.transcriptShortened(zone) : t.transcript(zone);
}

/** What was said in this conversation, for whoever asks for it. Answers that only one person saw stand in as such. */
export function transcriptText(
  context: DialogueContext,
  options: { readonly botName: string; readonly timeZone: string },
): string {
  const t = textsIn(context.active?.language ?? context.language);
  const { turns } = context;
  if (turns.length === 0) return t.transcriptEmpty;
  const { botName, timeZone } = options;
  const all = turns.map((turn) => lineOf(turn, botName, timeZone));
  const kept = newest(all);
  const before = cleanLine(wholeSummary(context));
  return [
    headline(t, timeZone, kept.length < all.length || before !== ""),
    ...(before === "" ? [] : [`> ${shorten(before, MAX_LINE)}`]),
    ...kept,
  ].join("\n\n");
}
