import type {
  CaseRecord,
  CaseResolution,
  HandoffReason,
  Language,
  ReplyMark,
} from "../../src/core/index.ts";

/** The words around a reply, in the reader's language. */
export interface ReplyLabels {
  readonly marks: Readonly<Record<ReplyMark, string>>;
  readonly chooseHint: string;
  readonly person: string;
  readonly web: string;
  readonly confidence: string;
  readonly understoodAs: string;
  /** Between notes on one line. */
  readonly separator: string;
  readonly quote: (text: string) => string;
}

const en: ReplyLabels = {
  marks: {
    extractive: "quoted from the documents, no language model",
    "model-away": "quoted from the documents; the language model cannot be used at the moment",
    "model-rejected": "quoted from the documents; the language model's own text could not be used",
    unsure: "low confidence",
    web: "from the web",
    partial: "covers only a part of the question",
    stopped: "stopped before its end",
  },
  chooseHint: "Type a number, or say it in your own words.",
  person: "person",
  web: "web",
  confidence: "confidence",
  understoodAs: "understood as",
  separator: " · ",
  quote: (text) => `“${text}”`,
};

const zh: ReplyLabels = {
  marks: {
    extractive: "摘自文档原文，未使用语言模型",
    "model-away": "摘自文档原文；语言模型目前无法使用",
    "model-rejected": "摘自文档原文；没有采用语言模型自己写的内容",
    unsure: "把握不大",
    web: "来自网络",
    partial: "只涉及问题的一部分",
    stopped: "未说完就停止了",
  },
  chooseHint: "输入编号，或者用自己的话说。",
  person: "人工",
  web: "网络",
  confidence: "置信度",
  understoodAs: "理解为",
  separator: " · ",
  quote: (text) => `“${text}”`,
};

/** The words around a reply. */
export function replyLabels(language: Language): ReplyLabels {
  return language === "zh" ? zh : en;
}

/** Why a case was opened, for the agent. */
export const handoffReasons: Readonly<Record<HandoffReason, string>> = {
  "asked-for-person": "asked for a person",
  "repeated-failure": "the bot failed repeatedly",
  anger: "is angry",
  "sensitive-topic": "sensitive topic",
  "clarification-failed": "asking back led nowhere",
  "conversation-unreadable": "the conversation could not be read",
  "internal-error": "an error inside",
};

/** The state of a case, for the agent. */
export const caseStates: Readonly<Record<CaseRecord["state"], string>> = {
  waiting: "waiting",
  claimed: "claimed",
  resolved: "resolved",
  closed: "closed",
};

/** How a case ended, for the agent. */
export const caseResolutions: Readonly<Record<CaseResolution, string>> = {
  solved: "solved",
  unsolved: "unsolved",
  duplicate: "a duplicate",
  spam: "spam",
  returned: "back to the bot",
  blocked: "customer blocked",
  cancelled: "withdrawn by the customer",
  "no-answer": "the customer said nothing more",
};

/** Names of languages, for the agent. */
export const languageNames: Readonly<Record<Language, string>> = { en: "English", zh: "Chinese" };
