export { calibrationFor } from "./calibrations.ts";
export { type Calibration, calibrationSchema, probability, sigmoid } from "./calibrator.ts";
export { type Evidence, measureEvidence } from "./evidence.ts";
export { FEATURE_NAMES, type FeatureName, type FeatureVector, featureVector } from "./features.ts";
