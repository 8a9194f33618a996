import type { LlamaModel } from "node-llama-cpp";
import { READING_CONTEXT } from "../fit/configured-models.ts";
import type { CommonInfo } from "./common-info.ts";
import type { EngineRole } from "./engine-host.ts";
import { translated } from "./load-llama.ts";
import { processStats } from "./process-stats.ts";
import type { EngineResult, LoadOptions } from "./protocol.ts";
import { createTurnstile } from "./turnstile.ts";
import { wrongRole } from "./wrong-role.ts";

/** Keeps the logit of a probability that was rounded to 0 or 1 finite. */
const EDGE = 1e-7;

/** Rates one passage after the other; a passage that is too long is rated by its best part. */
export async function createRerankRole(
  model: LlamaModel,
  options: LoadOptions,
  common: CommonInfo,
): Promise<EngineRole> {
  const wanted = options.contextSize ?? READING_CONTEXT;
  const contextSize = Math.min(wanted, model.trainContextSize ?? wanted);
  const context = await translated(options.modelPath, () =>
    model.createRankingContext({ contextSize, batchSize: contextSize, threads: options.threads }),
  );
  const turnstile = createTurnstile();
  return {
    info: { ...common, dimensions: null, contextSize, sequences: 1 },
    stats: () => processStats(model),
    step: () => turnstile.current(),
    handle: async (request, call): Promise<EngineResult> => {
      if (request.kind !== "rerank") throw wrongRole(request.kind);
      const scores: number[] = [];
      for (const passage of request.passages) {
        const score = await turnstile.pass("last", call.signal, () => {
          if (scores.length === 0) call.onStarted();
          return context.rank(request.query, passage, { onOverflow: "maxChunk" });
        });
        scores.push(logit(score));
      }
      return { kind: "scores", scores };
    },
  };
}

/** The library gives probabilities; fusion and calibration want what was before the sigmoid. */
function logit(probability: number): number {
  const inside = Math.min(1 - EDGE, Math.max(EDGE, probability));
  return Math.log(inside / (1 - inside));
}
