import type { Language } from "../src/core/index.ts";
import { type CaseRules, DEFAULT_CASE_RULES } from "./case/rules.ts";
import type { Calibration } from "./confidence/calibrator.ts";

/** A team's own fit: for one embedding model, by language; null where there were too few questions. */
export interface OwnCalibrations {
  readonly model: string;
  readonly en: Calibration | null;
  readonly zh: Calibration | null;
}

/** What a team can set about the dialogue. Given by the configuration; nothing here reads the environment. */
export interface DialogueSettings {
  /** The name under which the bot speaks of itself. */
  readonly botName: string;
  /** Confidence from which a question is answered without reservation. */
  readonly answerAt: number;
  /** Confidence from which the bot asks back or answers with a reservation; below it declines. */
  readonly clarifyAt: number;
  /** Probability of several readings from which a question counts as ambiguous. */
  readonly ambiguousAt: number;
  /** Clarifying questions in a row before the best reading is answered. */
  readonly maxClarifications: number;
  /** Unanswered questions in a row after which a person is called. */
  readonly missesToEscalate: number;
  /** Wait for further messages of the same burst. */
  readonly gatherMs: number;
  /** After this time a clarifying question is no longer waited for. */
  readonly clarifyTimeoutMs: number;
  /** After this time a conversation counts as over until somebody speaks again. */
  readonly followUpWindowMs: number;
  /** After this time of silence the older lines of a long conversation are put into its summary. */
  readonly quietMs: number;
  /** Pause before the documents are asked once more after a failure. */
  readonly retryMs: number;
  /** Conversations are forgotten after this time of silence; null never. */
  readonly idleTtlMs: number | null;
  /** Words or phrases that always bring in a person. */
  readonly sensitiveTopics: readonly string[];
  /** Only these collections; null for all. */
  readonly collections: readonly string[] | null;
  /** Passages that an answer may draw on. */
  readonly answerPassages: number;
  /** Passages that are looked at for competing readings. */
  readonly retrievedPassages: number;
  /** Whether the web may be asked where the documents do not answer. */
  readonly isWebAllowed: boolean;
  /**
   * Which calibration of confidence applies when vectors took part: `starter` for the embedding model that is shipped,
   * `lexical` (vectors are not looked at) for any other until it has been fitted.
   */
  readonly calibration: "starter" | "lexical";
  /** What the team fitted on its own questions, for the embedding model that is used; null as shipped. */
  readonly ownCalibration: OwnCalibrations | null;
  /** Longest answer of the chat model, in tokens. */
  readonly answerTokens: number;
  /** Room for history and passages in the prompt, in tokens. */
  readonly promptTokens: number;
  /** Room for reasoning of the chat model; null for its default. */
  readonly thoughtTokens: number | null;
  /** Language of lines written for the people at the desk. */
  readonly deskLanguage: Language;
  /** How cases are run. */
  readonly cases: CaseRules;
}

/** Defaults of every setting. */
export const DEFAULT_DIALOGUE_SETTINGS: DialogueSettings = {
  botName: "Frontdesk",
  answerAt: 0.7,
  clarifyAt: 0.4,
  ambiguousAt: 0.5,
  maxClarifications: 2,
  missesToEscalate: 2,
  gatherMs: 300,
  clarifyTimeoutMs: 30 * 60_000,
  followUpWindowMs: 60 * 60_000,
  quietMs: 30_000,
  retryMs: 2000,
  idleTtlMs: 30 * 24 * 60 * 60_000,
  sensitiveTopics: [],
  collections: null,
  answerPassages: 8,
  retrievedPassages: 24,
  isWebAllowed: false,
  calibration: "starter",
  ownCalibration: null,
  answerTokens: 512,
  promptTokens: 2048,
  thoughtTokens: null,
  deskLanguage: "en",
  cases: DEFAULT_CASE_RULES,
};
