import type { Citation, Reply, ReplyOption } from "../../src/core/index.ts";
import { type ReplyLabels, replyLabels } from "./labels.ts";
import { type Layout, shownSource } from "./layout.ts";
import { markdownLines } from "./markdown.ts";
import { safeLine } from "./safe-text.ts";
import { joinBlocks, type Line, paintLine, prefixLines, type Span, span } from "./spans.ts";
import { wrapSpans } from "./wrap.ts";

/** How a reply is laid out. */
export interface RenderOptions extends Layout {
  /** Show confidence, the question as understood, and times. */
  readonly isVerbose: boolean;
}

/** A quote longer than this is cut: the source says where the rest stands. */
const MAX_QUOTE = 320;

/** What two texts have in common whatever their markup, references and spaces. */
function bare(text: string): string {
  return safeLine(text.replaceAll(/\[\d+\]/gu, "")).replaceAll(/[\s*_`>#|“”"]/gu, "");
}

function citationPlace(
  { title, section, source, origin }: Citation,
  labels: ReplyLabels,
  folder: string | null,
): Line {
  const heading = [title, section.startsWith(title) ? section.slice(title.length) : section]
    .map((part) => safeLine(part).replace(/^› /u, ""))
    .filter((part) => part !== "")
    .join(" › ");
  const where = safeLine(shownSource(source, folder));
  const tail = origin === "web" ? `${where} (${labels.web})` : where;
  return [
    span(heading === "" ? tail : heading),
    ...(heading === "" || where === "" ? [] : [span(" — ", "dim"), span(tail, "dim")]),
  ];
}

/** A row of a table as words: "Rotterdam · up to 3 a day". */
function withoutPipes(line: string): string {
  if (!/^\|.*\|/u.test(line)) return line;
  const cells = line.split(/(?<!\\)\|/u).map((cell) => cell.replaceAll("\\|", "|").trim());
  return cells.filter((cell) => cell !== "").join(" · ");
}

function quoteLine(quote: string, labels: ReplyLabels): Line {
  const words = withoutPipes(safeLine(quote));
  const cut = words.length > MAX_QUOTE ? `${words.slice(0, MAX_QUOTE).trimEnd()}…` : words;
  return [span(labels.quote(cut), "dim")];
}

/**
 * The numbered sources under an answer, each with the words that carry it.
 * @param options.shownText an answer that is on the screen already: quotes that stand in it are not repeated
 */
export function citationLines(
  citations: readonly Citation[],
  labels: ReplyLabels,
  options: Pick<Layout, "width" | "folder"> & { readonly shownText: string },
): readonly Line[] {
  const shown = bare(options.shownText);
  return citations.flatMap((citation) => {
    const marker = span(`[${citation.n}] `, "reference");
    const indent = span(" ".repeat(marker.text.length));
    const inner = options.width - marker.text.length;
    const hasQuote = citation.quote.trim() !== "" && !shown.includes(bare(citation.quote));
    const lines = [
      ...wrapSpans(citationPlace(citation, labels, options.folder), inner),
      ...(hasQuote ? wrapSpans(quoteLine(citation.quote, labels), inner) : []),
    ];
    return prefixLines(lines, marker, indent);
  });
}

function choiceLines(options: readonly ReplyOption[], width: number): readonly Line[] {
  return options.flatMap(({ label }, index) => {
    const marker = span(`${index + 1}) `, "accent");
    const indent = span(" ".repeat(marker.text.length));
    return prefixLines(
      wrapSpans([span(safeLine(label))], width - marker.text.length),
      marker,
      indent,
    );
  });
}

function optionLines(
  options: readonly ReplyOption[],
  labels: ReplyLabels,
  width: number,
): readonly Line[] {
  if (options.length === 0) return [];
  return [...choiceLines(options, width), ...wrapSpans([span(labels.chooseHint, "dim")], width)];
}

function verboseNotes(reply: Reply, labels: ReplyLabels): readonly string[] {
  const times = Object.entries(reply.timings).map(
    ([name, ms]) => `${name.replace(/Ms$/u, "")} ${Math.round(ms)}\u00a0ms`,
  );
  return [
    ...(reply.confidence === null ? [] : [`${labels.confidence} ${reply.confidence.toFixed(2)}`]),
    ...(reply.question === null ? [] : [`${labels.understoodAs} “${safeLine(reply.question)}”`]),
    ...times,
  ];
}

function noteLines(reply: Reply, options: RenderOptions): readonly Line[] {
  const labels = replyLabels(reply.language);
  const notes = [
    ...reply.marks.map((mark) => labels.marks[mark]),
    ...(options.isVerbose ? verboseNotes(reply, labels) : []),
  ];
  if (notes.length === 0) return [];
  return wrapSpans([span(notes.join(labels.separator), "dim")], options.width);
}

function speakerLines(reply: Reply): readonly Line[] {
  if (reply.speaker.kind === "bot") return [];
  const role = ` (${replyLabels(reply.language).person})`;
  return [[span(safeLine(reply.speaker.displayName), "accent", "strong"), span(role, "dim")]];
}

/**
 * What stands under the text of a reply: options, sources, notes.
 * Separate from {@link renderReply} because a streamed text may be on the screen already.
 */
export function renderReplyTail(reply: Reply, options: RenderOptions): readonly string[] {
  const labels = replyLabels(reply.language);
  const sources = citationLines(reply.citations, labels, {
    width: options.width,
    folder: options.folder,
    shownText: reply.text,
  });
  return joinBlocks([
    optionLines(reply.options, labels, options.width),
    [...sources, ...noteLines(reply, options)],
  ]).map((line) => paintLine(line, options.theme));
}

/** A reply as lines for a terminal, none wider than `width`. */
export function renderReply(reply: Reply, options: RenderOptions): readonly string[] {
  const text = renderMarkdown(reply.text, options);
  const head = speakerLines(reply).map((line) => paintLine(line, options.theme));
  const tail = renderReplyTail(reply, options);
  const gap = tail.length > 0 && text.length > 0 ? [""] : [];
  return [...head, ...text, ...gap, ...tail];
}

/**
 * A reply of before, in short: without sources and notes. The options of a clarifying question stay, numbered as they were,
 * or the number that the person typed means nothing to a reader.
 */
export function renderEarlierReply(reply: Reply, options: RenderOptions): readonly string[] {
  const text = renderReply({ ...reply, citations: [], marks: [], options: [] }, options);
  if (reply.options.length === 0) return text;
  const choices = choiceLines(reply.options, options.width);
  return [...text, "", ...choices.map((line) => paintLine(line, options.theme))];
}

/** Markdown as lines for a terminal. */
export function renderMarkdown(markdown: string, options: Layout): readonly string[] {
  return markdownLines(markdown, {
    width: options.width,
    isPlain: options.theme.isPlain,
  }).map((line) => paintLine(line, options.theme));
}

/** Plain words wrapped to lines, in one style or none. */
export function renderWords(text: string | readonly Span[], options: Layout): readonly string[] {
  const spans = typeof text === "string" ? [span(text)] : text;
  return wrapSpans(spans, options.width).map((line) => paintLine(line, options.theme));
}
