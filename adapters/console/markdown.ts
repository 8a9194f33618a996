import { type InlineContext, inlineSpans, sourceOf } from "./markdown-inline.ts";
import { tableLines } from "./markdown-table.ts";
import { type Block, type List, type ListItem, parseMarkdown } from "./markdown-tree.ts";
import { safeText } from "./safe-text.ts";
import { joinBlocks, type Line, prefixLines, span } from "./spans.ts";
import { wrapSpans } from "./wrap.ts";

// The parser's time grows with the square of these (a line of 15,000 list markers took it two minutes): texts beyond
// them are shown as they were written.
const MAX_LENGTH = 16_000;
const MAX_DELIMITERS = 2_000;
const DEEP_NESTING = /^(?:[ \t]*(?:[>*+-]|\d{1,9}[.)])){16}/mu;
const RULE_WIDTH = 24;

function isWild(markdown: string): boolean {
  return (
    markdown.length > MAX_LENGTH ||
    DEEP_NESTING.test(markdown) ||
    (markdown.match(/[*_~]/gu)?.length ?? 0) > MAX_DELIMITERS
  );
}

function itemMarker(list: List, item: ListItem, index: number): string {
  if (typeof item.checked === "boolean") return item.checked ? "☑ " : "☐ ";
  return list.ordered === true ? `${(list.start ?? 1) + index}. ` : "• ";
}

function listLines(list: List, width: number, context: InlineContext): readonly Line[] {
  const items = list.children.map((item, index) => {
    const marker = itemMarker(list, item, index);
    const inner = blockLines(item.children, width - marker.length, context, item.spread === true);
    const lines = inner.length === 0 ? [[]] : inner;
    return prefixLines(lines, span(marker, "accent"), span(" ".repeat(marker.length)));
  });
  return list.spread === true ? joinBlocks(items) : items.flat();
}

function codeLines(code: string, width: number): readonly Line[] {
  const lines = wrapSpans([span(safeText(code), "code")], width - 4);
  return prefixLines(lines, span("    "), span("    "));
}

function oneBlock(node: Block, width: number, context: InlineContext): readonly Line[] {
  switch (node.type) {
    case "paragraph":
      return wrapSpans(inlineSpans(node.children, context), width);
    case "heading":
      return wrapSpans(
        inlineSpans(node.children, context, [node.depth <= 2 ? "heading" : "strong"]),
        width,
      );
    case "list":
      return listLines(node, width, context);
    case "blockquote":
      return prefixLines(
        blockLines(node.children, width - 2, context, true),
        span("│ ", "dim"),
        span("│ ", "dim"),
      );
    case "code":
      return codeLines(node.value, width);
    case "thematicBreak":
      return [[span("─".repeat(Math.min(RULE_WIDTH, width)), "dim")]];
    case "table":
      return tableLines(node, width, context);
    case "html":
    case "definition":
    case "footnoteDefinition":
    case "yaml":
      return wrapSpans([span(sourceOf(node, context.source))], width);
    // The tree's types allow these between blocks; the parser never puts them there.
    case "break":
    case "delete":
    case "emphasis":
    case "footnoteReference":
    case "image":
    case "imageReference":
    case "inlineCode":
    case "link":
    case "linkReference":
    case "listItem":
    case "strong":
    case "tableCell":
    case "tableRow":
    case "text":
      return [];
  }
}

function blockLines(
  nodes: readonly Block[],
  width: number,
  context: InlineContext,
  isSpread: boolean,
): readonly Line[] {
  const blocks = nodes.map((node) => oneBlock(node, width, context));
  return isSpread ? joinBlocks(blocks) : blocks.flat();
}

/**
 * Lays Markdown out for a terminal. Images, raw HTML and whatever else a terminal cannot show stay as they were
 * written; nothing is fetched and no link is hidden behind its words.
 * @param options.width columns; `Infinity` wraps nothing
 */
export function markdownLines(
  markdown: string,
  options: { readonly width: number; readonly isPlain: boolean },
): readonly Line[] {
  if (isWild(markdown)) {
    const text = safeText(markdown).replaceAll(/\n{3,}/gu, "\n\n");
    return wrapSpans([span(text)], options.width);
  }
  const context = { source: markdown, isPlain: options.isPlain };
  return blockLines(parseMarkdown(markdown), options.width, context, true);
}
