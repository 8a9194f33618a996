export { calibrationFor, ownCalibrationsSchema } from "./calibrations.ts";
export {
  adjustForIdentifiers,
  type Calibration,
  probability,
} from "./calibrator.ts";
export { type Evidence, measureEvidence } from "./evidence.ts";
export { FEATURE_NAMES, type FeatureName, type FeatureVector, featureVector } from "./features.ts";
export { fitLogistic } from "./fit.ts";
export { confidenceCeiling, confidenceFloor } from "./floor.ts";
export { areaUnderCurve, calibrationError, type Judged } from "./quality.ts";
