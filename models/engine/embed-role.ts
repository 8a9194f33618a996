import type { LlamaEmbeddingContext, LlamaModel, Token } from "node-llama-cpp";
import { FrontdeskError } from "../../src/core/index.ts";
import { READING_CONTEXT } from "../fit/configured-models.ts";
import type { CommonInfo } from "./common-info.ts";
import type { EngineRole } from "./engine-host.ts";
import { translated } from "./load-llama.ts";
import { processStats } from "./process-stats.ts";
import type { EngineResult, LoadOptions } from "./protocol.ts";
import { createTurnstile } from "./turnstile.ts";
import { wrongRole } from "./wrong-role.ts";

/** Room for the tokens that mark begin and end, and for the one that the library keeps free. */
const RESERVED_TOKENS = 3;
/** No tokenizer makes longer tokens on average; what lies beyond is cut before it is tokenised. */
const MAX_CHARS_PER_TOKEN = 32;
/** Stands for a text without a single token: there is no vector of nothing. */
const EMPTY_TEXT = ".";

/** Embeds texts one at a time, which on a CPU is as fast as in batches; queries overtake passages between two texts. */
export async function createEmbedRole(
  model: LlamaModel,
  options: LoadOptions,
  common: CommonInfo,
): Promise<EngineRole> {
  const wanted = options.contextSize ?? READING_CONTEXT;
  const contextSize = Math.min(wanted, model.trainContextSize ?? wanted);
  const context = await translated(options.modelPath, () =>
    // An encoder must see a text in one piece: the batch is as long as the context.
    model.createEmbeddingContext({ contextSize, batchSize: contextSize, threads: options.threads }),
  );
  const dimensions = model.embeddingVectorSize;
  const turnstile = createTurnstile();

  const embedOne = async (text: string): Promise<Float32Array> => {
    const tokens = tokenize(model, text, contextSize - RESERVED_TOKENS);
    return normalised(await vectorOf(context, tokens), options.modelPath);
  };

  return {
    info: { ...common, dimensions, contextSize, sequences: 1 },
    stats: () => processStats(model),
    step: () => turnstile.current(),
    handle: async (request, call): Promise<EngineResult> => {
      if (request.kind !== "embed") throw wrongRole(request.kind);
      const values = new Float32Array(request.texts.length * dimensions);
      const priority = request.purpose === "query" ? "first" : "last";
      let hasStarted = false;
      for (const [index, text] of request.texts.entries()) {
        const vector = await turnstile.pass(priority, call.signal, () => {
          if (!hasStarted) call.onStarted();
          hasStarted = true;
          return embedOne(text);
        });
        values.set(vector, index * dimensions);
      }
      return { kind: "vectors", dimensions, values };
    },
  };
}

function tokenize(model: LlamaModel, text: string, limit: number): Token[] {
  const start = text.slice(0, limit * MAX_CHARS_PER_TOKEN);
  const tokens = model.tokenize(start, false, "trimLeadingSpace");
  const kept = tokens.length === 0 ? model.tokenize(EMPTY_TEXT) : tokens;
  return kept.slice(0, limit);
}

async function vectorOf(
  context: LlamaEmbeddingContext,
  tokens: Token[],
): Promise<readonly number[]> {
  const embedding = await context.getEmbeddingFor(tokens);
  return embedding.vector;
}

/** The library gives vectors of any length; cosine needs length 1. */
function normalised(vector: readonly number[], modelPath: string): Float32Array {
  let sum = 0;
  for (const value of vector) sum += value * value;
  const length = Math.sqrt(sum);
  if (!Number.isFinite(length) || length === 0) {
    throw new FrontdeskError(
      "model_invalid",
      `${modelPath} gave a vector without direction. It is not an embedding model, or the file is damaged.`,
    );
  }
  return Float32Array.from(vector, (value) => value / length);
}
