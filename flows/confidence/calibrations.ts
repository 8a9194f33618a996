import lexicalJson from "../calibration/lexical.json" with { type: "json" };
import starterJson from "../calibration/starter.json" with { type: "json" };
import type { DialogueSettings } from "../settings.ts";
import { type Calibration, calibrationSchema } from "./calibrator.ts";
import type { FeatureVector } from "./features.ts";

const lexical = calibrationSchema.parse(lexicalJson);
const starter = calibrationSchema.parse(starterJson);

/**
 * The calibration for a retrieval: the one of the embedding model where its vectors took part, else the lexical one. The
 * starter model knows no Chinese, so Chinese questions are always judged by words.
 */
export function calibrationFor(
  settings: Pick<DialogueSettings, "calibration">,
  vector: FeatureVector,
): Calibration {
  const hasVectors = vector.cosine !== null;
  return hasVectors && settings.calibration === "starter" ? starter : lexical;
}
