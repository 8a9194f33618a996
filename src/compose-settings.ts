import { DEFAULT_DIALOGUE_SETTINGS, type DialogueSettings } from "../flows/index.ts";
import {
  type FusionWeights,
  type KnowledgeSettings,
  knowledgeSettings,
  STARTER_FUSION,
  STRONG_FUSION,
} from "../knowledge/index.ts";
import type { Config } from "./config.ts";

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Whether the embedder is the small one that is shipped. */
function usesStarterEmbedder(config: Config): boolean {
  return config.models.embed === "starter";
}

/** The dialogue's settings out of the configuration. */
export function dialogueSettings(config: Config, isWebAllowed: boolean): DialogueSettings {
  const { dialogue, knowledge, models } = config;
  return {
    ...DEFAULT_DIALOGUE_SETTINGS,
    answerAt: dialogue.answerAt,
    clarifyAt: dialogue.clarifyAt,
    maxClarifications: dialogue.maxClarifications,
    gatherMs: dialogue.gatherMs,
    clarifyTimeoutMs: dialogue.clarifyTimeoutMinutes * MINUTE_MS,
    followUpWindowMs: dialogue.followUpMinutes * MINUTE_MS,
    idleTtlMs: dialogue.idleDays * DAY_MS,
    sensitiveTopics: dialogue.sensitiveTopics,
    answerPassages: knowledge.top,
    isWebAllowed,
    calibration: usesStarterEmbedder(config) ? "starter" : "lexical",
    answerTokens: models.maxAnswerTokens,
  };
}

/** Retrieval's settings; `measured` is the weight that the embedding model's card gives, if it does. */
export function retrievalSettings(
  config: Config,
  measured: { readonly en: number; readonly zh: number } | null,
): KnowledgeSettings {
  if (usesStarterEmbedder(config)) return knowledgeSettings(STARTER_FUSION);
  const weights: FusionWeights =
    measured === null ? STRONG_FUSION : { ...STRONG_FUSION, ...measured };
  return knowledgeSettings(weights);
}
