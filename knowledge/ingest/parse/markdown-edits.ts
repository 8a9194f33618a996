import { toString as plainText } from "mdast-util-to-string";
import type { MarkdownNode, MarkdownNodeOf, MarkdownTree } from "./markdown-tree.ts";

/** One replacement in the source text. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Addresses that lead somewhere from a chat; the rest (`./setup.md`, `#top`, `data:`) only means something in place. */
const ABSOLUTE = /^(?:https?:\/\/|mailto:|tel:)/iu;

const HTML_TAG =
  /^<\/?(?:a|abbr|b|big|br|center|cite|code|dd|del|details|dfn|div|dl|dt|em|figure|figcaption|font|h[1-6]|hr|i|img|ins|kbd|li|mark|ol|p|picture|pre|q|s|samp|small|source|span|strike|strong|sub|summary|sup|table|tbody|td|th|thead|time|tr|tt|u|ul|var|video|wbr)(?=[\s/>])[^>]*>$/iu;

/** Cuts the text of Markdown nodes out of its source, with links, pictures and HTML made fit to be read elsewhere. */
export interface MarkdownRenderer {
  /** The source of a node, tidied. */
  render(node: MarkdownNode): string;
}

/**
 * Prepares {@link MarkdownRenderer} for a document. Text stays verbatim but for: reference links become inline links,
 * links that lead nowhere outside the document become their text, pictures become their description, HTML comments
 * and common tags go (`<your-token>` is no tag and stays).
 */
export function createMarkdownRenderer(source: string, root: MarkdownTree): MarkdownRenderer {
  const targets = new Map<string, string>();
  for (const node of root.children) {
    if (node.type === "definition") targets.set(node.identifier, node.url);
  }
  return {
    render: (node) => {
      const start = node.position?.start.offset ?? 0;
      const end = node.position?.end.offset ?? start;
      return applyEdits(source.slice(start, end), start, collectEdits(node, targets)).trim();
    },
  };
}

function collectEdits(node: MarkdownNode, targets: ReadonlyMap<string, string>): Edit[] {
  const edits: Edit[] = [];
  const pending: MarkdownNode[] = [node];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const text = replacement(next, targets);
    const start = next.position?.start.offset;
    const end = next.position?.end.offset;
    if (text !== null && start !== undefined && end !== undefined) edits.push({ start, end, text });
    else if ("children" in next) pending.push(...next.children);
  }
  return edits.sort((a, b) => a.start - b.start);
}

/** What stands for a node, or null when it stays as it is. */
function replacement(node: MarkdownNode, targets: ReadonlyMap<string, string>): string | null {
  if (node.type === "link") {
    return isFitToStay(node) ? null : linkText(node.url, node);
  }
  if (node.type === "linkReference") {
    const url = targets.get(node.identifier);
    return url === undefined ? null : linkText(url, node);
  }
  if (node.type === "image" || node.type === "imageReference") return node.alt ?? "";
  return node.type === "html" ? htmlReplacement(node.value) : null;
}

/** An outside link with a text of its own. */
function isFitToStay(link: MarkdownNodeOf<"link">): boolean {
  const hasPicture = link.children.some((child) => child.type.startsWith("image"));
  return ABSOLUTE.test(link.url) && !hasPicture && plainText(link) !== link.url;
}

function linkText(url: string, node: MarkdownNode): string {
  const text = plainText(node);
  return ABSOLUTE.test(url) && text !== "" && text !== url ? `[${text}](${url})` : text;
}

function htmlReplacement(html: string): string | null {
  if (html.startsWith("<!--")) return "";
  if (/^<br\b/iu.test(html)) return " ";
  return HTML_TAG.test(html) ? "" : null;
}

function applyEdits(text: string, offset: number, edits: readonly Edit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits) {
    result += text.slice(at, edit.start - offset) + edit.text;
    at = edit.end - offset;
  }
  return result + text.slice(at);
}
