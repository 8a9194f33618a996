import type { Language } from "../../src/core/index.ts";
import { type TalkLabels, talkLabels } from "../shared/labels.ts";

/** The words around what is said in Slack. */
export interface SlackLabels extends TalkLabels {
  /** Slack did not say whether a private message arrived. */
  readonly maybeLost: string;
  readonly showAgain: string;
  /** What was asked for is kept no more. */
  readonly gone: string;
  /** The message that a button speaks of was deleted. */
  readonly questionGone: string;
  /** A person of the desk is writing. */
  readonly types: (agent: string) => string;
  /** Above an answer that is not where the question was asked. */
  readonly answersThis: (question: string, channel: string | null) => string;
}

type OwnLabels = Omit<SlackLabels, keyof TalkLabels>;

const en: OwnLabels = {
  maybeLost:
    "Slack did not confirm that my last message to you arrived. If you do not see it above, press the button.",
  showAgain: "Show it",
  gone: "I no longer have that message. Please ask again.",
  types: (agent) => `says that ${agent} is typing …`,
  questionGone: "That message is no longer there, so I cannot answer it. Please ask again.",
  answersThis: (question, channel) =>
    `You asked${channel === null ? "" : ` in ${channel}`}: ${question}`,
};

const zh: OwnLabels = {
  maybeLost: "Slack 没有确认我刚才发给您的消息已送达。如果上面没有看到，请按按钮。",
  showAgain: "显示",
  gone: "那条消息已不再保存。请重新提问。",
  types: (agent) => `：${agent} 正在输入……`,
  questionGone: "那条消息已经不在了，我无法回答。请重新提问。",
  answersThis: (question, channel) =>
    `您${channel === null ? "" : `在 ${channel} `}问：${question}`,
};

/** The words around what is said in Slack, in the reader's language. */
export function slackLabels(language: Language): SlackLabels {
  return { ...talkLabels(language), ...(language === "zh" ? zh : en) };
}
