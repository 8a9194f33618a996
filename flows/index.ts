export { type AnswerCache, type AnswerCacheOutcome, createAnswerCache } from "./answer/cache.ts";
export { quoteAnswer } from "./answer/extract.ts";
export { boardKind } from "./board/kind.ts";
export { caseKind } from "./case/kind.ts";
export { type CaseRules, DEFAULT_CASE_RULES, shownName } from "./case/rules.ts";
export { dotOf } from "./chart/dot.ts";
export { chartOf } from "./chart/mermaid.ts";
export { clustersOf } from "./clarify/clusters.ts";
export {
  AMBIGUITY_FEATURES,
  type AmbiguityFeature,
  type AmbiguityVector,
  ambiguityVector,
} from "./clarify/features.ts";
export { fitCalibration } from "./confidence/fit-calibration.ts";
export {
  areaUnderCurve,
  type Calibration,
  calibrationError,
  calibrationFor,
  FEATURE_NAMES,
  type FeatureName,
  type FeatureVector,
  featureVector,
  fitLogistic,
  type Judged,
  measureEvidence,
  ownCalibrationsSchema,
  probability,
} from "./confidence/index.ts";
export { asksWhat, weigh } from "./dialogue/decide.ts";
export { dialogueKind } from "./dialogue/kind.ts";
export { draftKind } from "./drafts/kind.ts";
export { fileKind } from "./files/kind.ts";
export { noteFileTrouble, sayFileTrouble } from "./files/words.ts";
export type { CustomFlow } from "./forms/custom-flow.ts";
export type { Form } from "./forms/form.ts";
export { chartOfForm } from "./forms/form-chart.ts";
export { createFormFlow } from "./forms/form-flow.ts";
export { readForm } from "./forms/read-form.ts";
export {
  type IntentExample,
  type IntentGuess,
  learnIntents,
} from "./intent/classifier.ts";
export { indexTerms, isTelling, termsOf } from "./language/index.ts";
export type { MachineFlow } from "./machines/definition.ts";
export { machineFlowKind } from "./machines/kind.ts";
export { createMachineFlow } from "./machines/machine-flow.ts";
export { readMachineFlow } from "./machines/read-module.ts";
export { RANK_FEATURES, type RankFeature, type RankVector } from "./rank/features.ts";
export { type Found, findPassages, order } from "./rank/find.ts";
export { type FoundInContext, findInContext } from "./rank/in-context.ts";
export {
  DEFAULT_DIALOGUE_SETTINGS,
  type DialogueSettings,
  type OwnCalibrations,
} from "./settings.ts";
export { assess } from "./tasks/assess.ts";
export type { Act, Assessment } from "./tasks/contracts.ts";
export { createDialogueTasks, type DialogueTaskDependencies } from "./tasks/index.ts";
export { readMessage } from "./understand/read-message.ts";
