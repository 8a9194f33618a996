export { caseKind } from "./case/kind.ts";
export {
  type Calibration,
  calibrationFor,
  calibrationSchema,
  type Evidence,
  FEATURE_NAMES,
  type FeatureName,
  type FeatureVector,
  featureVector,
  measureEvidence,
  probability,
} from "./confidence/index.ts";
export { dialogueKind, type FlowKind } from "./dialogue/kind.ts";
export { DEFAULT_DIALOGUE_SETTINGS, type DialogueSettings } from "./settings.ts";
export { createDialogueTasks, type DialogueTaskDependencies } from "./tasks/index.ts";
