import { HeaderDefect } from "./byte-reader.ts";
import type { GgufHeader } from "./gguf-header.ts";

interface Range {
  readonly key: string;
  readonly least: number;
  readonly most: number;
}

/** Counts at which the engine's own checks end the process. The upper limits are far above what any model has. */
const COUNTS: readonly Range[] = [
  { key: "context_length", least: 1, most: 2 ** 30 },
  { key: "embedding_length", least: 1, most: 2 ** 20 },
  { key: "block_count", least: 1, most: 4_096 },
  { key: "feed_forward_length", least: 1, most: 2 ** 24 },
  { key: "pooling_type", least: 0, most: 4 },
];
const HEADS: readonly Range[] = [
  { key: "attention.head_count", least: 1, most: 65_536 },
  { key: "attention.head_count_kv", least: 1, most: 65_536 },
];
const EPSILONS = ["attention.layer_norm_epsilon", "attention.layer_norm_rms_epsilon"] as const;
/** Models with one of these have layers without attention. */
const RECURRENT = ["ssm.state_size", "wkv.head_size"] as const;

/**
 * Looks whether the numbers that describe a model can be those of one. What a header does not say is left to the engine.
 * @throws HeaderDefect naming the number
 */
export function assertShape({ metadata }: GgufHeader): void {
  const architecture = String(metadata.get("general.architecture"));
  const numberOf = (key: string): number | null => {
    const value = metadata.get(`${architecture}.${key}`);
    return typeof value === "number" ? value : null;
  };
  const isRecurrent = RECURRENT.some((key) => numberOf(key) !== null);
  for (const { key, least, most } of isRecurrent ? COUNTS : [...COUNTS, ...HEADS]) {
    const value = numberOf(key);
    if (value === null || (value >= least && value <= most)) continue;
    throw new HeaderDefect(`${architecture}.${key} is ${value}, which no model has`);
  }
  for (const key of EPSILONS) {
    const value = numberOf(key);
    if (value === null || (value >= 0 && value < 1)) continue;
    throw new HeaderDefect(`${architecture}.${key} is ${value}, which no model has`);
  }
}
