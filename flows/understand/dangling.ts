import type { Language, Turn } from "../../src/core/index.ts";
import { ENGLISH_STOP_WORDS, isTelling, matchable, stem, termsOf } from "../language/index.ts";
import type { Dangling, UnderstandInput } from "../tasks/contracts.ts";
import { unnamedKind } from "./kinds.ts";
import { looksLikeQuestion } from "./question-form.ts";
import { namesSomething } from "./topic.ts";

/** A question with more telling words than this says what it is about, whatever else it points to. */
const MOST_OWN_TERMS = 2;

/** "Is it safe to …", "it says that …": stands for nothing. */
const PLEONASTIC =
  /\bit(?:['’]s| is| was| be| would be)? (?:\p{L}+ )?\p{L}+ (?:to|that|if|when|for|how|why|where)\b|\b(?:is|was|would|does|did|will|can|isn['’]t) it (?:\p{L}+ )?(?:\p{L}+ (?:to|that|if|for)\b|(?:possible|okay|ok|allowed|true|raining|snowing|late|early|time)\b)|\b(?:make|do|get|does|will|did) it\b(?= (?:rain|snow|take|work out))/iu;
const POINTERS =
  "(?:this|that|the other|which) one|(?:these|those) ones|it|they|them|he|she|him|this|that|these|those";
/** Behind a verb at the beginning ("does it", "how is that"), or at the end ("what about that one?", "how do I renew it?"). */
const BEHIND_VERB = new RegExp(
  `^(?:(?:and|but|so|ok(?:ay)?|well|hi|hello|please)[\\s,]+)*(?:(?:what|how|why|when|where|who|which)(?: (?:long|much|many|often|soon|late))?(?: about)? )?(?:(?:is|are|was|were|does|do|did|can|could|should|will|would|has|have)(?:n['’]t)? )?(${POINTERS})(?=[\\s?.!,]|$)(?! (?:who|which|that)\\b)`,
  "iu",
);
const AT_END = new RegExp(`\\s(${POINTERS})\\s*(?:please|then|again|for me|now)?[\\s?.!]*$`, "iu");
/** "this library": a thing that is pointed to; "that" only where it cannot join clauses. */
const POINTED_THING =
  /\b(?:this|these)\s+((?:(?:particular|specific|same)\s+)?\p{L}[\p{L}'’-]+(?:\s+\p{L}[\p{L}'’-]+)?)|(?:^|\b(?:is|are|was|were|does|do|did|can|could|will|would|should)\s)(?:that|those)\s+(\p{L}[\p{L}'’-]+(?:\s+\p{L}[\p{L}'’-]+)?)/iu;
/** Behind "this" these are no things: "is this possible", "does this work", "this thing". */
const NO_THING =
  /^(?:particular |specific |same )?(?:\p{L}+(?:ed|[ai]ble|ing)|also|apply|be|come|cost|count|different|done|go|happen|have|help|last|like|look|mean|mine|need|normal|not|ok(?:ay)?|part|really|right|run|safe|say|seem|sort|still|stuff|take|thing|too|true|work|wrong|yours?)(?:e?s)?(?=\s|$)/iu;
/** What everybody who reads has before them, or knows: "this week", "this channel", "this company". */
const AT_HAND =
  /^(?:particular |specific |same )?(?:afternoon|app|assistant|bot|business|case|channel|chat|city|company|context|conversation|country|date|day|documentation|evening|firm|group|guild|handbook|help ?desk|kind|manner|moment|month|morning|night|office|one|ones|organi[sz]ation|period|place|platform|point|quarter|question|reason|regard|respect|room|season|server|site|slack|sort|spring|summer|system|team|thread|time|tool|topic|type|way|website|week|weekend|winter|workspace|world|year)s?\b/iu;
