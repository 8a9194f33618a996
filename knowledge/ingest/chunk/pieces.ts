import type { Block } from "../blocks.ts";
import { type Stretch, splitSentences, splitWords } from "./sentences.ts";
import { estimateTokens } from "./tokens.ts";

/** The smallest thing that chunks are packed from. */
export interface Piece {
  readonly text: string;
  /** Stands between this piece and the one before it in the same chunk. */
  readonly glue: string;
  readonly tokens: number;
  readonly page: number | null;
  /** May be said again at the start of the next chunk. */
  readonly isRepeatable: boolean;
}

/** Sizes in estimated tokens. */
export interface PieceLimits {
  /** Longest chunk of prose. */
  readonly max: number;
  /** Longest table or code block that is kept whole. */
  readonly wholeMax: number;
}

type Body = Exclude<Block, { kind: "heading" }>;

/** Cuts blocks into pieces none of which is over its limit. */
export function toPieces(blocks: readonly Body[], limits: PieceLimits): Piece[] {
  return blocks.flatMap((block) =>
    block.kind === "prose" ? cutProse(block, limits.max) : cutFramed(block, limits.wholeMax),
  );
}

function cutProse(block: Extract<Body, { kind: "prose" }>, max: number): Piece[] {
  return splitSentences(block.text)
    .flatMap((sentence) => cutLong(sentence, max))
    .map((stretch, index) => ({
      text: stretch.text,
      glue: index === 0 ? block.glue : stretch.glue,
      tokens: estimateTokens(stretch.text),
      page: block.page,
      isRepeatable: true,
    }));
}

function cutLong(stretch: Stretch, max: number): Stretch[] {
  if (estimateTokens(stretch.text) <= max) return [stretch];
  const words = splitWords(stretch.text).flatMap((word) => cutHard(word, max));
  const parts: { glue: string; text: string; tokens: number }[] = [];
  for (const [index, word] of words.entries()) {
    const glue = index === 0 ? stretch.glue : word.glue;
    const tokens = estimateTokens(word.text);
    const last = parts.at(-1);

    if (last === undefined || last.tokens + tokens > max) {
      parts.push({ glue, text: word.text, tokens });
    } else {
      last.text += glue + word.text;
      last.tokens += tokens;
    }
  }
  return parts;
}

/** Cuts something without any white space or comma by characters, never inside a character. */
function cutHard(stretch: Stretch, max: number): Stretch[] {
  const tokens = estimateTokens(stretch.text);
  if (tokens <= max) return [stretch];
  const characters = Array.from(stretch.text);
  const size = Math.max(1, Math.floor((characters.length * max * 0.75) / tokens));
  const parts: Stretch[] = [];
  for (let at = 0; at < characters.length; at += size) {
    const text = characters.slice(at, at + size).join("");
    parts.push(...cutHard({ glue: at === 0 ? stretch.glue : "", text }, max));
  }
  return parts;
}

function cutFramed(block: Exclude<Body, { kind: "prose" }>, max: number): Piece[] {
  if (block.kind === "code" && block.rows.every((row) => row.trim() === "")) return [];
  const frameTokens = estimateTokens([...block.head, ...block.foot].join("\n"));
  // A heading row that fills the whole chunk would leave no room for any row: then it is a row itself.
  const isFrameTooBig = frameTokens > max / 2;
  const head = isFrameTooBig ? [] : block.head;
  const foot = isFrameTooBig ? [] : block.foot;
  const rows = isFrameTooBig ? [...block.head, ...block.rows, ...block.foot] : block.rows;
  const room = max - (isFrameTooBig ? 0 : frameTokens);
  const groups: string[][] = [[]];
  let used = 0;
  for (const row of rows.flatMap((line) => cutRow(line, room))) {
    const tokens = estimateTokens(row);
    if (used + tokens > room && groups.at(-1)?.length !== 0) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)?.push(row);
    used += tokens;
  }
  return groups.map((group) => {
    const text = [...head, ...group, ...foot].join("\n");
    return {
      text,
      glue: "\n\n",
      tokens: estimateTokens(text),
      page: block.page,
      isRepeatable: false,
    };
  });
}

function cutRow(line: string, room: number): string[] {
  if (estimateTokens(line) <= room) return [line];
  return cutLong({ glue: "", text: line.trimEnd() }, room).map((part) => part.text);
}
