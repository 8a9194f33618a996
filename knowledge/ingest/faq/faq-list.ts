import { type Block, prose } from "../blocks.ts";
import { parseHtmlFragment } from "../parse/html.ts";
import { parseMarkdown } from "../parse/markdown.ts";

/** One entry of a list of questions and answers. */
export interface FaqEntry {
  readonly question: string;
  /** Plain text, Markdown or HTML. */
  readonly answer: string;
  /** Other ways to ask the same. */
  readonly variants: readonly string[];
  /** What it is about; entries with the same one in a row stand under it. */
  readonly category: string;
}

/** Names, in small letters, under which people keep the parts of an entry. */
export const FAQ_FIELDS = {
  question: ["question", "q", "title", "prompt", "faq", "问题", "问", "标题", "問題", "標題"],
  answer: [
    "answer",
    "a",
    "answers",
    "response",
    "reply",
    "text",
    "content",
    "body",
    "答案",
    "回答",
    "答",
    "内容",
    "內容",
  ],
  variants: ["variants", "alternatives", "questions", "synonyms", "相似问题", "相似问"],
  category: ["category", "section", "topic", "group", "分类", "类别", "主题", "分類", "類別"],
} as const;

/** Only these make a table one of questions and answers: "title" and "text" head tables of any kind. */
const QUESTION_HEADS: readonly string[] = ["question", "q", "问题", "问", "問題"];
const ANSWER_HEADS: readonly string[] = ["answer", "a", "response", "答案", "回答", "答"];

/** Reads rows of a table whose heading row names a question and an answer; null when it does not. */
export function faqColumns(head: readonly string[]): ((row: readonly string[]) => FaqEntry) | null {
  const names = head.map((name) => name.toLowerCase());
  const question = names.findIndex((name) => QUESTION_HEADS.includes(name));
  const answer = names.findIndex((name) => ANSWER_HEADS.includes(name));
  if (question < 0 || answer < 0) return null;
  const category = names.findIndex((name) => includes(FAQ_FIELDS.category, name));
  return (row) => ({
    question: row[question] ?? "",
    answer: row[answer] ?? "",
    variants: [],
    category: row[category] ?? "",
  });
}

function includes(names: readonly string[], name: string): boolean {
  return names.includes(name);
}

/** Each question becomes a heading with its answer below; entries without an answer are left out. */
export function faqBlocks(entries: readonly FaqEntry[]): readonly Block[] {
  const blocks: Block[] = [];
  let category = "";
  for (const entry of entries) {
    const answer = answerBlocks(entry.answer);
    if (answer.length === 0) continue;
    if (entry.category !== category) {
      category = entry.category;
      if (category !== "") blocks.push(heading(1, category));
    }
    if (entry.question !== "") blocks.push(heading(category === "" ? 1 : 2, entry.question));
    blocks.push(...answer);
    if (entry.variants.length > 0) blocks.push(prose(entry.variants.join("\n")));
  }
  return blocks;
}

function heading(depth: number, text: string): Block {
  return { kind: "heading", depth, text: text.replaceAll(/\s+/gu, " ").trim(), page: null };
}

const HTML_TAG = /<(?:p|div|br|ul|ol|li|table|a|b|strong|em|h[1-6])\b[^>]*>/iu;

/** Headings inside an answer are no questions of their own. */
function answerBlocks(answer: string): readonly Block[] {
  const blocks = HTML_TAG.test(answer) ? parseHtmlFragment(answer) : parseMarkdown(answer).blocks;
  return blocks.map((block) =>
    block.kind === "heading" ? prose(`**${block.text}**`, block.page) : block,
  );
}
