import stringWidth from "string-width";
import type { Line, Span } from "./spans.ts";
import type { Style } from "./theme.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const ASCII = /^[\x20-\x7e]*$/u;
/** Scripts that are written without spaces: a line may end after each character. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]/u;
// Chinese typesetting (GB/T 15834): closing marks never begin a line, opening marks never end one.
const NO_LINE_START = /^[，。、；：？！）」』】》〉〕”’…—～·,.;:?!)\]}%]/u;
const NO_LINE_END = /^[（「『【《〈〔“‘([{]/u;

/** One character as a reader sees it. */
interface Cluster {
  readonly text: string;
  readonly width: number;
  readonly styles: readonly Style[];
}

function clustersOf(spans: readonly Span[]): readonly Cluster[] {
  return spans.flatMap(({ text, styles }) =>
    ASCII.test(text)
      ? Array.from(text, (character) => ({ text: character, width: 1, styles }))
      : Array.from(segmenter.segment(text), ({ segment }) => ({
          text: segment,
          width: stringWidth(segment),
          styles,
        })),
  );
}

/** Whether a line may end between these two. */
function canBreak(before: Cluster, after: Cluster): boolean {
  if (after.text === " ") return false;
  if (before.text === " ") return true;
  if (!UNSPACED.test(before.text) && !UNSPACED.test(after.text)) return false;
  return !NO_LINE_START.test(after.text) && !NO_LINE_END.test(before.text);
}

/** Puts neighbours of the same look together again, without spaces at the end. */
function toLine(clusters: readonly Cluster[]): Line {
  let end = clusters.length;
  while (end > 0 && clusters[end - 1]?.text === " ") end -= 1;
  const spans: { text: string; styles: readonly Style[] }[] = [];
  for (const { text, styles } of clusters.slice(0, end)) {
    const last = spans.at(-1);
    if (last !== undefined && last.styles === styles) last.text += text;
    else spans.push({ text, styles });
  }
  return spans;
}

function wrapClusters(clusters: readonly Cluster[], width: number): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  let used = 0;
  let breakAt: number | null = null;
  for (const [index, cluster] of clusters.entries()) {
    const before = clusters[index - 1];
    if (before !== undefined && index > start && canBreak(before, cluster)) breakAt = index;
    while (used + cluster.width > width && index > start && cluster.text !== " ") {
      const end = breakAt ?? index;
      lines.push(toLine(clusters.slice(start, end)));
      start = end;
      breakAt = null;
      used = clusters.slice(start, index).reduce((sum, { width: own }) => sum + own, 0);
    }
    used += cluster.width;
  }
  lines.push(toLine(clusters.slice(start)));
  return lines;
}

function splitAtBreaks(spans: readonly Span[]): readonly (readonly Span[])[] {
  const lines: Span[][] = [[]];
  for (const { text, styles } of spans) {
    for (const [index, part] of text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (part !== "") lines.at(-1)?.push({ text: part, styles });
    }
  }
  return lines;
}

/**
 * Breaks text into lines of at most `width` columns: between words, between Chinese characters as their typesetting
 * allows, and inside a word only where it is longer than a line. Line breaks in the text stay.
 * @param width columns; `Infinity` breaks nowhere but at line breaks
 */
export function wrapSpans(spans: readonly Span[], width: number): readonly Line[] {
  const columns = Math.max(width, 2);
  return splitAtBreaks(spans).flatMap((line) => {
    if (line.length === 0) return [[]];
    if (columns === Number.POSITIVE_INFINITY) return [line];
    return wrapClusters(clustersOf(line), columns);
  });
}

/** Cuts a line off at `width` columns, with "…" at its end when something is missing. */
export function cutLine(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let cut = "";
  let used = 1;
  for (const { segment } of segmenter.segment(text)) {
    used += stringWidth(segment);
    if (used > width) break;
    cut += segment;
  }
  return `${cut.trimEnd()}…`;
}
