import { seededRandom } from "../../../src/core/index.ts";
import { type BpeVocabulary, bpeVocabulary } from "./bpe-vocabulary.ts";
import { constant, signs, spread } from "./numbers.ts";
import { scriptPieces } from "./script-pieces.ts";
import { f32, type GgufModel, type GgufTensor, type GgufValue, text, u32 } from "./writer.ts";

/** Size of a generated model. */
export interface LlamaShape {
  readonly width: number;
  readonly layers: number;
  readonly contextLength: number;
  readonly seed: number;
}

const SHAPE: LlamaShape = { width: 64, layers: 1, contextLength: 8_192, seed: 1 };
const HEADS = 2;
const KV_HEADS = 1;
const LORA_RANK = 4;

export interface ScriptOptions {
  /** What the model answers, whatever it is asked. */
  readonly script: string;
  /** Starts over instead of ending: the answer goes on until somebody stops it. */
  readonly isEndless?: boolean;
  /** Writes `<think>` tags as ordinary text, as a model without tokens for them does. Default false. */
  readonly hasPlainTags?: boolean;
  /** More of them add nothing but time to each token. Default 1. */
  readonly layers?: number;
}

/**
 * A model that says exactly its script when it decodes greedily. All layers add zero, so the logits depend on the last
 * token alone: a table from each token to its successor, written as codes that are nearly orthogonal. The script begins
 * after the newline of ChatML's `assistant\n` and after DeepSeek's assistant token.
 */
export function scriptedLlama(options: ScriptOptions): GgufModel {
  const starts = ["\n", "<｜Assistant｜>"];
  const pieces = scriptPieces(options.script, starts, options.hasPlainTags !== true);
  const vocabulary = bpeVocabulary(pieces);
  const ids = pieces.map((piece) => idOf(vocabulary, piece));
  const end = idOf(vocabulary, "<|im_end|>");
  const first = ids[0] ?? end;
  const successor = new Map(starts.map((start) => [idOf(vocabulary, start), first]));
  for (const [index, id] of ids.entries()) {
    successor.set(id, ids[index + 1] ?? (options.isEndless === true ? first : end));
  }
  const { width } = SHAPE;
  const codes = signs(vocabulary.tokens.length * width, seededRandom(SHAPE.seed));
  const output = new Float32Array(codes.length);
  for (let token = 0; token < vocabulary.tokens.length; token += 1) {
    // What has no successor leads faintly to the end of the turn.
    const next = successor.get(token);
    const strength = next === undefined ? 1 / 64 : 1;
    for (let d = 0; d < width; d += 1) {
      const at = (next ?? end) * width + d;
      output[at] = (output[at] ?? 0) + strength * (codes[token * width + d] ?? 0);
    }
  }
  const shape = { ...SHAPE, layers: options.layers ?? SHAPE.layers };
  return llama(vocabulary, shape, codes, output, (length) => constant(length, 0));
}

/**
 * A small model with random weights and real attention: what it says depends on every token of its context, so that a
 * mistake in the reuse of a prefix changes its output.
 */
export function randomLlama(shape: Partial<LlamaShape> = {}): GgufModel {
  const full = { ...SHAPE, ...shape };
  const random = seededRandom(full.seed);
  const vocabulary = bpeVocabulary([]);
  const size = vocabulary.tokens.length * full.width;
  return llama(vocabulary, full, signs(size, random), spread(size, 0.2, random), (length) =>
    spread(length, 0.2, random),
  );
}

/** A LoRA adapter over one matrix of {@link randomLlama}, strong enough to be seen in every answer. */
export function randomAdapter(): GgufModel {
  const { width, seed } = SHAPE;
  const random = seededRandom(seed + 1);
  const name = "blk.0.ffn_down.weight";
  return {
    header: [
      ["general.architecture", text("llama")],
      ["general.type", text("adapter")],
      ["adapter.type", text("lora")],
      ["adapter.lora.alpha", f32(LORA_RANK)],
    ],
    tensors: [
      {
        name: `${name}.lora_a`,
        dimensions: [width, LORA_RANK],
        values: spread(width * LORA_RANK, 2, random),
      },
      {
        name: `${name}.lora_b`,
        dimensions: [LORA_RANK, width],
        values: spread(width * LORA_RANK, 2, random),
      },
    ],
  };
}

function llama(
  vocabulary: BpeVocabulary,
  shape: LlamaShape,
  embedding: Float32Array,
  output: Float32Array,
  weights: (length: number) => Float32Array,
): GgufModel {
  const { width } = shape;
  const size = vocabulary.tokens.length;
  const layers = Array.from({ length: shape.layers }, (_, layer) =>
    layerTensors(layer, width, weights),
  );
  return {
    header: [...llamaHeader(shape, size), ...vocabulary.header],
    tensors: [
      { name: "token_embd.weight", dimensions: [width, size], values: embedding },
      { name: "output_norm.weight", dimensions: [width], values: constant(width, 1) },
      { name: "output.weight", dimensions: [width, size], values: output },
      ...layers.flat(),
    ],
  };
}

function layerTensors(
  layer: number,
  width: number,
  weights: (length: number) => Float32Array,
): GgufTensor[] {
  const kvWidth = (width / HEADS) * KV_HEADS;
  const matrices: readonly (readonly [string, number, number])[] = [
    ["attn_q", width, width],
    ["attn_k", width, kvWidth],
    ["attn_v", width, kvWidth],
    ["attn_output", width, width],
    ["ffn_gate", width, width],
    ["ffn_up", width, width],
    ["ffn_down", width, width],
  ];
  return [
    ...["attn_norm", "ffn_norm"].map((name) => ({
      name: `blk.${layer}.${name}.weight`,
      dimensions: [width],
      values: constant(width, 1),
    })),
    ...matrices.map(([name, inner, outer]) => ({
      name: `blk.${layer}.${name}.weight`,
      dimensions: [inner, outer],
      values: weights(inner * outer),
    })),
  ];
}

function llamaHeader(shape: LlamaShape, vocabularySize: number): (readonly [string, GgufValue])[] {
  return [
    ["general.architecture", text("llama")],
    ["general.name", text("tiny")],
    ["general.type", text("model")],
    ["llama.context_length", u32(shape.contextLength)],
    ["llama.embedding_length", u32(shape.width)],
    ["llama.block_count", u32(shape.layers)],
    ["llama.feed_forward_length", u32(shape.width)],
    ["llama.attention.head_count", u32(HEADS)],
    ["llama.attention.head_count_kv", u32(KV_HEADS)],
    ["llama.attention.layer_norm_rms_epsilon", f32(1e-6)],
    ["llama.rope.freq_base", f32(10_000)],
    ["llama.rope.dimension_count", u32(shape.width / HEADS)],
    ["llama.vocab_size", u32(vocabularySize)],
  ];
}

function idOf(vocabulary: BpeVocabulary, piece: string): number {
  const id = vocabulary.idOf(piece);
  if (id === undefined) throw new Error(`no token for ${JSON.stringify(piece)}`);
  return id;
}
