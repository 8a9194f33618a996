import { toString as plainText } from "mdast-util-to-string";
import { parse as parseYaml } from "yaml";
import { type Block, type DocumentText, prose } from "../blocks.ts";
import { createMarkdownRenderer, type MarkdownRenderer } from "./markdown-edits.ts";
import { splitMarkdown } from "./markdown-segments.ts";
import {
  type MarkdownNode,
  type MarkdownNodeOf,
  type MarkdownTree,
  parseTree,
} from "./markdown-tree.ts";
import { parsePlainText } from "./plain-text.ts";

/** Nodes that say nothing to a reader; `toml` comes from remark-frontmatter. */
const SILENT: ReadonlySet<string> = new Set(["yaml", "toml", "definition", "thematicBreak"]);

/** Turns a block of HTML inside Markdown into blocks of text. */
export type HtmlBlockReader = (html: string) => readonly Block[];

/**
 * Reads Markdown (GFM, with YAML or TOML front matter) into blocks. The text stays Markdown; list items are blocks of
 * their own so that long lists can be cut between them.
 * @param readHtml reads HTML blocks; without it their tags are dropped
 */
export function parseMarkdown(source: string, readHtml: HtmlBlockReader = dropTags): DocumentText {
  let title: string | null = null;
  const blocks = splitMarkdown(source).flatMap((segment, index) => {
    if (segment.kind === "table") return [tableOfLines(segment.lines)];
    const part = parseSegment(segment.text, readHtml);
    if (index === 0) title = part.title;
    return part.blocks;
  });
  return { title, blocks };
}

/** Quotes and lists nested deeper than anybody writes: the parser takes minutes for them or runs out of stack. */
const TOO_DEEP = /^(?:[ \t]{0,3}>){100}|^[ \t]{400,}(?:[-*+]|\d{1,9}[.)])[ \t]/mu;

function parseSegment(source: string, readHtml: HtmlBlockReader): DocumentText {
  if (TOO_DEEP.test(source)) return parsePlainText(source);
  try {
    const root = parseTree(source);
    const renderer = createMarkdownRenderer(source, root);
    return {
      title: frontMatterTitle(root),
      blocks: root.children.flatMap((node) => toBlocks(node, renderer, readHtml)),
    };
  } catch (error) {
    // Something nested too deep uses up the stack: as plain text nothing of it is lost.
    if (!(error instanceof RangeError)) throw error;
    return parsePlainText(source);
  }
}

function toBlocks(
  node: MarkdownNode,
  renderer: MarkdownRenderer,
  readHtml: HtmlBlockReader,
): readonly Block[] {
  if (node.type === "heading") return headingBlocks(node);
  if (node.type === "list") return listBlocks(node, renderer);
  if (node.type === "table") return [tableOfLines(renderer.render(node).split("\n"))];
  if (node.type === "code") return [codeBlock(node.lang ?? "", node.value)];
  if (node.type === "html") return isComment(node.value) ? [] : readHtml(node.value);
  if (SILENT.has(node.type)) return [];
  const text = renderer.render(node);
  return text === "" ? [] : [prose(text)];
}

function isComment(html: string): boolean {
  return html.startsWith("<!--") && html.indexOf("-->") === html.length - 3;
}

function headingBlocks(node: MarkdownNodeOf<"heading">): readonly Block[] {
  const text = plainText(node).replaceAll(/\s+/gu, " ").trim();
  return text === "" ? [] : [{ kind: "heading", depth: node.depth, text, page: null }];
}

function listBlocks(list: MarkdownNodeOf<"list">, renderer: MarkdownRenderer): readonly Block[] {
  return list.children.flatMap((item, index): Block[] => {
    const text = renderer.render(item);
    return text === ""
      ? []
      : [{ kind: "prose", text, glue: index === 0 ? "\n\n" : "\n", page: null }];
  });
}

/** A table from its lines of Markdown: the heading row, the row of dashes, and the rest. */
export function tableOfLines(source: readonly string[]): Block {
  const lines = source.map((line) => line.trim());
  return { kind: "table", head: lines.slice(0, 2), rows: lines.slice(2), foot: [], page: null };
}

function codeBlock(language: string, value: string): Block {
  const longest = Math.max(2, ...(value.match(/`+/gu) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return {
    kind: "code",
    head: [fence + language],
    rows: value.split("\n"),
    foot: [fence],
    page: null,
  };
}

function frontMatterTitle(root: MarkdownTree): string | null {
  const first = root.children[0];
  if (first === undefined || !("value" in first)) return null;
  if (first.type === "yaml") return titleField(first.value);
  return /^title\s*=\s*["'](.+)["']\s*$/mu.exec(String(first.value))?.[1] ?? null;
}

function titleField(yaml: string): string | null {
  try {
    const fields: unknown = parseYaml(yaml, { maxAliasCount: 10 });
    if (typeof fields !== "object" || fields === null || !("title" in fields)) return null;
    return typeof fields.title === "string" ? fields.title : null;
  } catch {
    return null;
  }
}

function dropTags(html: string): readonly Block[] {
  const text = html
    .replaceAll(/<!--[\s\S]*?-->|<(script|style)\b[\s\S]*?<\/\1\s*>/giu, "")
    .replaceAll(/<[^>]*>/gu, " ")
    .replaceAll(/[ \t]+/gu, " ")
    .trim();
  return text === "" ? [] : [prose(text)];
}
