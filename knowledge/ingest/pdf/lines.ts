/** A run of characters as a PDF places it. */
export interface TextRun {
  readonly text: string;
  /** Matrix of the text: scale and rotation in the first four numbers, position in the last two. */
  readonly transform: readonly number[];
  readonly width: number;
  /** Name of the font inside the file. */
  readonly font: string;
  readonly isRightToLeft: boolean;
}

/** A line of text on a page. Lengths in points; `y` grows upwards along the reading direction. */
export interface Line {
  readonly text: string;
  readonly x: number;
  readonly right: number;
  readonly y: number;
  /** Height of the letters, that of the larger part where sizes mix. */
  readonly size: number;
  /** The font of most letters. */
  readonly font: string;
  /** The parts of the line stand far apart: columns of a table or a form. */
  readonly isGapped: boolean;
  /** 1 for the first page. */
  readonly page: number;
}

interface OpenLine {
  text: string;
  x: number;
  right: number;
  y: number;
  size: number;
  isGapped: boolean;
  readonly turn: number;
  readonly sizes: Map<number, number>;
  readonly fonts: Map<string, number>;
}

/** Gaps in units of the letter size: a word space, the least that parts two Han characters, and a column. */
const WORD_GAP = 0.2;
const HAN_GAP = 0.8;
const COLUMN_GAP = 2.2;
/** A baseline that is off by more than this many letter sizes is another line; less is a superscript. */
const LINE_SHIFT = 0.55;

const HAN_END = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]$/u;
const HAN_START = /^[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/**
 * Puts the runs of one page together to lines, in the order of the file, which is the reading order as a rule. What is
 * written across the page (stamps at the margin) is left out.
 */
export function toLines(runs: readonly TextRun[], page: number): Line[] {
  const lines: OpenLine[] = [];
  for (const run of runs) {
    if (run.text.trim() === "") continue;
    const place = placeOf(run);
    const open = lines.at(-1);
    const line = open !== undefined && goesOn(open, run, place) ? open : startLine(place);
    if (line !== open) lines.push(line);
    append(line, run, place);
  }
  const turn = mostCommon(
    lines.map((line) => [line.turn, line.text.length]),
    0,
  );
  return lines.filter((line) => line.turn === turn).flatMap((line) => closeLine(line, page));
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** Quarter turns of the text against the page. */
  readonly turn: number;
}

/** Position along and across the direction in which the run is written, so that turned pages read like others. */
function placeOf(run: TextRun): Place {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = run.transform;
  const angle = Math.atan2(b, a);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return {
    x: e * cos + f * sin,
    y: f * cos - e * sin,
    size: Math.hypot(c, d),
    turn: Math.round(angle / (Math.PI / 2)),
  };
}

function goesOn(open: OpenLine, run: TextRun, place: Place): boolean {
  const size = Math.max(open.size, place.size, 1);
  if (open.turn !== place.turn || Math.abs(open.y - place.y) > LINE_SHIFT * size) return false;
  return run.isRightToLeft || place.x > open.right - size;
}

function startLine(place: Place): OpenLine {
  return {
    text: "",
    x: place.x,
    right: place.x,
    y: place.y,
    size: 0,
    isGapped: false,
    turn: place.turn,
    sizes: new Map(),
    fonts: new Map(),
  };
}

function append(line: OpenLine, run: TextRun, place: Place): void {
  const gap = (place.x - line.right) / Math.max(place.size, 1);
  line.isGapped ||= line.text !== "" && gap > COLUMN_GAP;
  line.text += separator(line.text, run.text, gap) + run.text;
  // A superscript does not move the line; a first letter that is one does.
  if (place.size > line.size) line.y = place.y;
  line.size = Math.max(line.size, place.size);
  line.x = Math.min(line.x, place.x);
  line.right = Math.max(line.right, place.x + run.width);
  const size = Math.round(place.size * 2) / 2;
  line.sizes.set(size, (line.sizes.get(size) ?? 0) + run.text.length);
  line.fonts.set(run.font, (line.fonts.get(run.font) ?? 0) + run.text.length);
}

function separator(before: string, after: string, gap: number): string {
  if (before === "" || /\s$/u.test(before) || /^\s/u.test(after)) return "";
  if (gap > COLUMN_GAP) return "  ";
  const isHan = HAN_END.test(before) && HAN_START.test(after);
  return gap > (isHan ? HAN_GAP : WORD_GAP) ? " " : "";
}

function closeLine(open: OpenLine, page: number): Line[] {
  const text = tidyLine(open.text);
  if (text === "") return [];
  const { x, right, y, isGapped } = open;
  const size = mostCommon(open.sizes, 0);
  return [{ text, x, right, y, size, font: mostCommon(open.fonts, ""), isGapped, page }];
}

/** The value with the greatest weight. */
function mostCommon<Value>(weighted: Iterable<readonly [Value, number]>, fallback: Value): Value {
  const weights = new Map<Value, number>();
  for (const [value, weight] of weighted) weights.set(value, (weights.get(value) ?? 0) + weight);
  return [...weights].sort((a, b) => b[1] - a[1])[0]?.[0] ?? fallback;
}

/** Private characters that symbol fonts use for bullets. */
const BULLETS = /[\uf0a7\uf0b7\uf0d8\uf076\uf0fc\uf06e]/gu;

/**
 * Bullets of symbol fonts become •, other private characters go, and so do the single spaces that typesetting leaves
 * between Han characters; wider gaps stay as two spaces.
 */
export function tidyLine(text: string): string {
  return text
    .replaceAll(BULLETS, "•")
    .replaceAll(/\p{Co}/gu, "")
    .replaceAll(/\s{2,}/gu, "  ")
    .replaceAll(
      /(?<=[\p{Script=Han}\u3001-\u303f\uff00-\uffef])[ \t](?=[\p{Script=Han}\u3001-\u303f\uff00-\uffef])/gu,
      "",
    )
    .trim();
}
