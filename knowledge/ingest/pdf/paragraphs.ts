import type { Block } from "../blocks.ts";
import type { HeadingRule } from "./headings.ts";
import type { Line } from "./lines.ts";

const BULLET =
  /^(?:[•·▪■◦○●‣⁃*–-]\s*|(?:\(?\d{1,3}[.)]|\(?[a-z][.)]|\d{1,2}(?:\.\d{1,2})+[:)])\s+|\d{1,3}、|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、)\S/u;
const ENDS_SENTENCE = /[.!?:;。！？：；…]["'”’)\]」』）]*$/u;
const HAN_END = /[\p{Script=Han}\u3001-\u303f\uff00-\uffef]$/u;
const HAN_START = /^[\p{Script=Han}\u3001-\u303f\uff00-\uffef]/u;
const CONTINUES = /^[\p{Ll}\p{Script=Han}(（]/u;
/** Lines of two paragraphs stand so much further apart than lines of one. */
const WIDE = 1.35;
/** A line narrower than this share of a full one was ended on purpose. */
const SHORT = 0.6;

type Glue = Extract<Block, { kind: "prose" }>["glue"];

/** What is usual in a document, to tell what is not. */
interface Measures {
  /** Distance of two baselines in letter sizes. */
  readonly leading: number;
  /** Width of a full line in points. */
  readonly fullWidth: number;
}

interface OpenBlock {
  readonly depth: number | null;
  readonly page: number;
  readonly glue: Glue;
  last: Line;
  text: string;
}

/**
 * Puts the lines of a document together to headings and paragraphs: wrapped lines are joined (hyphens at line ends
 * taken back), rows of columns and list items stay lines of their own. A sentence that a page break cuts goes on in a
 * block of its own, so that each block knows its page.
 */
export function toBlocks(lines: readonly Line[], headingDepth: HeadingRule): Block[] {
  const measures = measure(lines);
  const blocks: Block[] = [];
  let open: OpenBlock | null = null;
  for (const line of lines) {
    const depth = headingDepth(line);
    const isSame = open !== null && goesOn(open, line, depth, measures);
    if (open !== null && isSame && open.last.page === line.page) {
      const join = joint(open.text, line.text);
      open.text = open.text.slice(0, join.end) + join.glue + line.text;
      open.last = line;
      continue;
    }
    let glue: Glue = open !== null && isNear(open.last, line, measures) ? "\n" : "\n\n";
    if (open !== null && isSame) {
      const join = joint(open.text, line.text);
      open.text = open.text.slice(0, join.end);
      glue = join.glue;
    }
    if (open !== null) blocks.push(toBlock(open));
    open = { depth, page: line.page, glue, last: line, text: line.text };
  }
  if (open !== null) blocks.push(toBlock(open));
  return blocks;
}

function toBlock(open: OpenBlock): Block {
  const { text, page } = open;
  if (open.depth !== null) return { kind: "heading", depth: open.depth, text, page };
  return { kind: "prose", text, glue: open.glue, page };
}

function goesOn(open: OpenBlock, line: Line, depth: number | null, measures: Measures): boolean {
  if (depth !== open.depth) return false;
  if (depth !== null) return isNear(open.last, line, measures) && line.size === open.last.size;
  if (line.isGapped || open.last.isGapped || BULLET.test(line.text)) return false;
  if (Math.abs(line.size - open.last.size) > open.last.size * 0.1) return false;
  const isEnded = ENDS_SENTENCE.test(open.last.text);
  const isShort = open.last.right - open.last.x < measures.fullWidth * SHORT;
  if (line.font !== open.last.font && isShort) return false;
  if (!isNear(open.last, line, measures)) {
    return isBreak(open.last, line) && !isEnded && !isShort && CONTINUES.test(line.text);
  }
  if (isShort) return !isEnded && /^\p{Ll}/u.test(line.text);
  const isIndented = line.x - open.last.x > line.size * 0.8;
  return !(isEnded && isIndented);
}

/** The next line of the same column at the usual distance. */
function isNear(before: Line, line: Line, measures: Measures): boolean {
  const down = before.y - line.y;
  const size = Math.max(line.size, before.size);
  return before.page === line.page && down > 0 && down <= size * measures.leading * WIDE;
}

/** The first line of another page or column. */
function isBreak(before: Line, line: Line): boolean {
  return before.page !== line.page || before.y <= line.y;
}

function measure(lines: readonly Line[]): Measures {
  const leadings: number[] = [];
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (before === undefined || before.page !== line.page || line.size === 0) continue;
    const distance = (before.y - line.y) / line.size;
    if (distance > 0.5 && distance < 3) leadings.push(distance);
  }
  return {
    leading: quantile(leadings, 0.5) ?? 1.3,
    fullWidth:
      quantile(
        lines.map((line) => line.right - line.x),
        0.8,
      ) ?? 0,
  };
}

function quantile(numbers: readonly number[], share: number): number | null {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * share)] ?? null;
}

/** How two lines of one sentence join: how much of the first stays, and what comes between. */
interface Joint {
  readonly end: number;
  readonly glue: " " | "";
}

/**
 * A hyphen between small letters at the line end goes, Han characters join without a space, everything else with one.
 */
function joint(before: string, after: string): Joint {
  if (/\p{Ll}[-\u2010]$/u.test(before) && /^\p{Ll}/u.test(after)) {
    return { end: before.length - 1, glue: "" };
  }
  const isHan = HAN_END.test(before) && HAN_START.test(after);
  return { end: before.length, glue: isHan || /[-\u2010/]$/u.test(before) ? "" : " " };
}
