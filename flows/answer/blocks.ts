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

type Piece = Omit<Unit, "block">;

/** Pieces of one block and the line after it. */
interface Block {
  readonly pieces: readonly Piece[];
  readonly next: number;
}

type ReadBlock = (lines: readonly string[], start: number) => Block;

const readCode: ReadBlock = (lines, start) => {
  const end = lines.findIndex((line, index) => index > start && FENCE.test(line));
  const next = end < 0 ? lines.length : end + 1;
  const code = lines.slice(start, next).join("\n");
  return { pieces: [{ kind: "code", text: code, raw: code, step: null }], next };
};

const readHeading: ReadBlock = (lines, start) => {
  const raw = lines[start] ?? "";
  const text = HEADING.exec(raw)?.[1] ?? "";
  return { pieces: [{ kind: "heading", text, raw, step: null }], next: start + 1 };
};

const readTable: ReadBlock = (lines, start) => {
  let next = start + 1;
  while (next < lines.length && ROW.test(lines[next] ?? "")) next += 1;
  const rows = lines.slice(start, next);
  const hasHeader = rows.length > 1 && RULE.test(rows[1] ?? "");
  const header = hasHeader ? cellsOf(rows[0] ?? "") : [];
  const pieces = (hasHeader ? rows.slice(2) : rows)
    .filter((row) => !RULE.test(row))
    .map((raw): Piece => {
      return { kind: "row", text: readableRow(header, cellsOf(raw)), raw, step: null };
    });
  return { pieces, next };
};

const readList: ReadBlock = (lines, start) => {
  const items: { step: string | null; lines: string[] }[] = [];
  let next = start;
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? "";
    const match = ITEM.exec(line);
    if (match !== null) {
      items.push({ step: match[2] ?? match[3] ?? match[4] ?? null, lines: [match[5] ?? ""] });
      continue;
    }
    const isContinued = /^\s+\S/u.test(line) && !FENCE.test(line);
    if (isContinued) items.at(-1)?.lines.push(line);
    else if (line.trim() !== "" || !ITEM.test(lines[next + 1] ?? "")) break;
  }
  const pieces = items.map(({ step, lines: own }): Piece => {
    return { kind: "item", text: joinLines(own), raw: own.join("\n"), step };
  });
  return { pieces, next };
};

const readParagraph: ReadBlock = (lines, start) => {
  let next = start + 1;
  while (next < lines.length && readerOf(lines[next] ?? "") === readParagraph) next += 1;
  const pieces = splitSentences(joinLines(lines.slice(start, next))).map((sentence): Piece => {
    return { kind: "sentence", text: sentence, raw: sentence, step: null };
  });
  return { pieces, next };
};

/** Which block a line begins; null for an empty one. */
function readerOf(line: string): ReadBlock | null {
  if (line.trim() === "") return null;
  if (FENCE.test(line)) return readCode;
  if (ROW.test(line)) return readTable;
  if (HEADING.test(line)) return readHeading;
  return ITEM.test(line) ? readList : readParagraph;
}

/** Cuts the Markdown of a passage into pieces that can be quoted. */
export function unitsOf(markdown: string): readonly Unit[] {
  const lines = markdown.split(/\r?\n/u);
  const units: Unit[] = [];
  let block = 0;
  for (let at = 0; at < lines.length; ) {
    const read = readerOf(lines[at] ?? "");
    if (read === null) {
      at += 1;
      continue;
    }
    const { pieces, next } = read(lines, at);
    block += 1;
    for (const piece of pieces) {
      const text = piece.text.trim();
      if (text !== "") units.push({ ...piece, text, raw: piece.raw.trim(), block });
    }
    at = next;
  }
  return units;
}
