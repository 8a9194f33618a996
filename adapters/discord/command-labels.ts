import type { Language } from "../../src/core/index.ts";
import { type KnowledgeLabels, knowledgeLabels } from "../shared/command-labels.ts";

/** What commands say, in the language that the reader has set in Discord. */
export interface CommandLabels extends KnowledgeLabels {
  readonly addUsage: string;
  readonly adminsOnly: string;
  readonly settings: (mode: string, collection: string | null) => string;
}

type OwnLabels = Omit<CommandLabels, keyof KnowledgeLabels>;

const en: OwnLabels = {
  addUsage: "Give a web address that begins with http, and `public`, `internal` or `group:NAME`.",
  adminsOnly: "Only admins and people who may manage this server may change settings.",
  settings: (mode, collection) =>
    `In this channel: mode **${mode}**, collection **${collection ?? "all"}**.`,
};

const zh: OwnLabels = {
  addUsage: "请给出以 http 开头的网址，以及 `public`、`internal` 或 `group:NAME`。",
  adminsOnly: "只有管理员和可以管理服务器的人才能更改设置。",
  settings: (mode, collection) => `此频道：模式 **${mode}**，文档集 **${collection ?? "全部"}**。`,
};

/** The words of commands. */
export function commandLabels(language: Language): CommandLabels {
  return { ...knowledgeLabels(language), ...(language === "zh" ? zh : en) };
}
