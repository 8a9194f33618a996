/** A part of a Markdown source that can be parsed on its own. */
export type Segment =
  | { readonly kind: "markdown"; readonly text: string }
  | { readonly kind: "table"; readonly lines: readonly string[] };

/** The parser takes some 300 bytes of memory per byte of source: it gets no more than this at once. */
const SEGMENT_LENGTH = 60_000;
/** Tables with more rows are taken line by line, past the parser. */
const LONG_TABLE = 200;

const FENCE = /^ {0,3}(`{3,}|~{3,})/u;
const HEADING = /^#{1,6}\s/u;
/** A line that begins something of its own: not indented, no item of a list, quote or row. */
const FRESH = /^[^\s>|*+\d-]/u;
const DELIMITER_ROW = /^ {0,3}\|?(?:\s*:?-+:?\s*\|)+(?:\s*:?-+:?\s*)?$/u;
const DEFINITION = /^ {0,3}\[([^\]\n]{1,200})\]:[ \t]*\S.*$/gmu;
const REFERENCE = /\[([^\]\n[]{1,200})\]/gu;

/**
 * Cuts a long Markdown source into parts, before headings and paragraphs and never inside a code block. Each part gets
 * the link definitions that it uses. Very long tables are parts of their own.
 */
export function splitMarkdown(source: string): Segment[] {
  if (source.length <= SEGMENT_LENGTH) return [{ kind: "markdown", text: source }];
  const definitions = new Map<string, string>();
  for (const match of source.matchAll(DEFINITION)) definitions.set(idOf(match[1] ?? ""), match[0]);
  return cutLines(source.split("\n")).map((segment) =>
    segment.kind === "table" ? segment : withDefinitions(segment.text, definitions),
  );
}

function cutLines(lines: readonly string[]): Segment[] {
  const segments: Segment[] = [];
  let current: string[] = [];
  let length = 0;
  let fence: string | null = null;
  const flush = (): void => {
    if (current.length > 0) segments.push({ kind: "markdown", text: current.join("\n") });
    current = [];
    length = 0;
  };
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    fence = fenceAfter(fence, line);
    const rows = fence === null ? tableLength(lines, index) : 0;
    if (rows > LONG_TABLE) {
      flush();
      segments.push({ kind: "table", lines: lines.slice(index, index + rows) });
      index += rows - 1;
      continue;
    }
    if (length > SEGMENT_LENGTH && fence === null && startsAfresh(line, lines[index - 1])) flush();
    current.push(line);
    length += line.length + 1;
  }
  flush();
  return segments;
}

/** The mark of the code block that is open after a line, or null. */
function fenceAfter(open: string | null, line: string): string | null {
  const mark = FENCE.exec(line)?.[1] ?? null;
  if (open === null || mark === null) return open ?? mark;
  const isClosed = mark[0] === open[0] && mark.length >= open.length && line.trim() === mark;
  return isClosed ? null : open;
}

function startsAfresh(line: string, before: string | undefined): boolean {
  return HEADING.test(line) || (before?.trim() === "" && FRESH.test(line));
}

/** Lines of the table that begins here, heading rows included; 0 when none does. */
function tableLength(lines: readonly string[], start: number): number {
  if (!(lines[start] ?? "").includes("|") || !DELIMITER_ROW.test(lines[start + 1] ?? "")) return 0;
  let end = start + 2;
  while ((lines[end] ?? "").trim() !== "") end += 1;
  return end - start;
}

function withDefinitions(text: string, definitions: ReadonlyMap<string, string>): Segment {
  const used = new Set<string>();
  for (const match of text.matchAll(REFERENCE)) {
    const definition = definitions.get(idOf(match[1] ?? ""));
    if (definition !== undefined) used.add(definition);
  }
  return { kind: "markdown", text: [text, ...used].join("\n\n") };
}

function idOf(label: string): string {
  return label.toLowerCase().replaceAll(/\s+/gu, " ");
}
