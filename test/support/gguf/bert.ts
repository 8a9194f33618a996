import { seededRandom } from "../../../src/core/index.ts";
import { constant, spread } from "./numbers.ts";
import {
  bool,
  f32,
  type GgufModel,
  type GgufTensor,
  type GgufValue,
  i32s,
  text,
  texts,
  u32,
} from "./writer.ts";

const WIDTH = 32;
const LAYERS = 2;
const HEADS = 2;
const CONTEXT = 512;
const POOLING = { mean: 1, rank: 4 } as const;
/** Of the tensors of the classification head and the transformer; large enough to tell texts apart. */
const DEVIATION = 0.2;

/** A small encoder with random weights that embeds texts; texts that share characters are nearer to one another. */
export function tinyEmbedder(): GgufModel {
  return encoder("tiny-embedder", POOLING.mean, 3, () => []);
}

/** A small encoder with random weights and a head that gives one number for question and passage. */
export function tinyReranker(): GgufModel {
  return encoder("tiny-reranker", POOLING.rank, 4, (random) => [
    matrix("cls", WIDTH, WIDTH, random),
    vector("cls.bias", WIDTH, 0),
    matrix("cls.output", WIDTH, 1, random),
    vector("cls.output.bias", 1, 0),
  ]);
}

function encoder(
  name: string,
  pooling: number,
  seed: number,
  head: (random: () => number) => GgufTensor[],
): GgufModel {
  const random = seededRandom(seed);
  const vocabulary = wordPieces();
  const layers = Array.from({ length: LAYERS }, (_, layer) => layerTensors(layer, random));
  return {
    header: [...header(name, pooling), ...vocabularyHeader(vocabulary)],
    tensors: [
      matrix("token_embd", WIDTH, vocabulary.length, random),
      matrix("token_types", WIDTH, 2, random),
      matrix("position_embd", WIDTH, CONTEXT, random),
      vector("token_embd_norm.weight", WIDTH, 1),
      vector("token_embd_norm.bias", WIDTH, 0),
      ...layers.flat(),
      ...head(random),
    ],
  };
}

/** "▁x" begins a word, "x" continues one; single characters cover all of ASCII. */
function wordPieces(): string[] {
  const characters = Array.from({ length: 94 }, (_, index) =>
    String.fromCharCode(33 + index).toLowerCase(),
  );
  const pieces = characters.flatMap((character) => [`\u2581${character}`, character]);
  return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ...new Set(pieces)];
}

function layerTensors(layer: number, random: () => number): GgufTensor[] {
  const matrices: readonly (readonly [string, number, number])[] = [
    ["attn_q", WIDTH, WIDTH],
    ["attn_k", WIDTH, WIDTH],
    ["attn_v", WIDTH, WIDTH],
    ["attn_output", WIDTH, WIDTH],
    ["ffn_up", WIDTH, 2 * WIDTH],
    ["ffn_down", 2 * WIDTH, WIDTH],
  ];
  return [
    ...matrices.flatMap(([name, inner, outer]) => [
      matrix(`blk.${layer}.${name}`, inner, outer, random),
      vector(`blk.${layer}.${name}.bias`, outer, 0),
    ]),
    ...["attn_output_norm", "layer_output_norm"].flatMap((name) => [
      vector(`blk.${layer}.${name}.weight`, WIDTH, 1),
      vector(`blk.${layer}.${name}.bias`, WIDTH, 0),
    ]),
  ];
}

function matrix(name: string, inner: number, outer: number, random: () => number): GgufTensor {
  return {
    name: `${name}.weight`,
    dimensions: [inner, outer],
    values: spread(inner * outer, DEVIATION, random),
  };
}

function vector(name: string, length: number, value: number): GgufTensor {
  return { name, dimensions: [length], values: constant(length, value) };
}

function header(name: string, pooling: number): (readonly [string, GgufValue])[] {
  return [
    ["general.architecture", text("bert")],
    ["general.name", text(name)],
    ["general.type", text("model")],
    ["bert.context_length", u32(CONTEXT)],
    ["bert.embedding_length", u32(WIDTH)],
    ["bert.feed_forward_length", u32(2 * WIDTH)],
    ["bert.block_count", u32(LAYERS)],
    ["bert.attention.head_count", u32(HEADS)],
    ["bert.attention.layer_norm_epsilon", f32(1e-12)],
    ["bert.attention.causal", bool(false)],
    ["bert.pooling_type", u32(pooling)],
  ];
}

function vocabularyHeader(tokens: readonly string[]): (readonly [string, GgufValue])[] {
  return [
    ["tokenizer.ggml.token_type_count", u32(2)],
    ["tokenizer.ggml.model", text("bert")],
    ["tokenizer.ggml.pre", text("default")],
    ["tokenizer.ggml.tokens", texts(tokens)],
    ["tokenizer.ggml.token_type", i32s(tokens.map((_, index) => (index < 5 ? 3 : 1)))],
    ["tokenizer.ggml.padding_token_id", u32(0)],
    ["tokenizer.ggml.unknown_token_id", u32(1)],
    ["tokenizer.ggml.bos_token_id", u32(2)],
    ["tokenizer.ggml.cls_token_id", u32(2)],
    ["tokenizer.ggml.eos_token_id", u32(3)],
    // Spelled like this in the format.
    ["tokenizer.ggml.seperator_token_id", u32(3)],
    ["tokenizer.ggml.mask_token_id", u32(4)],
  ];
}
