import { splitSentences } from "../language/index.ts";

/** A piece of a passage that is quoted whole or not at all. */
export interface Unit {
  readonly kind: "sentence" | "item" | "row" | "code" | "heading";
  /** As it reads in an answer; a table row names its columns. */
  readonly text: string;
  /** As it stands in the source. */
  readonly raw: string;
  /** Number of the block: a paragraph, a list, a table. */
  readonly block: number;
  /** Number of an item in a numbered list; null elsewhere. */
  readonly step: string | null;
}

const FENCE = /^\s*(?:```|~~~)/u;
const HEADING = /^\s{0,3}#{1,6}\s+(.*)$/u;
const ITEM = /^(\s*)(?:[-*+•·]|(\d{1,3})[.)、]|[（(](\d{1,2})[)）]|([①-⑳]))\s+(.*)$/u;
const ROW = /^\s*\|.*\|\s*$/u;
const RULE = /^\s*\|?[\s:|-]+\|?\s*$/u;

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .replace(/^\||\|$/gu, "")
    .split(/(?<!\\)\|/u)
    .map((cell) => cell.replace(/\\\|/gu, "|").trim());
}

/** "Annual leave — Length: 26 days a year; Pay: full". */
function readableRow(header: readonly string[], cells: readonly string[]): string {
  const [first, ...rest] = cells;
  const named = rest
    .map((cell, index) => {
      const name = header[index + 1] ?? "";
      return cell === "" ? "" : name === "" ? cell : `${name}: ${cell}`;
    })
    .filter((part) => part !== "");
  if (first === undefined || first === "") return named.join("; ");
  return named.length === 0 ? first : `${first} — ${named.join("; ")}`;
}

/** Cuts the Markdown of a passage into pieces that can be quoted. */
export function unitsOf(markdown: string): readonly Unit[] {
  const lines = markdown.split(/\r?\n/u);
  const units: Unit[] = [];
  let block = 0;
  let paragraph: string[] = [];
  const push = (
    kind: Unit["kind"],
    text: string,
    raw: string,
    step: string | null = null,
  ): void => {
    if (text.trim() !== "") units.push({ kind, text: text.trim(), raw: raw.trim(), block, step });
  };
  const closeParagraph = (): void => {
    if (paragraph.length === 0) return;
    const joined = joinLines(paragraph);
    paragraph = [];
    block += 1;
    for (const sentence of splitSentences(joined)) push("sentence", sentence, sentence);
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (FENCE.test(line)) {
      closeParagraph();
      const end = lines.findIndex((later, index) => index > at && FENCE.test(later));
      const last = end < 0 ? lines.length - 1 : end;
      const code = lines.slice(at, last + 1).join("\n");
      block += 1;
      push("code", code, code);
      at = last;
    } else if (ROW.test(line)) {
      closeParagraph();
      at = readTable(
        lines,
        at,
        (text, raw) => push("row", text, raw),
        () => {
          block += 1;
        },
      );
    } else if (HEADING.test(line)) {
      closeParagraph();
      block += 1;
      push("heading", HEADING.exec(line)?.[1] ?? "", line);
    } else if (ITEM.test(line)) {
      closeParagraph();
      at = readList(
        lines,
        at,
        (text, raw, step) => push("item", text, raw, step),
        () => {
          block += 1;
        },
      );
    } else if (line.trim() === "") {
      closeParagraph();
    } else {
      paragraph.push(line);
    }
  }
  closeParagraph();
  return units;
}

/** Lines of one paragraph; Chinese lines are joined without a space. */
function joinLines(lines: readonly string[]): string {
  return lines
    .map((line) => line.trim())
    .reduce((text, line) =>
      /[\p{Script=Han}，。、；：！？）》”]$/u.test(text) && /^[\p{Script=Han}（《“]/u.test(line)
        ? text + line
        : `${text} ${line}`,
    );
}

function readTable(
  lines: readonly string[],
  start: number,
  push: (text: string, raw: string) => void,
  open: () => void,
): number {
  let end = start;
  while (end + 1 < lines.length && ROW.test(lines[end + 1] ?? "")) end += 1;
  const rows = lines.slice(start, end + 1);
  open();
  const hasHeader = RULE.test(rows[1] ?? "x") && rows.length > 1;
  const header = hasHeader ? cellsOf(rows[0] ?? "") : [];
  for (const row of hasHeader ? rows.slice(2) : rows) {
    if (!RULE.test(row)) push(readableRow(header, cellsOf(row)), row);
  }
  return end;
}

function readList(
  lines: readonly string[],
  start: number,
  push: (text: string, raw: string, step: string | null) => void,
  open: () => void,
): number {
  open();
  let at = start;
  let item: string[] = [];
  let step: string | null = null;
  const close = (): void => {
    if (item.length > 0) push(joinLines(item), item.join("\n"), step);
    item = [];
  };
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const match = ITEM.exec(line);
    if (match !== null) {
      close();
      step = match[2] ?? match[3] ?? match[4] ?? null;
      item = [match[5] ?? ""];
    } else if (/^\s+\S/u.test(line) && !FENCE.test(line)) {
      item.push(line);
    } else if (line.trim() === "" && ITEM.test(lines[at + 1] ?? "")) {
      close();
    } else {
      break;
    }
  }
  close();
  return at - 1;
}
