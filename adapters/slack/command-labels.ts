import type { Language, Manner } from "../../src/core/index.ts";
import { type KnowledgeLabels, knowledgeLabels } from "../shared/command-labels.ts";
import { mrkdwnLine } from "./safe-text.ts";

/** What commands and the home tab say, in the language that the reader has set in Slack. */
export interface CommandLabels extends KnowledgeLabels {
  readonly askUsage: (command: string) => string;
  readonly help: (kb: string, ask: string) => string;
  readonly addUsage: (kb: string) => string;
  readonly adminsOnly: string;
  readonly settings: (set: Manner & { readonly mode: string }) => string;
  readonly settingsUsage: (kb: string) => string;
  readonly homeTitle: string;
  readonly homeIntro: (ask: string) => string;
  readonly homePrompts: string;
  readonly homeCases: string;
  readonly homeNoCases: string;
  readonly homeRecent: string;
  readonly homeNoRecent: string;
  readonly caseState: Readonly<Record<"waiting" | "claimed" | "resolved" | "closed", string>>;
  readonly prompts: readonly string[];
  /** An answer cannot be shared where the bot may not write. */
  readonly shareNeedsInvite: string;
  /** Above what only an admin can mend. */
  readonly troubleIntro: string;
  readonly homeTrouble: string;
  /** At once, when nobody knows yet whether a command is taken in. */
  readonly takesLong: string;
}

type OwnLabels = Omit<CommandLabels, keyof KnowledgeLabels>;

const en: OwnLabels = {
  askUsage: (command) => `Write your question after the command: \`${command} how do I …?\``,
  help: (kb, ask) =>
    [
      `*${ask} <question>* — an answer that only you see`,
      `*${kb} search <words>* — what the documents say, with links`,
      `*${kb} list* — which documents there are`,
      `*${kb} add <https://…> [public|internal|group:NAME]* — adds a page or a document (editors)`,
      `*${kb} hide|boost|reset <title or address>* — answers no more from a document, lets it come first, or neither (editors)`,
      `*${kb} settings* — how I behave in this channel; admins change it: *mode* follow|ask|mention, *collection* NAME|all, *language* en|zh|auto, *tone* neutral|friendly|formal|brief`,
    ].join("\n"),
  addUsage: (kb) => `Give a web address and who may read it: \`${kb} add https://… internal\`.`,
  adminsOnly: "Only admins may change settings.",
  settings: ({ mode, collection, language, tone }) =>
    `In this channel: mode *${mode}*, collection *${mrkdwnLine(collection ?? "all")}*, language *${language ?? "as asked"}*, tone *${tone ?? "neutral"}*.`,
  settingsUsage: (kb) =>
    `I did not understand that. Write for example \`${kb} settings mode mention\`, \`${kb} settings collection handbook\`, \`${kb} settings language en\` or \`${kb} settings tone brief\`; \`default\` takes a setting away.`,
  homeTitle: "What I can do",
  homeIntro: (ask) =>
    `Ask me in any channel by naming me, here in *Messages*, or privately with \`${ask}\`. I answer from your organisation's documents and say where it stands. When I cannot help, I bring in a person.`,
  homePrompts: "Try one of these",
  homeCases: "Your open cases",
  homeNoCases: "None.",
  homeRecent: "Your recent questions",
  homeNoRecent: "None yet.",
  caseState: {
    waiting: "waiting",
    claimed: "being worked on",
    resolved: "resolved",
    closed: "closed",
  },
  prompts: ["What can you help me with?"],
  shareNeedsInvite:
    "I may not write in this channel, so I could not share it. Invite me with `/invite @Frontdesk`, then press the button again.",
  troubleIntro:
    "🔧 Something is missing in Slack. I go on with what works without it; you get this because you are an admin of Frontdesk.",
  homeTrouble: "For admins: what is missing",
  takesLong:
    "This takes longer than usual. If nothing comes within a minute, please send the command again.",
};

const zh: OwnLabels = {
  askUsage: (command) => `请把问题写在命令后面：\`${command} 怎么……？\``,
  help: (kb, ask) =>
    [
      `*${ask} <问题>* — 只有您能看到的回答`,
      `*${kb} search <关键词>* — 文档里怎么说，附链接`,
      `*${kb} list* — 有哪些文档`,
      `*${kb} add <https://…> [public|internal|group:NAME]* — 添加网页或文档（编辑）`,
      `*${kb} hide|boost|reset <标题或地址>* — 不再用某个文档回答、让它优先，或恢复普通（编辑）`,
      `*${kb} settings* — 我在此频道的行为；管理员可更改：*mode* follow|ask|mention、*collection* NAME|all、*language* en|zh|auto、*tone* neutral|friendly|formal|brief`,
    ].join("\n"),
  addUsage: (kb) => `请给出网址和可见范围：\`${kb} add https://… internal\`。`,
  adminsOnly: "只有管理员可以更改设置。",
  settings: ({ mode, collection, language, tone }) =>
    `此频道：模式 *${mode}*，文档集 *${mrkdwnLine(collection ?? "全部")}*，语言 *${language ?? "随提问"}*，语气 *${tone ?? "neutral"}*。`,
  settingsUsage: (kb) =>
    `没有看懂。例如：\`${kb} settings mode mention\`、\`${kb} settings collection handbook\`、\`${kb} settings language zh\`、\`${kb} settings tone brief\`；\`default\` 取消设置。`,
  homeTitle: "我能做什么",
  homeIntro: (ask) =>
    `在任何频道里 @ 我、在这里的“消息”里写给我，或者用 \`${ask}\` 私下提问。我根据贵组织的文档回答，并注明出处。帮不上忙时，我会请人来处理。`,
  homePrompts: "试试这些问题",
  homeCases: "您未结的工单",
  homeNoCases: "没有。",
  homeRecent: "您最近的问题",
  homeNoRecent: "还没有。",
  caseState: { waiting: "等待中", claimed: "处理中", resolved: "已解决", closed: "已关闭" },
  prompts: ["你能帮我做什么？"],
  shareNeedsInvite:
    "我不能在这个频道里发言，所以没有分享。请用 `/invite @Frontdesk` 邀请我，然后再按一次按钮。",
  troubleIntro:
    "🔧 Slack 里缺少一些东西。其余功能照常工作；您是 Frontdesk 的管理员，所以收到这条消息。",
  homeTrouble: "管理员：缺少的东西",
  takesLong: "这次比平时慢。如果一分钟内没有回音，请再发一次命令。",
};

/** The words of commands and the home tab. */
export function commandLabels(language: Language): CommandLabels {
  return { ...knowledgeLabels(language), ...(language === "zh" ? zh : en) };
}
