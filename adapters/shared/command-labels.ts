import type { Language } from "../../src/core/index.ts";
import type { Standing } from "../../src/ports/document-standings.ts";
import type { Settled } from "./knowledge-marks.ts";

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
  readonly judgeEditorsOnly: string;
  readonly noJudging: string;
  readonly judgeUsage: string;
  readonly judged: Readonly<Record<Standing, (title: string) => string>>;
  /** To an editor who found an answer bad: how its documents are kept out. */
  readonly judgeHint: (titles: readonly string[], command: string) => string;
  readonly noSuchDocument: (document: string) => string;
  readonly severalDocuments: (document: string) => string;
  /** A message is in the documents from now on. */
  readonly markKept: (title: string, visibility: string) => string;
  readonly markTaken: string;
  readonly markEditorsOnly: string;
  readonly markEmpty: string;
  /** @param setting the one that says who may read it */
  readonly markPrivate: (setting: string) => string;
  readonly markRefused: (reason: string) => string;
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
  judgeEditorsOnly: "Only editors and admins may hide or boost documents.",
  noJudging: "Documents cannot be hidden or boosted from here.",
  judgeUsage: "Give the title of the document, or its address as it stands under an answer.",
  judged: {
    hidden: (title) => `Hidden: “${title}”. Nobody is answered from it any more.`,
    boosted: (title) => `Boosted: “${title}”. It comes before others that answer as well.`,
    normal: (title) => `“${title}” counts as any other document again.`,
  },
  judgeHint: (titles, command) =>
    `It rests on ${titles.map((title) => `“${title}”`).join(", ")}. As an editor you can keep a document out of answers, or put another one first: \`${command}\`.`,
  noSuchDocument: (document) =>
    `There is no document “${document}” that you may read. Give its title, or its address as it stands under an answer.`,
  severalDocuments: (document) =>
    `Several documents are called “${document}”. Give the whole path or address of one.`,
  markKept: (title, visibility) =>
    `Added to the documents: “${title}” (${visibility}). To take it out again, remove the reaction or pin, or use the menu once more.`,
  markTaken: "Taken out of the documents.",
  markEditorsOnly: "Only editors and admins may add messages to the documents.",
  markEmpty: "Not added: there are no words of a person in this message.",
  markPrivate: (setting) =>
    `Not added: this place is private, and nobody has said who may read what is added from here. An admin sets \`${setting}\`, for example to \`group:hr\`; it is never public.`,
  markRefused: (reason) => `Not added. ${reason}`,
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
  judgeEditorsOnly: "只有编辑和管理员可以隐藏或优先文档。",
  noJudging: "这里不能隐藏或优先文档。",
  judgeUsage: "请给出文档的标题，或回答下面所列的地址。",
  judged: {
    hidden: (title) => `已隐藏：“${title}”。不再用它回答。`,
    boosted: (title) => `已优先：“${title}”。同样能回答时，它排在前面。`,
    normal: (title) => `“${title}”恢复为普通文档。`,
  },
  judgeHint: (titles, command) =>
    `这个回答依据${titles.map((title) => `“${title}”`).join("、")}。作为编辑，您可以让某个文档不再用于回答，或让另一个优先：\`${command}\`。`,
  noSuchDocument: (document) =>
    `没有您可以阅读的文档“${document}”。请给出标题，或回答下面所列的地址。`,
  severalDocuments: (document) => `有多个文档叫“${document}”。请给出完整的路径或地址。`,
  markKept: (title, visibility) =>
    `已加入文档：“${title}”（${visibility}）。要撤回，请去掉表情回应或取消置顶，或再用一次菜单。`,
  markTaken: "已从文档中移除。",
  markEditorsOnly: "只有编辑和管理员可以把消息加入文档。",
  markEmpty: "未加入：这条消息里没有人写的文字。",
  markPrivate: (setting) =>
    `未加入：这里是私密的，还没有设定谁可以阅读从这里加入的内容。管理员可设置 \`${setting}\`，例如 \`group:hr\`；不会公开。`,
  markRefused: (reason) => `未加入。${reason}`,
};

/** What somebody is told who marked a message, or took a mark away; null for nothing. */
export function markWords(
  settled: Settled,
  labels: KnowledgeLabels,
  setting: string,
): string | null {
  switch (settled.type) {
    case "kept":
      return labels.markKept(settled.title, settled.visibility);
    case "taken":
      return labels.markTaken;
    case "not-editor":
      return labels.markEditorsOnly;
    case "empty":
      return labels.markEmpty;
    case "private":
      return labels.markPrivate(setting);
    case "refused":
      return labels.markRefused(settled.reason);
    case "nothing":
      return null;
  }
}

/** The words that commands have in common. */
export function knowledgeLabels(language: Language): KnowledgeLabels {
  return language === "zh" ? zh : en;
}
