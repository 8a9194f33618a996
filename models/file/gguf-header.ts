import { ByteReader, HeaderDefect } from "./byte-reader.ts";
import { tensorBytes } from "./tensor-types.ts";

/** What a GGUF header says, as far as it is needed before loading. */
export interface GgufHeader {
  readonly version: number;
  readonly tensorCount: number;
  /** Scalars and strings up to 64 KB; arrays are skipped. */
  readonly metadata: ReadonlyMap<string, string | number | boolean>;
  /** How long the file must be at least to hold all its tensors. */
  readonly requiredBytes: number;
}

// Real models have up to about 60 keys, 2,000 tensors and 300,000 strings in an array; these limits only stop files
// that were made to exhaust memory or time.
const MAX_KEYS = 16_384;
const MAX_TENSORS = 131_072;
const MAX_ARRAY = 16_777_216;
const MAX_DIMENSIONS = 4;
const MAX_KEPT_TEXT = 65_536;

const VALUE = {
  u8: 0,
  i8: 1,
  u16: 2,
  i16: 3,
  u32: 4,
  i32: 5,
  f32: 6,
  bool: 7,
  text: 8,
  array: 9,
} as const;
const WIDE = { u64: 10, i64: 11, f64: 12 } as const;
const FIXED_BYTES = new Map<number, number>([
  [VALUE.u8, 1],
  [VALUE.i8, 1],
  [VALUE.u16, 2],
  [VALUE.i16, 2],
  [VALUE.u32, 4],
  [VALUE.i32, 4],
  [VALUE.f32, 4],
  [VALUE.bool, 1],
  [WIDE.u64, 8],
  [WIDE.i64, 8],
  [WIDE.f64, 8],
]);

/**
 * Reads the header of a GGUF file (version 2 or 3) without trusting any number in it.
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 * @param fd open for reading
 * @throws HeaderDefect
 */
export function readGgufHeader(fd: number, sizeBytes: number): GgufHeader {
  const reader = new ByteReader(fd, sizeBytes);
  if (reader.bytes(4).toString("latin1") !== "GGUF") throw new HeaderDefect("not a GGUF file");
  const version = reader.u32();
  if (version >= 1 << 24) throw new HeaderDefect("a GGUF for big-endian machines");
  if (version < 2 || version > 3) throw new HeaderDefect(`GGUF version ${version}, not 2 or 3`);
  const tensorCount = atMost(reader.u64(), MAX_TENSORS, "tensors");
  const keyCount = atMost(reader.u64(), MAX_KEYS, "keys");

  const metadata = new Map<string, string | number | boolean>();
  for (let i = 0; i < keyCount; i += 1) {
    const key = reader.bytes(reader.u64()).toString("utf8");
    const value = readValue(reader, reader.u32());
    if (value !== null) metadata.set(key, value);
  }
  const tensorEnd = readTensors(reader, tensorCount);
  const alignment = metadata.get("general.alignment") ?? 32;
  if (typeof alignment !== "number" || alignment < 1 || alignment > 1 << 20) {
    throw new HeaderDefect("an alignment that makes no sense");
  }
  const dataStart = Math.ceil(reader.position / alignment) * alignment;
  return { version, tensorCount, metadata, requiredBytes: dataStart + tensorEnd };
}

/** Null for what is skipped. */
function readValue(reader: ByteReader, type: number): string | number | boolean | null {
  switch (type) {
    case VALUE.text: {
      const length = reader.u64();
      if (length <= MAX_KEPT_TEXT) return reader.bytes(length).toString("utf8");
      reader.skip(length);
      return null;
    }
    case VALUE.array:
      skipArray(reader);
      return null;
    case VALUE.u32:
      return reader.u32();
    case VALUE.i32:
      return reader.i32();
    case VALUE.f32:
      return reader.f32();
    case VALUE.bool:
      return reader.u8() !== 0;
    default:
      reader.skip(fixedBytes(type));
      return null;
  }
}

function skipArray(reader: ByteReader): void {
  const type = reader.u32();
  const length = atMost(reader.u64(), MAX_ARRAY, "array entries");
  if (type === VALUE.array) throw new HeaderDefect("arrays inside arrays");
  if (type === VALUE.text) for (let i = 0; i < length; i += 1) reader.skip(reader.u64());
  else reader.skip(length * fixedBytes(type));
}

/** Where the last tensor ends, from the start of the tensor data. */
function readTensors(reader: ByteReader, count: number): number {
  let end = 0;
  for (let i = 0; i < count; i += 1) {
    reader.skip(reader.u64());
    const dimensions = atMost(reader.u32(), MAX_DIMENSIONS, "dimensions of a tensor");
    let elements = 1;
    for (let d = 0; d < dimensions; d += 1) elements *= reader.u64();
    const bytes = tensorBytes(reader.u32(), elements);
    const tensorEnd = reader.u64() + bytes;
    if (!Number.isSafeInteger(tensorEnd)) throw new HeaderDefect("a tensor that no file can hold");
    end = Math.max(end, tensorEnd);
  }
  return end;
}

function fixedBytes(type: number): number {
  const bytes = FIXED_BYTES.get(type);
  if (bytes === undefined) throw new HeaderDefect(`an unknown type of value (${type})`);
  return bytes;
}

function atMost(count: number, limit: number, what: string): number {
  if (count > limit) throw new HeaderDefect(`it announces ${count} ${what}`);
  return count;
}
