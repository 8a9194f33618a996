import type { Language, Progress } from "../../src/core/index.ts";
import { type TalkLabels, talkLabels } from "../shared/labels.ts";

/** The words around what is said, in the reader's language. */
export interface DiscordLabels extends TalkLabels {
  /** Above a button that shows it to one person. */
  readonly answerReady: (user: string) => string;
  readonly show: string;
  readonly notYours: string;
  readonly inFile: string;
  readonly asFile: string;
  readonly noteTitle: string;
  readonly noteLabel: string;
  readonly notTakenIn: string;
  readonly shareNeedsPermission: string;
  /** Above an answer that goes to direct messages instead of this channel. */
  readonly mayNotSayThere: (channel: string) => string;
  /** While an answer waits for the model. */
  readonly inLine: (stage: Extract<Progress, { readonly stage: "queued" }>) => string;
  /** Under a private message about a case: what is written in the channel is not heard. */
  readonly addByCommand: string;
  /** In place of a private answer that is not ready in Discord's time. */
  readonly takesLonger: string;
}

const en: Omit<DiscordLabels, keyof TalkLabels> = {
  answerReady: (user) => `${user}, your answer is ready. Only you can open it.`,
  show: "Show my answer",
  notYours: "This answer is for somebody else. Ask with `/ask` for one of your own.",
  inFile: "The whole answer is in the attached file.",
  asFile: "As a file",
  noteTitle: "What was wrong?",
  noteLabel: "In a few words",
  notTakenIn: "I could not take that in just now. Please try again in a moment.",
  shareNeedsPermission:
    "I may not write in this channel, so I could not share it. Whoever looks after the server can give me Send Messages here.",
  mayNotSayThere: (channel) =>
    `I may not post this in ${channel}, so I answer you here. Whoever looks after the server can give me the permission to write there.`,
  inLine: (stage) => `-# ⏳ Frontdesk ${talkLabels("en").stage(stage)}`,
  takesLonger:
    "This takes longer than Discord waits for a private answer. As soon as it is ready I say so in this channel.",
  addByCommand:
    "Nobody but you sees this: what you want to add, and questions about it, reach us by `/ask`.",
};

const zh: Omit<DiscordLabels, keyof TalkLabels> = {
  answerReady: (user) => `${user}，您的回答准备好了，只有您能打开。`,
  show: "查看我的回答",
  notYours: "这是给别人的回答。您可以用 `/ask` 自己提问。",
  inFile: "完整回答见附件。",
  asFile: "以文件查看",
  noteTitle: "哪里不对？",
  noteLabel: "简单说明",
  notTakenIn: "刚才没能收下，请稍后再试。",
  shareNeedsPermission:
    "我无权在此频道发言，所以没有分享。服务器管理员可以在这里给我“发送消息”权限。",
  mayNotSayThere: (channel) =>
    `我无权把它发到 ${channel}，所以在这里回答您。服务器管理员可以给我在那里发言的权限。`,
  inLine: (stage) => `-# ⏳ ${talkLabels("zh").stage(stage)}`,
  takesLonger: "这次需要的时间比 Discord 为私下回答预留的更长。回答一准备好，我就在此频道告诉您。",
  addByCommand: "只有您能看到这条消息：要补充内容或追问，请用 `/ask`。",
};

const tables = {
  en: { ...talkLabels("en"), ...en },
  zh: { ...talkLabels("zh"), ...zh },
} as const satisfies Record<Language, DiscordLabels>;

/** The words around what is said. */
export function discordLabels(language: Language): DiscordLabels {
  return tables[language];
}
