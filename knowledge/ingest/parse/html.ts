import { Readability } from "@mozilla/readability";
import { type HtmlDocument, type HtmlElement, parseHTML } from "linkedom";
import TurndownService from "turndown";
import { type Block, type DocumentText, prose } from "../blocks.ts";
import { dropBoilerplate } from "./boilerplate.ts";
import {
  keepNotes,
  removeChrome,
  removeUnreadable,
  resolveLinks,
  settleHeadings,
  settlePreformatted,
} from "./html-clean.ts";
import { takeTables } from "./html-tables.ts";
import { parseMarkdown, tableOfLines } from "./markdown.ts";

/** Readability's article is taken when it keeps this share of the text outside navigation; below, it lost too much. */
const ARTICLE_SHARE = 0.6;
/** Text without which an element that says it is the main one is not believed. */
const MIN_MAIN_LENGTH = 200;
/** Pages nested deeper are not written for readers; DOM libraries take minutes for them or run out of stack. */
const MAX_DEPTH = 1000;
/** Elements that are closed by their own end tag only. */
const NESTING_TAG =
  /<(\/?)(?:div|span|table|section|article|ul|ol|blockquote|b|i|em|strong|font|a|center)\b/giu;

/**
 * Reads a web page: the article without navigation, scripts and hidden text, as Markdown blocks. Pages of which the
 * article cannot be told keep their whole body.
 * @param base the page's address, to complete links; null for a file
 */
export function parseHtml(html: string, base: string | null): DocumentText {
  const bare = (): DocumentText => ({ title: titleTag(html), blocks: bareText(html) });
  if (nestingDepth(html) > MAX_DEPTH) return bare();
  try {
    return parsePage(html, base);
  } catch (error) {
    // The stack of the DOM library is used up by something nested too deep: then the bare text must do.
    if (!(error instanceof RangeError)) throw error;
    return bare();
  }
}

