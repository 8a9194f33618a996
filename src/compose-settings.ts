import {
  type CaseRules,
  DEFAULT_CASE_RULES,
  DEFAULT_DIALOGUE_SETTINGS,
  type DialogueSettings,
} from "../flows/index.ts";
import {
  type FusionWeights,
  type KnowledgeSettings,
  knowledgeSettings,
  STARTER_FUSION,
  STRONG_FUSION,
} from "../knowledge/index.ts";
import { readOwnCalibration } from "./compose-own-calibration.ts";
import type { Config } from "./config.ts";
import { WEEKDAYS } from "./config-hours.ts";
import { idleTimeMs } from "./idle-time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Below this a prompt says nothing; the model itself refuses what does not fit, and is then asked with less. */
const LEAST_PROMPT_TOKENS = 256;

/** Whether the embedder is the small one that is shipped. */
function usesStarterEmbedder(config: Config): boolean {
  return config.models.embed === "starter" && config.models.embedUrl === null;
}

/** What a model gets where memory allows; with less it refuses a prompt, and is asked with less. */
const USUAL_CONTEXT_TOKENS = 4_096;

/** About what the rules of the prompt and the marks of its turns take. */
const RULES_TOKENS = 400;

/** Room for history, passages and question: what the context leaves beside rules and answer, at most the default. */
function promptTokens({ models }: Config): number {
  const left =
    (models.contextTokens ?? USUAL_CONTEXT_TOKENS) - models.maxAnswerTokens - RULES_TOKENS;
  return Math.max(LEAST_PROMPT_TOKENS, Math.min(DEFAULT_DIALOGUE_SETTINGS.promptTokens, left));
}

/** Office hours in the form in which they are counted. */
function calendarOf(hours: Config["handover"]["hours"]): CaseRules["hours"] {
  if (hours === null) return null;
  const { timeZone, holidays } = hours;
  return { timeZone, holidays, week: WEEKDAYS.map((day) => hours[day]) };
}

/** Who is called for cases that nobody has: whom a team names, or else its members. */
export function deskCallees({ notify, teams }: Config["handover"]) {
  const own = teams.map(
    ({ name, notify: named, agents }) => [name, named.length > 0 ? named : agents] as const,
  );
  return { desk: notify, teams: Object.fromEntries(own) };
}

/** How cases are run, out of the configuration. */
function caseRules({ handover }: Config): CaseRules {
  return {
    ...DEFAULT_CASE_RULES,
    teams: handover.teams.map((team) => ({ ...team, hours: calendarOf(team.hours) })),
    hours: calendarOf(handover.hours),
    escalateTo: handover.escalateTo,
    longQueueAt: handover.longQueueAt,
    resolutionMs: handover.resolutionHours === null ? null : handover.resolutionHours * HOUR_MS,
    firstReplyMs: handover.firstReplyMinutes * MINUTE_MS,
    nextReplyMs: handover.nextReplyMinutes * MINUTE_MS,
    reminders: handover.reminders,
    idleMs: handover.idleHours * HOUR_MS,
    closeMs: handover.reopenHours * HOUR_MS,
    shownName: handover.agentNames,
    teamName: handover.teamName ?? "",
  };
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
    idleTtlMs: idleTimeMs(config),
    sensitiveTopics: dialogue.sensitiveTopics,
    answerPassages: knowledge.top,
    isWebAllowed,
    calibration: usesStarterEmbedder(config) ? "starter" : "lexical",
    ownCalibration: readOwnCalibration(config),
    answerTokens: models.maxAnswerTokens,
    thoughtTokens: models.thoughtTokens,
    promptTokens: promptTokens(config),
    deskLanguage: config.handover.language,
    cases: caseRules(config),
  };
}

/**
 * Why confidence is uncalibrated for the models that are configured: nobody has fitted it for them, and what is shipped, by
 * words alone, stands in. Null where it was fitted, here or by us.
 */
export function uncalibratedFor(config: Config): string | null {
  if (readOwnCalibration(config)?.en != null) return null;
  const { embed, rerank, rerankUrl } = config.models;
  const isReranked = rerank !== null || rerankUrl !== null;
  if (usesStarterEmbedder(config) && !isReranked) return null;
  return isReranked ? `${embed} with the reranker ${rerank ?? "of a server"}` : embed;
}

/** Retrieval's settings; `measured` is the weight that the embedding model's card gives, if it does. */
export function retrievalSettings(
  config: Config,
  measured: { readonly en: number; readonly zh: number } | null,
): KnowledgeSettings {
  const { freshness } = config.knowledge;
  if (usesStarterEmbedder(config)) return { ...knowledgeSettings(STARTER_FUSION), freshness };
  const weights: FusionWeights =
    measured === null ? STRONG_FUSION : { ...STRONG_FUSION, ...measured };
  return { ...knowledgeSettings(weights), freshness };
}
