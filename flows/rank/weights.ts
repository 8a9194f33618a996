import { z } from "zod";
import type { Language } from "../../src/core/index.ts";
import rankJson from "../calibration/rank.json" with { type: "json" };
import { RANK_FEATURES, type RankVector } from "./features.ts";

const weightsSchema = z.record(z.enum(RANK_FEATURES), z.number());

/** Fitted weights of the order of passages as they are stored. */
const rankingSchema = z.object({
  name: z.string(),
  status: z.enum(["fitted", "hand-set"]),
  provenance: z.record(z.string(), z.unknown()),
  weights: z.object({ en: weightsSchema, zh: weightsSchema }),
});

const { weights } = rankingSchema.parse(rankJson);

/**
 * "Annual leave" for a question about annual leave: before "Annual leave › Requesting it". Set by hand, about half of what
 * usually lies between the first and the second.
 */
const EXACT_HEADING = 1;
/** "days" and "much" of a question need not stand in its heading. */
const NEARLY_WHOLE = 0.7;
const WHOLE = 0.99;

/** How well a passage answers, for ordering alone: a weighted sum, and more under the very heading that is asked for. */
export function rankScore(vector: RankVector, language: Language): number {
  const sum = RANK_FEATURES.reduce(
    (total, name) => total + weights[language][name] * vector[name],
    0,
  );
  return isExactHeading(vector) ? sum + EXACT_HEADING : sum;
}

/** Whether the innermost heading says what the question is about, and nothing else. */
export function isExactHeading(vector: Pick<RankVector, "innermost" | "precision">): boolean {
  return vector.innermost >= NEARLY_WHOLE && vector.precision >= WHOLE;
}
