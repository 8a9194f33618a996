import { seededRandom } from "../../src/core/index.ts";
import {
  bpeVocabulary,
  SPECIAL_TOKENS_WITHOUT_THOUGHTS,
} from "../../test/support/gguf/bpe-vocabulary.ts";
import { constant } from "../../test/support/gguf/numbers.ts";
import { f32, type GgufTensor, text, u32, writeGguf } from "../../test/support/gguf/writer.ts";

const WIDTH = 896;
const LAYERS = 24;
const INNER = 4_864;
const HEADS = 14;
const KV_HEADS = 2;
const VOCABULARY = 151_936;
const BLOCK = 32;
const BLOCK_BYTES = { q4_0: 18, q8_0: 34 } as const;
/** 1/512 as a 16-bit float: the scale of every block. */
const SCALE = 0x1800;

/**
 * Writes a model of the shape of Qwen2.5-0.5B with random weights, Q4_0 and Q8_0: as large and as slow as that one. Like that
 * one it has no tokens for thoughts: to a model that has them an engine may say that the thought is over, and another engine
 * beside it would read a shorter prompt.
 */
export function writeQwenShape(path: string): void {
  const vocabulary = bpeVocabulary([], VOCABULARY, SPECIAL_TOKENS_WITHOUT_THOUGHTS);
  const kvWidth = (WIDTH / HEADS) * KV_HEADS;
  const tensors: GgufTensor[] = [
    blocks("token_embd.weight", [WIDTH, VOCABULARY], "q8_0", 1),
    ones("output_norm.weight"),
  ];
  for (let layer = 0; layer < LAYERS; layer += 1) {
    const at = (name: string): string => `blk.${layer}.${name}`;
    const matrix = (name: string, inner: number, outer: number): GgufTensor =>
      blocks(at(`${name}.weight`), [inner, outer], "q4_0", layer * 16 + name.length);
    const bias = (name: string, length: number): GgufTensor => ({
      name: at(`${name}.bias`),
      dimensions: [length],
      values: constant(length, 0),
    });
    tensors.push(
      ones(at("attn_norm.weight")),
      ones(at("ffn_norm.weight")),
      matrix("attn_q", WIDTH, WIDTH),
      matrix("attn_k", WIDTH, kvWidth),
      matrix("attn_v", WIDTH, kvWidth),
      matrix("attn_output", WIDTH, WIDTH),
      matrix("ffn_gate", WIDTH, INNER),
      matrix("ffn_up", WIDTH, INNER),
      matrix("ffn_down", INNER, WIDTH),
      bias("attn_q", WIDTH),
      bias("attn_k", kvWidth),
      bias("attn_v", kvWidth),
    );
  }
  writeGguf(path, {
    header: [
      ["general.architecture", text("qwen2")],
      ["general.name", text("qwen2.5-0.5b-shape")],
      ["general.type", text("model")],
      ["qwen2.context_length", u32(32_768)],
      ["qwen2.embedding_length", u32(WIDTH)],
      ["qwen2.block_count", u32(LAYERS)],
      ["qwen2.feed_forward_length", u32(INNER)],
      ["qwen2.attention.head_count", u32(HEADS)],
      ["qwen2.attention.head_count_kv", u32(KV_HEADS)],
      ["qwen2.attention.layer_norm_rms_epsilon", f32(1e-6)],
      ["qwen2.rope.freq_base", f32(1_000_000)],
      ["qwen2.vocab_size", u32(vocabulary.tokens.length)],
      ...vocabulary.header,
    ],
    tensors,
  });
}

function ones(name: string): GgufTensor {
  return { name, dimensions: [WIDTH], values: constant(WIDTH, 1) };
}

/** Blocks of random weights with one scale for all. */
function blocks(
  name: string,
  dimensions: readonly [number, number],
  type: keyof typeof BLOCK_BYTES,
  seed: number,
): GgufTensor {
  const size = BLOCK_BYTES[type];
  const bytes = Buffer.alloc(((dimensions[0] * dimensions[1]) / BLOCK) * size);
  const random = seededRandom(seed);
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
  }
  for (let at = 0; at < bytes.length; at += size) bytes.writeUInt16LE(SCALE, at);
  return { name, dimensions, values: { type, bytes } };
}
