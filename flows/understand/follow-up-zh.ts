import { CHINESE_STOP_WORDS, segmentHan, termsOf } from "../language/index.ts";
import type { Focus } from "../tasks/contracts.ts";
import { chineseThing, chineseTopic } from "./topic.ts";

const LEAD = /^(?:那么?|那|还有|另外|以及|而且|可是|但是|但|然后|所以|嗯|哦|好的|好|对了)[\s,，]*/u;
const ELLIPSIS =
  /^(?:(?:如果|要是|换成|换做|假如)(?:是|我是)?)?(.{1,20}?)(?:的话)?(?:呢|怎么样|又如何|如何呢|也(?:一样|是这样|可以|行|算|有|能|要|需要|适用|包括)吗|也是吗)[?？!！。\s]*$/u;
const CONDITION = /^(?:如果|要是|假如|换成)(?:是|我是)?(.{1,20}?)(?:的话)?[?？。\s]*$/u;
const PRONOUN = /它们|他们|她们|它|他|她|这个|那个|这些|那些|该(?=[^怎么不])|此/u;
const BARE =
  /^(?:为什么|为啥|怎么办?|怎么(?:做|弄|申请|办理|操作|算)|如何(?:申请|办理|操作)?|多久|多长时间|什么时候|几点|在哪里?|哪里|去哪里?|找谁|谁(?:来)?(?:批|审批|负责|管)?|多少钱?|几天|有(?:什么)?(?:要求|条件|限制|例外)|需要(?:什么|哪些)(?:材料|手续|条件)|(?:最多|最少|至少)(?:是)?(?:多少|几天|多久)?|能(?:延期|取消|更改|报销)|可以(?:延期|取消|更改|报销)|到什么时候|从什么时候(?:开始|起)?)(?:呢|吗|啊|呀|来着)?[?？!！。\s]*$/u;

/** Asks for time or price of something that is not named. */
const NO_SUBJECT =
  /^(?:大概|一般|最快|最晚|要|需要|得)?(?:多久|多长时间|什么时候|几点|几天|多少钱)(?:才)?(?:能|可以|会|要|得)?[^，,?？]{0,6}[?？。\s]*$/u;

function withoutMark(question: string): string {
  return question.trim().replace(/[\s?？!！。.]+$/u, "");
}

/** Asks what may or must be done, or how much, without naming of what: "可以结转吗", "最多几台设备". */
const SUBJECTLESS =
  /^(?:可以|能不能|可不可以|能|会不会|要不要|需要|需不需要|必须|应该|要|得|最多|最少|至少|最晚|最早|最长|什么时候|多久|多长时间|几点|在哪里?|谁(?:来)?)(?!人|不)[^，,；;]{1,12}[?？。\s]*$/u;
const MAX_OWN_TERMS = 4;

/** "病假" takes the place of "年假": a word with the same last character. */
function replaceByTail(earlier: string, fragment: string): string | null {
  const tail = [...fragment].at(-1) ?? "";
  if (!/\p{Script=Han}/u.test(tail)) return null;
  const words = segmentHan(earlier);
  const found = words.find(
    (word) =>
      word.length > 1 && word.endsWith(tail) && word !== fragment && !CHINESE_STOP_WORDS.has(word),
  );
  return found === undefined ? null : earlier.replace(found, fragment);
}

/** "国际" takes the place of "国内": a word as long, with the same first character. */
function replaceByFirst(earlier: string, fragment: string): string | null {
  const word = fragment.replace(/的$/u, "");
  const [first] = word;
  if (first === undefined || word.length < 2 || !/^\p{Script=Han}+$/u.test(word)) return null;
  const found = segmentHan(earlier).find(
    (each) => each !== word && each.length === word.length && each.startsWith(first),
  );
  return found === undefined ? null : earlier.replace(found, word);
}

/** "外包" takes the place of what stands before the first 的: "正式员工的年假有几天". */
function replaceOwner(earlier: string, fragment: string): string | null {
  const match = /^([^的，,]{1,10})的(?=[^的])/u.exec(earlier);
  return match === null ? null : earlier.replace(match[1] ?? "", fragment);
}

/** A longer run says more than the one thing that gives way. */
const MAX_REPLACED = 6;

function substitute(focus: Focus, fragment: string): string {
  const earlier = withoutMark(focus.question);
  const bare = withoutMark(fragment);
  if (earlier.includes(bare)) return `${earlier}？`;
  const replaced =
    replaceByTail(earlier, bare) ?? replaceByFirst(earlier, bare) ?? replaceOwner(earlier, bare);
  if (replaced !== null) return `${replaced}？`;
  const isPlaceOrPerson =
    /^(?:在|去|从|对|给)|(?:员工|人员|外包|实习生|承包商|经理|客户|家属|办公室|公司)$/u.test(bare);
  const topic = chineseTopic(earlier);
  if (!isPlaceOrPerson && topic !== null && topic.length <= MAX_REPLACED && bare.length <= 10) {
    return `${earlier.replace(topic, bare)}？`;
  }
  return `${bare}，${earlier}？`;
}

/** Completes a Chinese follow-up; null when the text stands on its own. */
export function rewriteChinese(text: string, focus: Focus): string | null {
  const trimmed = text.trim();
  const question = trimmed.replace(LEAD, "");
  const hasLead = question !== trimmed;
  const topic = chineseTopic(withoutMark(focus.question));
  if (/^(?:为什么|为啥)(?:呢|啊|呀)?[?？!！。\s]*$/u.test(question)) {
    return `${withoutMark(focus.question).replace(/[吗呢]$/u, "")}，为什么？`;
  }
  if (BARE.test(question)) {
    return topic === null
      ? null
      : `${topic}${withoutMark(question).replace(/(?:呢|啊|呀)$/u, "")}？`;
  }
  if (NO_SUBJECT.test(question) && topic !== null && !question.includes(topic)) {
    return `${chineseThing(withoutMark(focus.question)) ?? topic}${question}`;
  }
  const pronoun = PRONOUN.exec(question)?.[0];
  const ellipsis = ELLIPSIS.exec(question)?.[1] ?? CONDITION.exec(question)?.[1];
  if (
    ellipsis !== undefined &&
    pronoun === undefined &&
    !/什么|怎么|多少|哪|谁|几/u.test(ellipsis)
  ) {
    return substitute(focus, ellipsis);
  }
  const thing = chineseThing(withoutMark(focus.question)) ?? topic;
  if (pronoun !== undefined && thing !== null) {
    if (question.includes(thing)) return null;
    return question.replace(
      pronoun,
      /^[它他她]/u.test(pronoun) && !pronoun.startsWith("它") ? (topic ?? thing) : thing,
    );
  }
  const own = termsOf(question).filter((term) => !term.isOptional);
  if (
    topic !== null &&
    SUBJECTLESS.test(question) &&
    own.length <= MAX_OWN_TERMS &&
    !question.includes(topic)
  ) {
    return `${thing ?? topic}${question}`;
  }
  if (hasLead && topic !== null && own.length <= 2 && !question.includes(topic)) {
    return `${topic}，${question}`;
  }
  return null;
}
