import type { Language } from "../../src/core/index.ts";
import { namesMoreThanNumbers } from "../answer/exact-names.ts";
import { measureAmbiguity } from "../clarify/ambiguity.ts";
import type { AmbiguityFeature } from "../clarify/features.ts";
import {
  adjustForIdentifiers,
  type Calibration,
  calibrationFor,
  confidenceCeiling,
  confidenceFloor,
  type Evidence,
  type FeatureVector,
  featureVector,
  measureEvidence,
  probability,
} from "../confidence/index.ts";
import type { Found } from "../rank/find.ts";
import { isExactHeading } from "../rank/weights.ts";
import type { DialogueSettings } from "../settings.ts";
import type { Assessment, Reading } from "./contracts.ts";

/** Models other than the stored ones: a fit that has not seen a set of questions is judged by it. */
export interface FittedModels {
  readonly confidence?: Calibration;
  readonly ambiguity?: Calibration<AmbiguityFeature>;
}

/** Judges what was found: is the question answerable from it, and does it have several readings? */
export function assess(
  found: Omit<Found, "result">,
  asked: {
    readonly question: string;
    readonly language: Language;
    readonly reading: Reading | null;
    readonly optionPrefix: string;
  },
  settings: DialogueSettings,
  fitted: FittedModels = {},
): Assessment {
  const { query, passages, scored } = found;
  const evidence = measureEvidence(query, scored);
  const vector = featureVector(found, evidence, asked.question, asked.language);
  const calibration = fitted.confidence ?? calibrationFor(settings, vector, asked.language);
  const ambiguity =
    asked.reading === null
      ? measureAmbiguity(found, { ...asked, prefix: asked.optionPrefix }, fitted.ambiguity)
      : null;
  return {
    answerable:
      passages.length === 0
        ? 0
        : bounded(probability(calibration, vector), evidence, found, vector),
    ambiguous: ambiguity?.probability ?? 0,
    readings: ambiguity?.readings ?? [],
    missing: evidence.missing,
  };
}

/**
 * What a fitted probability is where something weighs more than the words around it. The bounds were set for handbooks: in an
 * article every word and every number of a question is often found by accident, and an answer may say its number in words.
 */
function bounded(
  fitted: number,
  evidence: Evidence,
  { query, passages: [first] }: Omit<Found, "result">,
  { plain }: FeatureVector,
): number {
  const { identifiers } = evidence;
  if (plain === 1) {
    const isByAccident = identifiers === "found" && !namesMoreThanNumbers(query);
    const most = confidenceCeiling({ ...evidence, isKindMissing: false });
    return adjustForIdentifiers(Math.min(fitted, most), isByAccident ? "none" : identifiers);
  }
  const isExact = first !== undefined && isExactHeading(first.vector);
  return Math.max(
    adjustForIdentifiers(Math.min(fitted, confidenceCeiling(evidence)), identifiers),
    confidenceFloor(query, evidence, isExact),
  );
}
