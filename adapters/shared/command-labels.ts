import type { Language } from "../../src/core/index.ts";

/** What commands say alike on every platform, in the reader's language. */
export interface KnowledgeLabels {
  readonly noSearch: string;
  readonly nothingFound: (query: string) => string;
  readonly noList: string;
  readonly noDocuments: string;
  readonly andMore: (count: number) => string;
  readonly noAdding: string;
  readonly editorsOnly: string;
  readonly added: (url: string, visibility: string) => string;
  readonly notAdded: (url: string, reason: string) => string;
  readonly failed: string;
}

const en: KnowledgeLabels = {
  noSearch: "Search is not available here.",
  nothingFound: (query) => `Nothing is found for “${query}”.`,
  noList: "The list of documents is not available here.",
  noDocuments: "There are no documents that you may read.",
  andMore: (count) => `… and ${count} more`,
  noAdding: "Documents cannot be added from here.",
  editorsOnly: "Only editors and admins may add documents.",
  added: (url, visibility) => `Added: ${url} (${visibility}).`,
  notAdded: (url, reason) => `Not added: ${url}. ${reason}`.trim(),
  failed: "That did not work. Please try again in a moment.",
};

const zh: KnowledgeLabels = {
  noSearch: "这里不能搜索。",
  nothingFound: (query) => `没有找到“${query}”。`,
  noList: "这里不能查看文档列表。",
  noDocuments: "没有您可以阅读的文档。",
  andMore: (count) => `……还有 ${count} 个`,
  noAdding: "这里不能添加文档。",
  editorsOnly: "只有编辑和管理员可以添加文档。",
  added: (url, visibility) => `已添加：${url}（${visibility}）。`,
  notAdded: (url, reason) => `未能添加：${url}。${reason}`.trim(),
  failed: "没有成功，请稍后再试。",
};

/** The words that commands have in common. */
export function knowledgeLabels(language: Language): KnowledgeLabels {
  return language === "zh" ? zh : en;
}
