import type { Language } from "../../src/core/index.ts";
import { measureAmbiguity } from "../clarify/ambiguity.ts";
import type { AmbiguityFeature } from "../clarify/features.ts";
import {
  adjustForIdentifiers,
  type Calibration,
  calibrationFor,
  confidenceCeiling,
  confidenceFloor,
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
  const [first] = passages;
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
        : Math.max(
            adjustForIdentifiers(
              Math.min(probability(calibration, vector), confidenceCeiling(evidence)),
              evidence.identifiers,
            ),
            // The floor was set for handbooks: in an article, every word of a question is often found by accident.
            vector.plain === 1
              ? 0
              : confidenceFloor(
                  query,
                  evidence,
                  first !== undefined && isExactHeading(first.vector),
                ),
          ),
    ambiguous: ambiguity?.probability ?? 0,
    readings: ambiguity?.readings ?? [],
    missing: evidence.missing,
  };
}
