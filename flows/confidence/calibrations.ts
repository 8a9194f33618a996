import { z } from "zod";
import type { Language } from "../../src/core/index.ts";
import chineseJson from "../calibration/chinese.json" with { type: "json" };
import lexicalJson from "../calibration/lexical.json" with { type: "json" };
import plainJson from "../calibration/plain.json" with { type: "json" };
import starterJson from "../calibration/starter.json" with { type: "json" };
import type { DialogueSettings } from "../settings.ts";
import { type Calibration, calibrationSchema } from "./calibrator.ts";
import { FEATURE_NAMES, type FeatureVector } from "./features.ts";

const stored = calibrationSchema(FEATURE_NAMES);
const chinese = stored.parse(chineseJson);
const lexical = stored.parse(lexicalJson);
const plain = stored.parse(plainJson);
const starter = stored.parse(starterJson);

/** As a team's own fit is stored: for one embedding model, by language. */
export const ownCalibrationsSchema = z.object({
  model: z.string(),
  en: stored.nullable(),
  zh: stored.nullable(),
});

/**
 * The calibration for a retrieval: Chinese questions have their own, by words; English ones that for texts without headings
 * where there are none, that of the embedding model where its vectors took part, else the one by words.
 */
export function calibrationFor(
  settings: Pick<DialogueSettings, "calibration"> &
    Partial<Pick<DialogueSettings, "ownCalibration">>,
  vector: FeatureVector,
  language: Language,
): Calibration {
  const own = settings.ownCalibration?.[language] ?? null;
  if (own !== null && (language === "zh" || vector.cosine !== null)) return own;
  if (language === "zh") return chinese;
  if (vector.plain === 1) return plain;
  return vector.cosine !== null && settings.calibration === "starter" ? starter : lexical;
}
