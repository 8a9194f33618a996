import type { Piece } from "./pieces.ts";

/** Sizes in estimated tokens. */
export interface PackLimits {
  readonly target: number;
  readonly max: number;
  /** How much of a chunk is said again at the start of the next one. */
  readonly overlap: number;
}

/** A run of pieces; the first `repeated` of them also end the chunk before. */
export interface Pack {
  readonly pieces: readonly Piece[];
  readonly repeated: number;
}

/**
 * Packs the pieces of one section into chunks of about the same size. What fits into one chunk stays one; otherwise each
 * later chunk begins with the last sentences of the one before it.
 */
export function packPieces(pieces: readonly Piece[], limits: PackLimits): Pack[] {
  const packs: Pack[] = [];
  let current: Piece[] = [];
  let repeated = 0;
  let remaining = sizeOf(pieces);
  let aim = remaining <= limits.max ? limits.max : freshAim(remaining, limits);
  for (const piece of pieces) {
    const fresh = sizeOf(current.slice(repeated));
    const isOver = sizeOf(current) + piece.tokens > limits.max;
    if (current.length > repeated && (isOver || fresh + piece.tokens / 2 > aim)) {
      const moved = introduces(current, repeated, piece, limits) ? current.splice(-1) : [];
      packs.push({ pieces: current, repeated });
      remaining -= fresh - sizeOf(moved);
      aim = freshAim(remaining, limits);
      const tail = moved.length > 0 ? [] : tailOf(current, piece, limits);
      current = [...tail, ...moved];
      repeated = tail.length;
    }
    current.push(piece);
  }
  if (current.length > 0) packs.push({ pieces: current, repeated });
  return packs;
}

/** How much new text the next chunk takes so that it and all that follow come out alike. */
function freshAim(remaining: number, limits: PackLimits): number {
  return remaining / Math.max(1, Math.ceil(remaining / (limits.target - limits.overlap)));
}

function sizeOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.tokens, 0);
}

/** Whether the last piece announces the next one ("The limits are:") and had better go with it. */
function introduces(
  current: readonly Piece[],
  repeated: number,
  next: Piece,
  limits: PackLimits,
): boolean {
  const last = current.at(-1);
  if (last === undefined || current.length <= repeated + 1) return false;
  return /[:：]$/u.test(last.text) && last.tokens + next.tokens <= limits.max;
}

function tailOf(current: readonly Piece[], next: Piece, limits: PackLimits): Piece[] {
  const room = Math.min(limits.overlap, limits.max - next.tokens);
  const tail: Piece[] = [];
  let tokens = 0;
  for (const piece of current.toReversed()) {
    if (!piece.isRepeatable || tokens + piece.tokens > room) break;
    tail.unshift(piece);
    tokens += piece.tokens;
  }
  return tail.length === current.length ? [] : tail;
}

/** The text of a chunk: its pieces with what stood between them. */
export function packText(pack: Pack): string {
  return pack.pieces.map((piece, index) => (index === 0 ? "" : piece.glue) + piece.text).join("");
}
