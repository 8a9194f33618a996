import type { GgufHeader } from "../file/gguf-header.ts";

/** What a model takes of memory, apart from how many conversations it is to hold. */
export interface MemoryNeed {
  /** The file, which is mapped into memory as a whole. */
  readonly weightsBytes: number;
  /** Keys and values of one token of context. */
  readonly kvBytesPerToken: number;
  /** What the engine needs to compute with: at least its buffer of logits. */
  readonly computeBytes: number;
}

const KV_BYTES_PER_VALUE = 2;
/** The process itself and the engine's smaller buffers; about 100 MB were measured with a tiny model. */
const PROCESS_BYTES = 128 * 1024 ** 2;
/** Logits of a batch of 512 tokens in 32 bits, for vocabularies of 152,000 words as Qwen has them. */
const LOGITS_BYTES = 512 * 152_000 * 4;

/** Keys and values of one token, from the shape in the header; null when the header does not say it. */
export function kvBytesPerToken(header: GgufHeader): number | null {
  const { metadata } = header;
  const architecture = metadata.get("general.architecture");
  const number = (name: string): number | null => {
    const value = metadata.get(`${String(architecture)}.${name}`);
    // All of them are counts; fractions, however small, are no shape of a model.
    return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : null;
  };
  const layers = number("block_count");
  const heads = number("attention.head_count");
  const width = number("embedding_length");
  const kvHeads = number("attention.head_count_kv") ?? heads;
  if (layers === null || kvHeads === null) return null;
  const headSize = heads === null || width === null ? null : width / heads;
  const keySize = number("attention.key_length") ?? headSize;
  const valueSize = number("attention.value_length") ?? keySize;
  if (keySize === null || valueSize === null) return null;
  return Math.ceil(layers * kvHeads * (keySize + valueSize) * KV_BYTES_PER_VALUE);
}

/** The need of a file that is here. An unknown shape is taken for that of a model of common proportions. */
export function needOfFile(sizeBytes: number, header: GgufHeader): MemoryNeed {
  return needOfSize(sizeBytes, kvBytesPerToken(header));
}

/** The need of a file that is not here. @param kvBytes null: not known, taken for that of common proportions */
export function needOfSize(sizeBytes: number, kvBytes: number | null): MemoryNeed {
  return {
    weightsBytes: sizeBytes,
    kvBytesPerToken: kvBytes ?? guessedKvBytes(sizeBytes),
    computeBytes: PROCESS_BYTES + Math.min(LOGITS_BYTES, sizeBytes),
  };
}

/** On the high side: a 4 GB file gets 128 KiB for each token, as Llama 8B has it. */
function guessedKvBytes(sizeBytes: number): number {
  return Math.ceil((sizeBytes / 4e9) * 128 * 1024);
}
