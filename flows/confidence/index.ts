export { calibrationFor } from "./calibrations.ts";
export {
  adjustForIdentifiers,
  type Calibration,
  calibrationSchema,
  probability,
  sigmoid,
} from "./calibrator.ts";
export { type Evidence, measureEvidence } from "./evidence.ts";
export { FEATURE_NAMES, type FeatureName, type FeatureVector, featureVector } from "./features.ts";
export { type Example, type Fitted, fitLogistic } from "./fit.ts";
export { confidenceFloor } from "./floor.ts";
export { areaUnderCurve, calibrationError, type Judged } from "./quality.ts";
