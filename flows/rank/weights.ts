import { z } from "zod";
import type { Language } from "../../src/core/index.ts";
import rankJson from "../calibration/rank.json" with { type: "json" };
import { RANK_FEATURES, type RankVector } from "./features.ts";

const weightsSchema = z.record(z.enum(RANK_FEATURES), z.number());

/** Fitted weights of the order of passages as they are stored. */
export const rankingSchema = z.object({
  name: z.string(),
  status: z.enum(["fitted", "hand-set"]),
  provenance: z.record(z.string(), z.unknown()),
  weights: z.object({ en: weightsSchema, zh: weightsSchema }),
});

const { weights } = rankingSchema.parse(rankJson);

/** How well a passage answers, for ordering alone: a weighted sum. */
export function rankScore(vector: RankVector, language: Language): number {
  return RANK_FEATURES.reduce((sum, name) => sum + weights[language][name] * vector[name], 0);
}
