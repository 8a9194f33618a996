import type { ReplyOption } from "../../src/core/index.ts";
import { hasTerm, indexTerms, matchable, type Term, termsOf } from "../language/index.ts";

/** What a free text says about offered options. */
export type OptionMatch =
  | { readonly type: "option"; readonly id: string }
  | { readonly type: "none" }
  | { readonly type: "every" };

const NUMERALS: readonly (readonly [pattern: string, number: number])[] = [
  ["1|one|first|1st|一|壹|①", 1],
  ["2|two|second|2nd|二|两|②", 2],
  ["3|three|third|3rd|三|③", 3],
  ["4|four|fourth|4th|四|④", 4],
  ["5|five|fifth|5th|五|⑤", 5],
];

const ENGLISH_FRAME_START =
  "(?:(?:um+|uh|well|ok|okay|yes|yeah|yep|oh|so|i think|i guess|i mean|i meant|i'd say|let's go with|let's take|go with|take|choose|pick|i choose|i pick|i want|i need|i'd like|it's|its|that's|that would be|it is|probably|maybe|rather|definitely|the)[,.\\s]+)*";
const ENGLISH_FRAME_END =
  "(?:\\s+(?:one|option|choice|answer|of (?:those|these|them)))?(?:[,\\s]+(?:please|thanks|thank you|i think|i guess))*";
const CHINESE_FRAME_START =
  "(?:(?:嗯|哦|好的|好|我选|我要|我想要|我想问的是|我问的是|我是说|我指的是|指的是|应该是|就是|是|选|就|要|那就|那)[,，\\s]*)*";
const CHINESE_FRAME_END = "(?:个|项|种|条|号|选项|的)*(?:吧|呢|啊|谢谢|,|，)*";

const NONE =
  /^(?:none(?: of (?:these|those|them|the above))?|neither(?: of (?:these|those|them))?|no(?:t| not)? (?:any|one) of (?:these|those|them)|something else|other|another one|no option fits|(?:以上|这些|上面)?(?:都不是|都不对|都不)(?:的)?|没有一个(?:是|对)?|其他的?|别的|另外的?|没有我要的|不是这些)[.。!！\s]*$/u;
const EVERY =
  /^(?:(?:i want |i mean |i need )?(?:both|all)(?: of (?:them|these|those|the above))?(?: please)?|all (?:three|four)|两个都要?|都要?|全部|所有|都要看|都想知道|两者都要?|两种都要?)[.。!！\s]*$/u;
const MAX_CHOICE_CHARACTERS = 200;

function ordinalOf(text: string, count: number): number | null {
  const bare = text.replace(/[\s.。!！)）、]+$/u, "").replace(/^[(（#]+\s*/u, "");
  if (count === 2 && /^(?:the )?former$|^前(?:者|一个|面那个|面的)$/u.test(bare)) return 1;
  if (count === 2 && /^(?:the )?latter$|^后(?:者|一个|面那个|面的)$/u.test(bare)) return 2;
  const last = new RegExp(
    `^${ENGLISH_FRAME_START}last${ENGLISH_FRAME_END}$|^${CHINESE_FRAME_START}最后(?:一)?${CHINESE_FRAME_END}$`,
    "u",
  );
  if (last.test(bare)) return count;
  for (const [pattern, number] of NUMERALS) {
    const english = `^${ENGLISH_FRAME_START}(?:(?:option|number|no\\.?|choice|answer)\\s*)?#?(?:${pattern})${ENGLISH_FRAME_END}$`;
    const chinese = `^${CHINESE_FRAME_START}(?:第|选项)?\\s*(?:${pattern})${CHINESE_FRAME_END}$`;
    if (number <= count && new RegExp(`${english}|${chinese}`, "u").test(bare)) return number;
  }
  return null;
}

function weigh(terms: readonly Term[]): number {
  return terms.reduce((sum, term) => sum + (term.isOptional ? 0.25 : 1), 0);
}

/** Share of the text's terms in the label and of the label's own terms in the text. */
function overlap(
  text: string,
  label: string,
): { readonly ofText: number; readonly ofLabel: number } {
  const textTerms = termsOf(text);
  const labelTerms = termsOf(label);
  if (textTerms.length === 0 || labelTerms.length === 0) return { ofText: 0, ofLabel: 0 };
  const inText = indexTerms(text);
  const inLabel = indexTerms(label);
  return {
    ofText: weigh(textTerms.filter((term) => hasTerm(inLabel, term))) / weigh(textTerms),
    ofLabel: weigh(labelTerms.filter((term) => hasTerm(inText, term))) / weigh(labelTerms),
  };
}

function labelMatch(text: string, options: readonly ReplyOption[]): string | null {
  const same = options.find((option) => matchable(option.label) === text);
  if (same !== undefined) return same.id;
  const scored = options
    .map((option) => ({ id: option.id, ...overlap(text, option.label) }))
    .map(({ id, ofText, ofLabel }) => ({ id, ofText, ofLabel, score: ofText + ofLabel }))
    .toSorted((left, right) => right.score - left.score);
  const [best, next] = scored;
  if (best === undefined || best.score === 0) return null;
  if (next !== undefined && best.score - next.score < 0.25) return null;
  const isFragmentOfLabel = best.ofText >= 0.99;
  const namesLabel = best.ofLabel >= 0.99 && best.ofText >= 0.5;
  return isFragmentOfLabel || namesLabel || (best.ofText >= 0.6 && best.ofLabel >= 0.5)
    ? best.id
    : null;
}

/**
 * Reads a choice out of a text in lower case: a number ("2", "the second one", "第二个", "后者"), a label or a telling part of
 * one, "none of these", "both". Null when the text is something else.
 */
export function matchOption(text: string, options: readonly ReplyOption[]): OptionMatch | null {
  const bare = text.trim();
  if (bare === "" || bare.length > MAX_CHOICE_CHARACTERS) return null;
  if (NONE.test(bare)) return { type: "none" };
  if (options.length === 0) return null;
  if (options.length > 1 && EVERY.test(bare)) return { type: "every" };
  const ordinal = ordinalOf(bare, options.length);
  const byNumber = ordinal === null ? undefined : options[ordinal - 1];
  if (byNumber !== undefined) return { type: "option", id: byNumber.id };
  const byLabel = labelMatch(bare, options);
  return byLabel === null ? null : { type: "option", id: byLabel };
}
