import type { Language, Manner } from "../../src/core/index.ts";
import { type KnowledgeLabels, knowledgeLabels } from "../shared/command-labels.ts";
import { plainLine } from "./safe-text.ts";

/** What commands say, in the language that the reader has set in Discord. */
export interface CommandLabels extends KnowledgeLabels {
  readonly addUsage: string;
  readonly adminsOnly: string;
  readonly settings: (set: Manner & { readonly mode: string }) => string;
}

type OwnLabels = Omit<CommandLabels, keyof KnowledgeLabels>;

const en: OwnLabels = {
  addUsage: "Give a web address that begins with http, and `public`, `internal` or `group:NAME`.",
  adminsOnly: "Only admins and people who may manage this server may change settings.",
  settings: ({ mode, collection, language, tone }) =>
    `In this channel: mode **${mode}**, collection **${plainLine(collection ?? "all", 60)}**, language **${language ?? "as asked"}**, tone **${tone ?? "neutral"}**.`,
};

const zh: OwnLabels = {
  addUsage: "请给出以 http 开头的网址，以及 `public`、`internal` 或 `group:NAME`。",
  adminsOnly: "只有管理员和可以管理服务器的人才能更改设置。",
  settings: ({ mode, collection, language, tone }) =>
    `此频道：模式 **${mode}**，文档集 **${plainLine(collection ?? "全部", 60)}**，语言 **${language ?? "随提问"}**，语气 **${tone ?? "neutral"}**。`,
};

/** The words of commands. */
export function commandLabels(language: Language): CommandLabels {
  return { ...knowledgeLabels(language), ...(language === "zh" ? zh : en) };
}
