import type { CaseEntry, CaseRecord, HandoffPacket, Turn } from "../../src/core/index.ts";
import { withFiles } from "../shared/with-files.ts";
import {
  caseResolutions,
  caseStates,
  handoffReasons,
  languageNames,
  replyLabels,
} from "./labels.ts";
import type { Layout } from "./layout.ts";
import { markdownLines } from "./markdown.ts";
import { citationLines } from "./render-reply.ts";
import { safeLine, safeText } from "./safe-text.ts";
import { joinBlocks, type Line, paintLine, prefixLines, type Span, span } from "./spans.ts";
import { wrapSpans } from "./wrap.ts";

/** How a case is laid out. */
export interface CaseOptions extends Layout {
  /** The number under which this desk shows it. */
  readonly number: number;
  /** Milliseconds since the epoch, for "waiting 3 min". */
  readonly now: number;
}

const MINUTE = 60_000;

/** "3 min", "2 h", "4 d". */
function ageText(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE));
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.floor(minutes / 60)} h`;
  return `${Math.floor(minutes / (24 * 60))} d`;
}

function stateText(record: CaseRecord): string {
  const { resolution } = record.facts;
  if (record.state === "resolved" && resolution !== null) {
    return `${caseStates.resolved} (${caseResolutions[resolution]})`;
  }
  if (record.state !== "claimed" || record.agent === null) return caseStates[record.state];
  return `claimed by ${safeLine(record.agent)}`;
}

function headLine(record: CaseRecord, options: CaseOptions): Line {
  const { packet, facts } = record;
  const shown = [
    safeLine(packet.platform),
    languageNames[packet.language],
    handoffReasons[packet.reason],
    ...(facts.priority === "normal" ? [] : [facts.priority]),
    ...(facts.team === null ? [] : [safeLine(facts.team)]),
    ...(facts.rating === null ? [] : [`rated ${facts.rating.stars}/5`]),
    ageText(options.now - record.openedAt),
  ];
  return [
    span(`${options.number}`, "accent", "strong"),
    span("  "),
    span(safeLine(packet.customer), "strong"),
    span("  "),
    span(stateText(record), record.state === "waiting" ? "alert" : "dim"),
    span(`  ${shown.join(" · ")}`, "dim"),
  ];
}

/** One case in a list: who, since when, why, and the question. */
export function renderCaseSummary(record: CaseRecord, options: CaseOptions): readonly string[] {
  const last = record.entries.findLast((entry) => entry.kind === "customer");
  const subject = last?.text ?? record.packet.question ?? record.packet.summary;
  const indent = span("   ");
  const lines = [
    ...wrapSpans(headLine(record, options), options.width),
    ...prefixLines(
      wrapSpans([span(safeLine(subject).slice(0, 200))], options.width - 3),
      indent,
      indent,
    ),
  ];
  return lines.map((line) => paintLine(line, options.theme));
}

function labelled(name: string, content: readonly Line[]): readonly Line[] {
  if (content.length === 0) return [];
  const indent = span("  ");
  return [[span(name, "dim")], ...prefixLines(content, indent, indent)];
}

const TURN_STYLES = { user: "strong", bot: "dim", agent: "accent" } as const;

function under(name: Span, lines: readonly Line[]): readonly Line[] {
  return [[name], ...prefixLines(lines, span("    "), span("    "))];
}

function said(name: Span, text: string, width: number): readonly Line[] {
  return under(name, wrapSpans([span(safeText(text).trim())], width - 4));
}

function turnName({ name, role }: Turn): string {
  const shown = safeLine(name);
  return shown === "" ? role : shown;
}

function transcriptLines(turns: readonly Turn[], layout: Layout): readonly Line[] {
  const { width, theme } = layout;
  return turns.flatMap((turn) => {
    const name = span(`  ${turnName(turn)}`, TURN_STYLES[turn.role]);
    // The bot writes Markdown; people write what they write.
    if (turn.role !== "bot") return said(name, turn.text, width);
    return under(name, markdownLines(turn.text, { width: width - 4, isPlain: theme.isPlain }));
  });
}

function wrapped(text: string | null, width: number): readonly Line[] {
  return text === null || text.trim() === "" ? [] : wrapSpans([span(safeText(text).trim())], width);
}

function packetBlocks(packet: HandoffPacket, layout: Layout): readonly (readonly Line[])[] {
  const { width, folder } = layout;
  const labels = replyLabels("en");
  const confidence =
    packet.confidence === null ? "" : ` (confidence ${packet.confidence.toFixed(2)})`;
  const suggestion =
    packet.suggestedAnswer === null
      ? []
      : markdownLines(packet.suggestedAnswer, { width: width - 2, isPlain: layout.theme.isPlain });
  const transcript = transcriptLines(packet.transcript, layout);
  const { place, customerRights } = packet;
  const where = [
    ...(place?.isDirect === true ? ["direct messages"] : [place?.name ?? ""]),
    place?.link ?? "",
    customerRights === undefined ? "" : `role ${customerRights.role}`,
  ].filter((part) => part !== "");
  return [
    labelled(
      "From",
      wrapped(where.length === 0 ? null : [packet.platform, ...where].join(" · "), width - 2),
    ),
    labelled("Question", wrapped(packet.question, width - 2)),
    labelled("Summary", wrapped(packet.summary, width - 2)),
    transcript.length === 0 ? [] : [[span("What was said", "dim")], ...transcript],
    labelled(
      `Sources tried${confidence}`,
      citationLines(packet.tried, labels, { width: width - 2, folder, shownText: "" }),
    ),
    labelled("Suggested answer", suggestion),
  ];
}

const ENTRY_LOOKS = {
  customer: { tag: "", styles: ["strong"] },
  reply: { tag: " → customer", styles: ["accent"] },
  note: { tag: " (note, stays here)", styles: ["dim"] },
  event: { tag: "", styles: ["dim"] },
} as const;

function entryLines(entry: CaseEntry, width: number): readonly Line[] {
  if (entry.kind === "event") {
    return wrapSpans([span(`  · ${safeLine(`${entry.name} ${entry.text}`)}`, "dim")], width);
  }
  const look = ENTRY_LOOKS[entry.kind];
  const mark = entry.revision === undefined ? "" : ` (${entry.revision})`;
  const text = withFiles(entry.text, entry.files);
  return said(span(`  ${safeLine(entry.name)}${look.tag}${mark}`, ...look.styles), text, width);
}

/** One line of a case, as it arrives. */
export function renderCaseEntry(entry: CaseEntry, options: Layout): readonly string[] {
  return entryLines(entry, options.width).map((line) => paintLine(line, options.theme));
}

/** Everything an agent needs to take a case over without asking again. */
export function renderCase(record: CaseRecord, options: CaseOptions): readonly string[] {
  const { width } = options;
  const entries = record.entries.flatMap((entry) => entryLines(entry, width));
  return joinBlocks([
    [
      ...wrapSpans(headLine(record, options), width),
      ...wrapSpans([span(`   ${record.id} · ${record.packet.conversationId}`, "dim")], width),
    ],
    ...packetBlocks(record.packet, options),
    entries.length === 0 ? [] : [[span("Since then", "dim")], ...entries],
  ]).map((line) => paintLine(line, options.theme));
}