/** Tells what is pointed to: "this error: E1042", "this one (annual leave)". */
const EXPLAINED = /[:"“”`(]|\d/u;

/** Whether all words of a thing were said before. */
function isSaid(thing: string, said: ReadonlySet<string>): boolean {
  const words = thing.toLowerCase().replace(/^(?:particular|specific|same)\s+/u, "");
  return words.split(/\s+/u).every((word) => said.has(stem(word.replace(/['’]s?$/u, ""))));
}

function ownTerms(text: string): number {
  return termsOf(text).filter((term) => isTelling(term) && !term.isOptional).length;
}

/** "does this library provide": what follows the thing is done by it. */
const ASKS_WHAT_IT_DOES =
  /\b(?:does|did|do|can|could|will|would|should|may|might|must)\s+\p{L}+$/iu;

/** "this library" in a question. */
interface Pointed {
  readonly pointer: string;
  readonly thing: string;
  /** What is said before the thing, with the pointer. */
  readonly before: string;
}

function stemsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}-]*/gu) ?? [];
  return new Set(words.map((word) => stem(word)));
}

/** The thing behind "this" or "that", with the pointer; null when none stands there. */
function pointedThing(text: string): Pointed | null {
  const found = POINTED_THING.exec(text);
  const behind = found?.[1] ?? found?.[2];
  if (found === null || behind === undefined || NO_THING.test(behind)) return null;
  const [, quality = "", first = "", second = ""] =
    /^((?:particular|specific|same)\s+)?(\S+)(?:\s+(\S+))?/iu.exec(behind) ?? [];
  if (ENGLISH_STOP_WORDS.has(first.toLowerCase())) return null;
  const before = text.slice(0, found.index + found[0].length - behind.length).trimEnd();
  const isAlone =
    second === "" || ENGLISH_STOP_WORDS.has(second.toLowerCase()) || ASKS_WHAT_IT_DOES.test(before);
  const pointer = before.slice(before.lastIndexOf(" ") + 1);
  const thing = isAlone ? `${quality}${first}` : `${quality}${first} ${second}`;
  return { pointer, thing, before };
}

function danglingEnglish(text: string): Dangling | null {
  if (EXPLAINED.test(text)) return null;
  const pointed = pointedThing(text);
  if (pointed !== null) {
    const { pointer, thing, before } = pointed;
    const isKnown = AT_HAND.test(thing) || isSaid(thing, stemsOf(before));
    return isKnown ? null : { words: `${pointer} ${thing}`, isThing: true };
  }
  if (ownTerms(text) > MOST_OWN_TERMS || PLEONASTIC.test(text)) return null;
  if (namesSomething(text.replace(/\b(?:this|that|these|those)\b/giu, ""))) return null;
  const words = (BEHIND_VERB.exec(text) ?? AT_END.exec(text))?.[1];
  return words === undefined ? null : { words, isThing: false };
}

const CHINESE_POINTED =
  /^(?:那|请问|那么|所以|但是|把|对|给|用)*(?<pointer>(?:它们?|他们|她们)|[这那](?:一)?(?:个|种|项|些|款|张|台|样东西))(?<thing>\p{Script=Han}{0,3})/u;
const CHINESE_AT_HAND =
  /^(?:月|星期|礼拜|周|季度|年度|时候|时间|公司|频道|群|服务器|机器人|对话|文档|网站|系统|人|问题|意思)/u;
/** "这个多少钱": what follows asks or does something, and names nothing. */
const CHINESE_NAMES_NOTHING =
  /^(?:是|要|能|可以|怎|多|什么|哪|在|有|需|得|该|谁|几|会|应|呢|吗|行|好|还|给|给我|到底|也|为|如何|的|了|就|都|$)/u;

function danglingChinese(text: string): Dangling | null {
  if (/[:：“”"（(]|\d/u.test(text)) return null;
  const match = CHINESE_POINTED.exec(text);
  const { pointer = "", thing = "" } = match?.groups ?? {};
  if (pointer === "" || CHINESE_AT_HAND.test(thing)) return null;
  if (!CHINESE_NAMES_NOTHING.test(thing)) return null;
  const telling = termsOf(text).filter((term) => isTelling(term) && !term.isOptional);
  return telling.length > MOST_OWN_TERMS ? null : { words: pointer, isThing: false };
}

/** What was said before, without small talk and what it answers: greetings name nothing that could be pointed to. */
function saidBefore(turns: readonly Turn[]): readonly string[] {
  return turns
    .filter(({ decision }, at) => {
      const isTalk = decision === "smalltalk" || turns[at + 1]?.decision === "smalltalk";
      return !isTalk;
    })
    .map(({ text }) => text);
}

/**
 * What a question points to although nothing of the kind was said before: "that one", "it", "this library", 这个; null when it
 * says what it is about, or what was said may be meant.
 */
export function danglingReference(
  text: string,
  input: Pick<UnderstandInput, "focus" | "turns" | "hasAttachments">,
  language: Language,
): Dangling | null {
  if (input.hasAttachments) return null;
  const { focus } = input;
  const said = [
    ...saidBefore(input.turns),
    ...(focus === null ? [] : [focus.question, ...focus.titles]),
  ];
  const kind = unnamedKind(text, said);
  const open = kind === null ? null : { words: kind, isThing: false };
  // In a conversation a thing may have gone by another name: "this novel" of which only the title was said.
  if (said.length > 0) return open;
  return (language === "zh" ? danglingChinese(text) : danglingEnglish(text)) ?? open;
}

/** Whoever is asked what "it" is answers with a name, or with a question of its own. */
const MOST_WORDS_OF_A_NAME = 6;
const MOST_HAN_OF_A_NAME = 12;
const LEAD_OF_A_NAME =
  /^(?:(?:i mean|i meant|i am talking about|i'm talking about|it is|it's|oh,?|well,?|sorry,?)\s+)+|^(?:我(?:是)?(?:说|指|问)的?是?|就是|是)/iu;

/**
 * A question with what it points to named: "How do I renew it?" and "the badge" ask how to renew the badge. Null when the answer is
 * no mere name, such as a question of its own.
 */
export function withReferent(
  question: string,
  words: string,
  answer: string,
  language: Language,
): string | null {
  const name = answer.replace(/[\s?？!！.。]+$/u, "").replace(LEAD_OF_A_NAME, "");
  const isShort =
    language === "zh"
      ? [...name].length <= MOST_HAN_OF_A_NAME
      : name.split(/\s+/u).length <= MOST_WORDS_OF_A_NAME;
  if (name === "" || !isShort || looksLikeQuestion(matchable(answer))) return null;
  const at = question.toLowerCase().lastIndexOf(words.toLowerCase());
  if (at < 0) return null;
  return `${question.slice(0, at)}${name}${question.slice(at + words.length)}`;
}
