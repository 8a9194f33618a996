import type { Block } from "../blocks.ts";

/** Lines that pages carry for their own sake. Whole blocks only, so that a sentence that mentions one stays. */
const PHRASES: readonly RegExp[] = [
  /^(?:skip|jump) to (?:the )?(?:main )?(?:content|navigation|search)$/iu,
  /^(?:edit|view|improve) (?:this|the) page(?: (?:on|in) \w+)?$/iu,
  /^(?:was|is) this (?:page|article|information) (?:helpful|useful)\??(?: yes)?(?: no)?$/iu,
  /^(?:share|print|tweet|copy link|copy|back to top|table of contents|on this page|advertisement|loading\W*)$/iu,
  /^(?:share|follow us) (?:this|on)\b.{0,40}$/iu,
  /^(?:previous|next)(?: (?:page|article|post))?(?:\s*[:»›→].{0,60})?$/iu,
  /^(?:we|this (?:web)?site) uses? cookies\b.{0,200}$/iu,
  /^(?:accept|reject|allow)(?: all)?(?: cookies)?$/iu,
  /^(?:copyright\s*)?(?:©|\(c\))\s*(?:copyright\s*)?\d{4}.{0,120}$/iu,
  /^.{0,80}\ball rights reserved\b.{0,40}$/iu,
  /^(?:跳转到|跳至|跳到)(?:主要)?(?:内容|导航|正文)$/u,
  /^(?:返回|回到)顶部$/u,
  /^(?:上一篇|下一篇|上一页|下一页)(?:[:：].{0,60})?$/u,
  /^(?:分享|打印|复制链接|编辑本页|编辑此页|本页目录|目录|收藏)$/u,
  /^.{0,40}版权所有.{0,60}$/u,
  /^(?:本文|此页面|本页)?(?:对您|对你)?(?:是否)?有(?:帮助|用)吗?[?？]?(?:是)?(?:否)?$/u,
];

const MAX_LENGTH = 240;

/** Drops what web pages say about themselves: skip links, share buttons, cookie and copyright lines. */
export function dropBoilerplate(blocks: readonly Block[]): Block[] {
  return blocks.filter((block) => !isBoilerplate(block));
}

function isBoilerplate(block: Block): boolean {
  if (block.kind !== "prose" || block.text.length > MAX_LENGTH) return false;
  const text = block.text.replaceAll(/[*_`]|^\s*[-+]\s+|\[|\]\([^)]*\)/gu, "").trim();
  return text === "" || PHRASES.some((phrase) => phrase.test(text));
}
