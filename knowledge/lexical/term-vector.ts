/** The columns of the lexical index, in the order in which they are counted. */
export const COLUMNS = ["title", "heading", "body", "identifiers"] as const;
type Column = (typeof COLUMNS)[number];

/** The terms of one chunk, column by column. */
export type ChunkTerms = Readonly<Record<Column, readonly string[]>>;

const ENTRY_BYTES = 8;
const MAX_COUNT = 255;

/** A 32-bit name of a term (FNV-1a). Two of 100,000 terms share one now and then, which no ranking notices. */
export function termHash(term: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < term.length; index += 1) {
    hash = Math.imul(hash ^ term.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

/**
 * Packs how often each term stands in each column of a chunk: 8 bytes a term (hash, then one byte for each column),
 * ordered by hash. With it any chunk can be scored against any query without being cut again.
 */
export function encodeTermVector(terms: ChunkTerms): Uint8Array {
  const counts = new Map<number, [number, number, number, number]>();
  for (const [column, name] of COLUMNS.entries()) {
    for (const term of terms[name]) {
      const hash = termHash(term);
      const entry = counts.get(hash) ?? [0, 0, 0, 0];
      entry[column] = Math.min(MAX_COUNT, (entry[column] ?? 0) + 1);
      counts.set(hash, entry);
    }
  }
  const view = new DataView(new ArrayBuffer(counts.size * ENTRY_BYTES));
  const ordered = [...counts].sort(([left], [right]) => left - right);
  for (const [index, [hash, columns]] of ordered.entries()) {
    view.setUint32(index * ENTRY_BYTES, hash);
    for (const [column, count] of columns.entries()) {
      view.setUint8(index * ENTRY_BYTES + 4 + column, count);
    }
  }
  return new Uint8Array(view.buffer);
}

/** A packed chunk, ready to be asked. */
export interface TermVector {
  /** How many different terms the chunk has. */
  readonly size: number;
  /** Weighted number of times that the term stands in the chunk; 0 when it does not. */
  frequency(hash: number, weights: ColumnWeights): number;
  /** Share of the terms of both chunks that stand in both, 0 to 1. */
  similarity(other: TermVector): number;
  hashAt(index: number): number;
}

/** What one occurrence counts in each column. */
export type ColumnWeights = Readonly<Record<Column, number>>;

/** Reads what {@link encodeTermVector} packed. */
export function decodeTermVector(bytes: Uint8Array): TermVector {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = Math.floor(bytes.byteLength / ENTRY_BYTES);
  const hashAt = (index: number): number => view.getUint32(index * ENTRY_BYTES);

  function find(hash: number): number {
    let low = 0;
    let high = size - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const found = hashAt(middle);
      if (found === hash) return middle;
      if (found < hash) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  return {
    size,
    hashAt,
    frequency(hash, weights) {
      const index = find(hash);
      if (index < 0) return 0;
      const at = index * ENTRY_BYTES + 4;
      return (
        view.getUint8(at) * weights.title +
        view.getUint8(at + 1) * weights.heading +
        view.getUint8(at + 2) * weights.body +
        view.getUint8(at + 3) * weights.identifiers
      );
    },
    similarity(other) {
      if (size === 0 && other.size === 0) return 1;
      let shared = 0;
      let mine = 0;
      let theirs = 0;
      while (mine < size && theirs < other.size) {
        const difference = hashAt(mine) - other.hashAt(theirs);
        if (difference === 0) shared += 1;
        if (difference <= 0) mine += 1;
        if (difference >= 0) theirs += 1;
      }
      return shared / (size + other.size - shared);
    },
  };
}
