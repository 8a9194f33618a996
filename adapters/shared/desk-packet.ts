import type { CaseEntry, CaseId, CaseRecord, HandoffPacket, Turn } from "../../src/core/index.ts";
import type { DeskUpdate } from "../../src/ports/desk.ts";
import type { DeskWords } from "./desk-words.ts";
import { cleanLine, cleanText, cut } from "./text.ts";
import { withFileNames } from "./with-files.ts";

const MAX_LINE = 600;
const MAX_TRANSCRIPT = 2_400;
const MAX_SUGGESTION = 1_500;

/** Words of others, so that no line of theirs looks like one of ours. */
function quoted(text: string, max: number): string {
  return cut(cleanText(text).trim(), max)
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");
}

function inline(text: string, max = 200): string {
  return cut(cleanLine(text), max).replaceAll(/[*_`~|]/gu, (mark) => `\\${mark}`);
}

const NAMES: Readonly<Record<string, string>> = { slack: "Slack", discord: "Discord" };

/** What the customer may see, and where he asked, with the way there. */
function whoAndWhere(
  { customerRights, platform, place, language, conversationId }: HandoffPacket,
  words: DeskWords,
): string {
  const where = NAMES[platform] ?? words.elsewhere(platform, inline(conversationId));
  const name = place?.isDirect === true ? words.direct : inline(place?.name ?? "");
  const link = place?.link ?? null;
  return [
    ...(customerRights === undefined ? [] : [words.role[customerRights.role]]),
    `${words.from} ${[where, name].filter((part) => part !== "").join(", ")}`,
    words.language[language],
    ...(link === null ? [] : [`[${words.toMessage}](${link})`]),
  ].join(" · ");
}

/** The head of a case: what somebody must know to decide whether to take it. Standard Markdown. */
export function caseHead(record: CaseRecord, words: DeskWords): string {
  const { packet, facts, agent } = record;
  const who = record.state === "claimed" && agent !== null ? ` (${inline(agent)})` : "";
  const marks = [
    `${words.state[record.state]}${who}`,
    words.priority[facts.priority],
    ...(facts.team === null ? [] : [inline(facts.team)]),
    ...(facts.rating === null ? [] : [`★ ${facts.rating.stars}/5`]),
  ];
  const sure =
    packet.confidence === null ? "" : ` · ${words.confidence}: ${packet.confidence.toFixed(2)}`;
  return [
    `**${words.title(record.id)}** — ${marks.join(" · ")}`,
    `**${words.customer}:** ${inline(packet.customer)} (${whoAndWhere(packet, words)})`,
    `**${words.why}:** ${words.reason[packet.reason]}${sure}`,
    ...(packet.question === null
      ? []
      : [`**${words.question}:** ${inline(packet.question, MAX_LINE)}`]),
  ].join("\n");
}

/** The head of a case that was deleted: nothing of the customer's is left in it. */
export function erasedHead(id: CaseId, words: DeskWords): string {
  return `**${words.title(id)}** — ${words.state.closed}\n${words.erased}`;
}

function turnLine(turn: Turn, words: DeskWords): string {
  const name = turn.role === "bot" ? words.bot : turn.name === "" ? turn.role : turn.name;
  return `**${inline(name, 80)}**\n${quoted(turn.text, MAX_LINE)}`;
}

/** The newest lines that find room, in their order. */
function transcriptOf(turns: readonly Turn[], words: DeskWords): string {
  const lines: string[] = [];
  let room = MAX_TRANSCRIPT;
  for (const turn of turns.toReversed()) {
    const line = turnLine(turn, words);
    room -= line.length;
    if (room < 0) break;
    lines.unshift(line);
  }
  return lines.join("\n");
}

function triedLines({ tried, confidence }: HandoffPacket, words: DeskWords): string {
  if (tried.length === 0) return confidence === null ? words.notSearched : words.nothingTried;
  return tried
    .map(
      ({ n, title, section }) =>
        `${n}. ${inline([title, section].filter((one) => one !== "").join(" › "))}`,
    )
    .join("\n");
}

/** Everything else that is known, so that nobody has to ask again. Standard Markdown. */
export function caseDetails({ packet }: Pick<CaseRecord, "packet">, words: DeskWords): string {
  const { suggestedAnswer, summary } = packet;
  return [
    ...(summary.trim() === "" ? [] : [`**${words.summary}**\n${quoted(summary, MAX_LINE)}`]),
    ...(packet.transcript.length === 0
      ? []
      : [`**${words.transcript}**\n${transcriptOf(packet.transcript, words)}`]),
    `**${words.tried}**\n${triedLines(packet, words)}`,
    ...(suggestedAnswer === null
      ? []
      : [`**${words.suggested}**\n${quoted(suggestedAnswer, MAX_SUGGESTION)}`]),
  ].join("\n\n");
}

/** A line of a case. Standard Markdown. */
export function entryText(entry: CaseEntry, words: DeskWords): string {
  const name = inline(entry.name, 80);
  if (entry.revision === "deleted") return `_${words.deleted(name)}_`;
  const said = withFileNames(entry.text, entry.files);
  const mark = entry.revision === "edited" ? ` _(${words.edited})_` : "";
  switch (entry.kind) {
    case "event":
      return `_${[name, inline(entry.text, MAX_LINE)].filter((part) => part !== "").join(" ")}_`;
    case "customer":
      return `**${name}**${mark}\n${quoted(said, 8_000)}`;
    case "reply":
      return `**${words.toCustomer(name)}**${mark}\n${quoted(said, 8_000)}`;
    case "note":
      return `**${words.noteBy(name)}**${mark}\n${quoted(said, 8_000)}`;
  }
}

/**
 * By what the post with all that is known of a case is found again: there is one for each time that its customer came back.
 */
export function detailsKey(id: CaseId, reopened: number): string {
  return reopened === 0 ? `desk:${id}:details` : `desk:${id}:details:${reopened}`;
}

/** Said below, since a change rings no bell; null where it stands in place of what was there. */
export function revisionNotice(
  { entry, packet }: Extract<DeskUpdate, { type: "revised" }>,
  words: DeskWords,
): string | null {
  if (entry.kind !== "customer") return null;
  const name = cleanLine(entry.name);
  if (entry.revision === "edited") return `_${words.changedAbove(name)}_`;
  return packet === undefined ? null : `_${words.deletedAbove(name)}_`;
}

/** What is said in the thread when a case changes hands; null when it does not, or its lines say it already. */
export function stateText(
  { state, agent, facts, isQuiet, isSaid }: Extract<DeskUpdate, { type: "state" }>,
  words: DeskWords,
): string | null {
  if (isQuiet === true || isSaid === true) return null;
  switch (state) {
    case "claimed":
      return agent === null ? null : words.taken(inline(agent, 80));
    case "waiting":
      return words.waits;
    case "resolved":
      return words.resolvedBy(
        inline(agent ?? "", 80),
        words.resolution[facts?.resolution ?? "solved"],
      );
    case "closed":
      return words.closed;
  }
}

/** By what a line that is shown is found again when its author changes it or takes it back. */
export function lineKey(id: CaseId, { line }: Pick<CaseEntry, "line">, fallback: string): string {
  return line === undefined ? fallback : `desk:${id}:line:${line}`;
}
