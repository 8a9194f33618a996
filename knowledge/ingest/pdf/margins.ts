import type { Line } from "./lines.ts";

/** How many lines from the top and from the bottom of a page may be a header or footer. */
const MARGIN_LINES = 3;
/** Where they may stand: in this share of the height of all text. */
const MARGIN_SHARE = 0.12;
/** A header stands at one height of at least so many pages, and of this share of all. */
const MIN_PAGES = 3;
const MIN_SHARE = 0.02;
/** Lines of which only a number differs are headers when in this share of them it counts the pages. */
const COUNTING_SHARE = 0.7;

const PAGE_NUMBER =
  /^(?:page|seite|p\.)\s*\d{1,4}(?:\s*(?:of|\/|von)\s*\d{1,4})?$|^\d{1,4}\s*(?:of|\/)\s*\d{1,4}$|^[-–—]\s*\d{1,4}\s*[-–—]$|^[ivxlc]{1,6}$|^第?\s*\d{1,4}\s*页(?:\s*[,，/]?\s*共\s*\d{1,4}\s*页)?$/iu;
const CONTENTS_ENTRY = /(?:\.\s?){4,}\s*(\d{1,4}|[ivxlc]{1,6})$/iu;

/**
 * Drops what belongs to the pages and not to the text: headers and footers that return at the same height of several
 * pages, the same or with the page's number in them, page numbers, and the entries of a table of contents.
 */
export function dropMargins(pages: readonly (readonly Line[])[]): Line[][] {
  const heights = pages.flat().map((line) => line.y);
  const [top, bottom] = [quantile(heights, 0.999), quantile(heights, 0.001)];
  const depth = (top - bottom) * MARGIN_SHARE;
  const isOuter = (line: Line): boolean => line.y >= top - depth || line.y <= bottom + depth;
  const margin = new Set(pages.flatMap(outermostLines).filter(isOuter));
  const repeated = repeatedLines([...margin], pages.length);
  return pages.map((lines) =>
    lines.filter((line) => {
      if (isContentsEntry(line, pages.length)) return false;
      return !margin.has(line) || (!repeated.has(line) && !isPageNumber(line, pages.length));
    }),
  );
}

function outermostLines(lines: readonly Line[]): Line[] {
  const ordered = [...lines].sort((a, b) => b.y - a.y);
  return [...ordered.slice(0, MARGIN_LINES), ...ordered.slice(-MARGIN_LINES)];
}

/** Nearly the largest or smallest: a single stray line far out must not move the margin. */
function quantile(numbers: readonly number[], share: number): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.round((sorted.length - 1) * share)] ?? 0;
}

function repeatedLines(lines: readonly Line[], pageCount: number): Set<Line> {
  const least = Math.max(MIN_PAGES, pageCount * MIN_SHARE);
  const repeated = groupsOf(lines, (line) => `${Math.round(line.y / 3)} ${shapeOf(line)}`)
    .filter((group) => group.length >= least)
    .flatMap((group) => {
      if (countsPages(group)) return group;
      return groupsOf(group, (line) => line.text)
        .filter((same) => same.length >= least)
        .flat();
    });
  return new Set(repeated);
}

function groupsOf(lines: readonly Line[], keyOf: (line: Line) => string): Line[][] {
  const groups = new Map<string, Line[]>();
  for (const line of lines) {
    const key = keyOf(line);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [line]);
    else group.push(line);
  }
  return [...groups.values()];
}

/** The line with its numbers blanked out. */
function shapeOf(line: Line): string {
  return line.text.replaceAll(/\d+/gu, "#").replaceAll(/\s+/gu, "");
}

/** Whether one of the numbers in lines of one shape goes up with the pages. */
function countsPages(group: readonly Line[]): boolean {
  const numbers = group.map((line) => (line.text.match(/\d+/gu) ?? []).map(Number));
  const places = numbers[0]?.length ?? 0;
  for (let place = 0; place < places; place += 1) {
    const offsets = new Map<number, number>();
    for (const [index, line] of group.entries()) {
      const offset = (numbers[index]?.[place] ?? 0) - line.page;
      offsets.set(offset, (offsets.get(offset) ?? 0) + 1);
    }
    if (Math.max(...offsets.values()) >= group.length * COUNTING_SHARE) return true;
  }
  return false;
}

/** A dotted line that ends with the number of a page which the document has; on a bill it would be a price. */
function isContentsEntry(line: Line, pageCount: number): boolean {
  const target = CONTENTS_ENTRY.exec(line.text)?.[1];
  if (target === undefined || pageCount < MIN_PAGES) return false;
  const page = Number(target);
  return Number.isNaN(page) || (page > 0 && page <= pageCount);
}

function isPageNumber(line: Line, pageCount: number): boolean {
  if (pageCount < 2) return false;
  return PAGE_NUMBER.test(line.text) || line.text === String(line.page);
}
