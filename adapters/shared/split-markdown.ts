/** A piece of a text and what stands between it and the one before. */
interface Piece {
  readonly text: string;
  readonly glue: "" | "\n";
}

const FENCE = /^\s{0,3}(`{3,12}|~{3,12})(?![`~])(.*)$/u;

/** The best place to break a line that is too long: after a sentence, else at a space, else anywhere. */
function breakIn(line: string, max: number): number {
  const head = line.slice(0, max);
  const sentence = Math.max(
    ...[". ", "! ", "? ", "。", "！", "？", "；"].map((end) => head.lastIndexOf(end) + end.length),
  );
  if (sentence > max / 2) return sentence;
  const space = head.lastIndexOf(" ") + 1;
  if (space > max / 2) return space;
  const isInsidePair = /[\ud800-\udbff]$/u.test(head);
  return isInsidePair ? max - 1 : max;
}

function piecesOf(text: string, max: number): readonly Piece[] {
  return text.split("\n").flatMap((line) => {
    const pieces: Piece[] = [];
    let rest = line;
    while (rest.length > max) {
      const at = breakIn(rest, max);
      pieces.push({ text: rest.slice(0, at), glue: pieces.length === 0 ? "\n" : "" });
      rest = rest.slice(at);
    }
    return [...pieces, { text: rest, glue: pieces.length === 0 ? "\n" : "" } as const];
  });
}

/** What stands behind the marks of a fence is its language: more than this is text. */
const LONGEST_INFO = 60;

function marksOf(fence: string): string {
  return /^(`{3,}|~{3,})/u.exec(fence)?.[1] ?? "```";
}

/**
 * The fence that is open after this line, after CommonMark: backticks behind its marks make a line no fence ("```npm i``` installs
 * it"), and it is closed by as many marks as opened it, or more.
 */
function fenceAfter(open: string | null, line: string): string | null {
  const found = FENCE.exec(line);
  if (found === null) return open;
  const [marks, info] = [found[1] ?? "", (found[2] ?? "").trim()];
  if (open !== null) return info === "" && marks.startsWith(marksOf(open)) ? null : open;
  if (marks.startsWith("`") && info.includes("`")) return null;
  return `${marks}${info.length > LONGEST_INFO ? "" : info}`;
}

function join(pieces: readonly Piece[]): string {
  return pieces.map(({ text, glue }, index) => (index === 0 ? text : glue + text)).join("");
}

/** One message in the making. */
interface Page {
  readonly pieces: readonly Piece[];
  readonly length: number;
  /** The fence that is open at its end. */
  readonly fence: string | null;
  /** Pieces before the last paragraph's end that lies outside of fences; 0 for none. */
  readonly paragraphs: number;
  /** It begins with a fence that was opened again: what follows stands on a line of its own. */
  readonly isReopened: boolean;
}

const EMPTY: Page = { pieces: [], length: 0, fence: null, paragraphs: 0, isReopened: false };

function add(page: Page, piece: Piece): Page {
  const fence = piece.glue === "" ? page.fence : fenceAfter(page.fence, piece.text);
  const isEnd = piece.text.trim() === "" && fence === null && page.pieces.length > 0;
  return {
    isReopened: false,
    pieces: [...page.pieces, page.isReopened ? { ...piece, glue: "\n" } : piece],
    length: page.length + piece.text.length + 1,
    fence,
    paragraphs: isEnd ? page.pieces.length + 1 : page.paragraphs,
  };
}

/** Parts a full page where it hurts least: what goes out, and what the next page begins with. */
function turn(page: Page, max: number): { readonly out: string; readonly next: Page } {
  const head = page.pieces.slice(0, page.paragraphs);
  if (join(head).length >= max / 2) {
    const rest = page.pieces.slice(page.paragraphs);
    return { out: join(head), next: rest.reduce(add, EMPTY) };
  }
  if (page.fence === null) return { out: join(page.pieces), next: EMPTY };
  const out = `${join(page.pieces)}\n${marksOf(page.fence)}`;
  const next = add(EMPTY, { text: page.fence, glue: "\n" });
  return { out, next: { ...next, isReopened: true } };
}

/**
 * Splits Markdown into messages of at most `max` characters: between paragraphs where that is possible, else between
 * lines, sentences, words. A code block that is parted is closed and opened again with its language.
 */
export function splitMarkdown(text: string, max: number): readonly string[] {
  if (text.length <= max) return [text];
  // A part must leave room for a fence at its beginning and its end.
  const room = max - 100;
  const parts: string[] = [];
  let page = EMPTY;
  for (const piece of piecesOf(text, room - 200)) {
    while (page.pieces.length > 0 && page.length + piece.text.length > room) {
      const { out, next } = turn(page, room);
      if (next.length >= page.length) break;
      parts.push(out);
      page = next;
    }
    page = add(page, piece);
  }
  return [...parts, join(page.pieces)].filter((part) => part.trim() !== "");
}
