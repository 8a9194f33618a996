import type { Language } from "../../src/core/index.ts";

/** What commands say, in the language that the reader has set in Discord. */
export interface CommandLabels {
  readonly noSearch: string;
  readonly nothingFound: (query: string) => string;
  readonly noList: string;
  readonly noDocuments: string;
  readonly andMore: (count: number) => string;
  readonly noAdding: string;
  readonly editorsOnly: string;
  readonly addUsage: string;
  readonly added: (url: string, visibility: string) => string;
  readonly notAdded: (url: string, reason: string) => string;
  readonly adminsOnly: string;
  readonly settings: (mode: string, collection: string | null) => string;
  readonly failed: string;
}

const en: CommandLabels = {
  noSearch: "Search is not available here.",
  nothingFound: (query) => `Nothing is found for “${query}”.`,
  noList: "The list of documents is not available here.",
  noDocuments: "There are no documents that you may read.",
  andMore: (count) => `… and ${count} more`,
  noAdding: "Documents cannot be added from here.",
  editorsOnly: "Only editors and admins may add documents.",
  addUsage: "Give a web address that begins with http, and `public`, `internal` or `group:NAME`.",
  added: (url, visibility) => `Added: ${url} (${visibility}).`,
  notAdded: (url, reason) => `Not added: ${url}. ${reason}`.trim(),
  adminsOnly: "Only admins and people who may manage this server may change settings.",
  settings: (mode, collection) =>
    `In this channel: mode **${mode}**, collection **${collection ?? "all"}**.`,
  failed: "That did not work. Please try again in a moment.",
};

const zh: CommandLabels = {
  noSearch: "这里不能搜索。",
  nothingFound: (query) => `没有找到“${query}”。`,
  noList: "这里不能查看文档列表。",
  noDocuments: "没有您可以阅读的文档。",
  andMore: (count) => `……还有 ${count} 个`,
  noAdding: "这里不能添加文档。",
  editorsOnly: "只有编辑和管理员可以添加文档。",
  addUsage: "请给出以 http 开头的网址，以及 `public`、`internal` 或 `group:NAME`。",
  added: (url, visibility) => `已添加：${url}（${visibility}）。`,
  notAdded: (url, reason) => `未能添加：${url}。${reason}`.trim(),
  adminsOnly: "只有管理员和可以管理服务器的人才能更改设置。",
  settings: (mode, collection) => `此频道：模式 **${mode}**，文档集 **${collection ?? "全部"}**。`,
  failed: "没有成功，请稍后再试。",
};

/** The words of commands. */
export function commandLabels(language: Language): CommandLabels {
  return language === "zh" ? zh : en;
}
