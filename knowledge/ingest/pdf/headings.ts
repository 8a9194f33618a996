import type { Line } from "./lines.ts";

/** Tells the depth of the heading that a line is, 1 for the outermost; null for ordinary text. */
export type HeadingRule = (line: Line) => number | null;

/** An entry of the bookmarks that a PDF carries. */
export interface Bookmark {
  readonly title: string;
  readonly depth: number;
  /** 1 for the first page; null when it does not say. */
  readonly page: number | null;
}

const LARGER = 1.15;
const MAX_LENGTH = 120;
const MAX_DEPTH = 4;
/** Bookmarks are believed when at least so many are found as lines of the text. */
const MIN_BOOKMARKS = 3;
const CONTENTS = /^(?:(?:table of )?contents|目\s*录|目\s*次)$/iu;

const CHAPTERS: readonly (readonly [RegExp, number])[] = [
  [/^第[一二三四五六七八九十百零\d]{1,5}[章篇编部][\s:：]?.{0,40}$/u, 1],
  [/^第[一二三四五六七八九十百零\d]{1,5}节[\s:：]?.{0,40}$/u, 2],
  [/^(?:chapter|part|appendix)\s+(?:\d{1,3}|[ivx]{1,5}|[a-z])\b.{0,80}$/iu, 1],
];

/** The rule for one document: its bookmarks where they match, else letters larger than most and chapter words. */
export function headingRule(lines: readonly Line[], bookmarks: readonly Bookmark[]): HeadingRule {
  const marked = matchBookmarks(lines, bookmarks);
  if (marked.size >= MIN_BOOKMARKS) return (line) => marked.get(line) ?? null;
  const body = bodySize(lines);
  const isLarge = (line: Line): boolean => isLargerThan(line, body);
  const sizes = [...new Set(lines.filter(isLarge).map((line) => line.size))]
    .sort((a, b) => b - a)
    .slice(0, MAX_DEPTH);
  return (line) => {
    if (isLarge(line)) return sizes.indexOf(line.size) + 1 || MAX_DEPTH;
    const chapter = CHAPTERS.find(([pattern]) => pattern.test(line.text));
    return chapter === undefined || /[.。;；,，]$/u.test(line.text) ? null : chapter[1];
  };
}

/** Whether a line is the heading of a table of contents, under which nothing belongs. */
export function isContentsHeading(line: Line): boolean {
  return CONTENTS.test(line.text);
}

/** The size of most letters. */
function bodySize(lines: readonly Line[]): number {
  const letters = new Map<number, number>();
  for (const line of lines) {
    letters.set(line.size, (letters.get(line.size) ?? 0) + line.text.length);
  }
  return [...letters].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

function isLargerThan(line: Line, body: number): boolean {
  if (line.size < body * LARGER || line.text.length > MAX_LENGTH || line.isGapped) return false;
  const letterCount = line.text.match(/\p{L}/gu)?.length ?? 0;
  return letterCount >= line.text.length / 2 && !/[.。;；,，]$/u.test(line.text);
}

function matchBookmarks(lines: readonly Line[], bookmarks: readonly Bookmark[]): Map<Line, number> {
  const found = new Map<Line, number>();
  const byPage = new Map<number, Line[]>();
  for (const line of lines) {
    const page = byPage.get(line.page);
    if (page === undefined) byPage.set(line.page, [line]);
    else page.push(line);
  }
  for (const bookmark of bookmarks) {
    const title = letters(bookmark.title);
    const candidates = bookmark.page === null ? [] : (byPage.get(bookmark.page) ?? []);
    const index = candidates.findIndex((line) => !found.has(line) && isTitled(line, title));
    for (const line of titleLines(candidates.slice(Math.max(index, 0)), title)) {
      if (index >= 0) found.set(line, Math.min(bookmark.depth, 6));
    }
  }
  return found;
}

/** A line that is the title, with its number or without, or the beginning of a title that takes two lines. */
function isTitled(line: Line, title: string): boolean {
  const text = letters(line.text);
  if (text === "" || title === "") return false;
  return text === title || (text.length >= 8 && title.startsWith(text));
}

/** The first line and those after it, as long as together they are the title. */
function titleLines(lines: readonly Line[], title: string): Line[] {
  const taken: Line[] = [];
  let text = "";
  for (const line of lines) {
    text += letters(line.text);
    if (taken.length > 0 && !title.startsWith(text)) break;
    taken.push(line);
    if (text === title) break;
  }
  return taken;
}

function letters(text: string): string {
  return text
    .replace(/^[\s\d.()]+/u, "")
    .replaceAll(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();
}