function nestingDepth(html: string): number {
  let depth = 0;
  let deepest = 0;
  for (const tag of html.matchAll(NESTING_TAG)) {
    depth = Math.max(0, depth + (tag[1] === "/" ? -1 : 1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

/** Reads a piece of HTML that stands inside another document. */
export function parseHtmlFragment(html: string): readonly Block[] {
  if (nestingDepth(html) > MAX_DEPTH) return bareText(html);
  try {
    const document = openDocument(html);
    removeUnreadable(document);
    return document.body === null ? [] : toBlocks(document.body, null);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return bareText(html);
  }
}

function parsePage(html: string, base: string | null): DocumentText {
  const document = openDocument(html);
  const pageBase = completeBase(document, base);
  const title = pageTitle(document);
  removeUnreadable(document);
  keepNotes(document);
  const article = new Readability(document.cloneNode(true), {
    disableJSONLD: true,
    keepClasses: true,
  }).parse();
  const region = mainRegion(document);
  const articleLength = textLength(article?.textContent ?? "");
  const isArticle = articleLength > textLength(region?.textContent ?? "") * ARTICLE_SHARE;
  const page = isArticle ? openDocument(article?.content ?? "").body : region;
  return { title, blocks: page === null ? [] : dropBoilerplate(toBlocks(page, pageBase)) };
}

/**
 * Parses HTML with everything in the body. The library does not repair pages that lack a body or have elements
 * before it, and then finds nothing in them.
 */
function openDocument(html: string): HtmlDocument {
  const content = html
    .replaceAll(/<!doctype[^>]*>|<\?xml[^>]*>|<\/?(?:html|head|body)(?:\s[^>]*)?>/giu, "")
    .replaceAll(/<(title|script|style|textarea)((?:\s[^>]*)?)\/>/giu, "<$1$2></$1>");
  return parseHTML(`<!doctype html><html><head></head><body>${content}</body></html>`).document;
}

function completeBase(document: HtmlDocument, base: string | null): string | null {
  const named = document.querySelector("base[href]")?.getAttribute("href") ?? null;
  if (named === null) return base;
  if (base === null) return /^https?:/iu.test(named) && URL.canParse(named) ? named : null;
  return URL.canParse(named, base) ? new URL(named, base).href : base;
}

/** The one top heading, or what the page calls itself without the name of its site. */
function pageTitle(document: HtmlDocument): string | null {
  const headings = [...document.querySelectorAll("h1")];
  const heading = headings.length === 1 ? (headings[0]?.textContent ?? "") : "";
  if (heading.trim() !== "") return heading.replaceAll("¶", "");
  const named =
    document.querySelector("meta[property='og:title']")?.getAttribute("content") ??
    document.querySelector("title")?.textContent ??
    "";
  const parts = named.split(/\s+[|\-–—·»_]\s+/u);
  const own = parts[0]?.trim() ?? "";
  const title = own.length >= 4 || parts.length === 1 ? own : named.trim();
  return title === "" ? null : title;
}

/** The element that says it is the main one, else the body; without navigation and footers. */
function mainRegion(document: HtmlDocument): HtmlElement | null {
  removeChrome(document);
  for (const selector of ["main,[role='main']", "article"]) {
    const found = [...document.querySelectorAll(selector)];
    const only = found.length === 1 ? found[0] : undefined;
    if (only !== undefined && textLength(only.textContent) >= MIN_MAIN_LENGTH) return only;
  }
  return document.body;
}

function textLength(text: string): number {
  return text.replaceAll(/\s+/gu, " ").trim().length;
}

function toBlocks(page: HtmlElement, base: string | null): readonly Block[] {
  settleHeadings(page);
  settlePreformatted(page);
  resolveLinks(page, base);
  const tables = takeTables(page, (cell) => turndown.turndown(cell));
  return parseMarkdown(turndown.turndown(page)).blocks.flatMap((block) => {
    const lines = "text" in block ? tables.get(block.text) : undefined;
    return lines === undefined ? [settleText(block, tables)] : [tableOfLines(lines)];
  });
}

const turndown = new TurndownService({
  headingStyle: "atx",
  codeBlockStyle: "fenced",
  bulletListMarker: "-",
  emDelimiter: "*",
});

// The library escapes every mark that Markdown might take for its own (`max\_connections`), which would spoil search and
// quotations. What starts a line or looks like a tag is enough; the marks are taken out again after parsing.
turndown.escape = (text) =>
  text.replaceAll(/<(?=[a-z/!])/giu, "\\<").replaceAll(/^(\s*)([#>+=~-]|\d+\.)/gu, "$1\\$2");

/** Puts tables inside list items back, takes the escapes out again, and the wide margins that the library gives to lists. */
function settleText(block: Block, tables: ReadonlyMap<string, readonly string[]>): Block {
  if (!("text" in block)) return block;
  const text = block.text
    .replaceAll(/XTABLE\d+X/gu, (mark) => tables.get(mark)?.join("\n") ?? mark)
    .replaceAll(/\\([<#>+=~-]|\d+\.)/gu, "$1")
    .replaceAll(/^(\s*(?:-|\d+\.)) {2,}/gmu, "$1 ")
    .replaceAll(/[ \t]+$/gmu, "")
    .replaceAll(/\n{2,}(?=\s*(?:-|\d+\.) )/gu, "\n")
    .replaceAll(/\n{3,}/gu, "\n\n");
  return { ...block, text };
}

function titleTag(html: string): string | null {
  return /<title[^>]*>([^<]{1,500})/iu.exec(html)?.[1]?.trim() ?? null;
}

/** The text of a page without a DOM: tags and what is never shown are cut out. */
function bareText(html: string): Block[] {
  const text = html
    .replaceAll(/<!--[\s\S]*?-->|<(script|style|title|noscript)\b[\s\S]*?<\/\1\s*>/giu, "")
    .replaceAll(
      /<\/?(?:p|div|br|li|tr|h[1-6]|section|article|table|ul|ol|blockquote)\b[^>]*>/giu,
      "\n\n",
    )
    .replaceAll(/<[^>]*>/gu, "");
  return text
    .split(/\n\s*\n/u)
    .map((part) => part.replaceAll(/\s+/gu, " ").trim())
    .filter((part) => part !== "")
    .map((part) => prose(part));
}
