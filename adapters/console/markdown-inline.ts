import type { Inline } from "./markdown-tree.ts";
import { safeText } from "./safe-text.ts";
import { type Span, span } from "./spans.ts";
import type { Style } from "./theme.ts";

/** What inline rendering needs besides the node. */
export interface InlineContext {
  /** The Markdown that was parsed: what has no look of its own is shown as it was written. */
  readonly source: string;
  readonly isPlain: boolean;
}

interface Positioned {
  readonly position?:
    | {
        readonly start: { readonly offset?: number | undefined };
        readonly end: { readonly offset?: number | undefined };
      }
    | undefined;
}

/** The Markdown of a node as it was written. */
export function sourceOf(node: Positioned, source: string): string {
  const start = node.position?.start.offset ?? 0;
  return safeText(source.slice(start, node.position?.end.offset ?? start));
}

const WIDE = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/** A line break inside a paragraph is a space, and nothing between Chinese characters. */
function joinSoftBreaks(text: string): string {
  return text.replaceAll(/([^\n]?)\n(?=([^\n]?))/gu, (_all, before: string, after: string) =>
    WIDE.test(before) && WIDE.test(after) ? before : `${before} `,
  );
}

// CommonMark does not see the end of "**注意：**请" because a letter follows the punctuation; readers do.
const LEFT_OVER_STRONG = /\*\*(?=\S)([^*\n]{1,300}?)(?<=\S)\*\*/gu;
const REFERENCE = /\[\d{1,3}\]/gu;

function splitBy(
  text: string,
  pattern: RegExp,
  styles: readonly Style[],
  style: Style,
  inner: (match: RegExpMatchArray) => string,
): readonly Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index > end) spans.push({ text: text.slice(end, match.index), styles });
    spans.push({ text: inner(match), styles: [...styles, style] });
    end = match.index + match[0].length;
  }
  if (end < text.length) spans.push({ text: text.slice(end), styles });
  return spans;
}

function textSpans(text: string, styles: readonly Style[]): readonly Span[] {
  const strong = splitBy(
    joinSoftBreaks(text),
    LEFT_OVER_STRONG,
    styles,
    "strong",
    (match) => match[1] ?? "",
  );
  return strong.flatMap((part) =>
    splitBy(part.text, REFERENCE, part.styles, "reference", (match) => match[0]),
  );
}

function linkSpans(
  node: Extract<Inline, { type: "link" }>,
  context: InlineContext,
  styles: readonly Style[],
): readonly Span[] {
  const label = inlineSpans(node.children, context, [...styles, "link"]);
  const words = label.map(({ text }) => text).join("");
  const url = safeText(node.url).replaceAll(/\s/gu, "");
  if (words === url || `mailto:${words}` === url || `http://${words}` === url) return label;
  return [...label, span(` (${url})`, ...styles, "dim")];
}

function nodeSpans(
  node: Inline,
  context: InlineContext,
  styles: readonly Style[],
): readonly Span[] {
  switch (node.type) {
    case "text":
      return textSpans(safeText(node.value), styles);
    case "strong":
      return inlineSpans(node.children, context, [...styles, "strong"]);
    case "emphasis":
      return inlineSpans(node.children, context, [...styles, "emphasis"]);
    case "delete":
      return inlineSpans(node.children, context, [...styles, "struck"]);
    case "inlineCode": {
      const code = safeText(node.value);
      return [span(context.isPlain ? `\`${code}\`` : code, ...styles, "code")];
    }
    case "break":
      return [span("\n", ...styles)];
    case "link":
      return linkSpans(node, context, styles);
    case "html":
    case "image":
    case "imageReference":
    case "linkReference":
    case "footnoteReference":
      return textSpans(sourceOf(node, context.source), styles);
  }
}

/** The text inside a paragraph, heading or cell. */
export function inlineSpans(
  nodes: readonly Inline[],
  context: InlineContext,
  styles: readonly Style[] = [],
): readonly Span[] {
  return nodes.flatMap((node) => nodeSpans(node, context, styles));
}
