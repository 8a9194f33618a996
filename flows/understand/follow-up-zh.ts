import {
  CHINESE_STOP_WORDS,
  isTelling,
  isVerbCharacter,
  segmentHan,
  termsOf,
} from "../language/index.ts";
import type { Focus } from "../tasks/contracts.ts";
import {
  chinesePerson,
  chineseThing,
  chineseThingWith,
  chineseTopic,
  withoutCircumstance,
} from "./topic-zh.ts";

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

const HOW_LONG_OR_MUCH =
  "(?:一次|一下)?(?:大概|一般|最快|最晚|要|需要|得|会)*(?:花)?(?:多久|多长时间|什么时候|几天|几个工作日|多少钱)[^，,?？]{0,6}[?？。\\s]*$";
/** Does something to what is not named: "补办多少钱". */
const DONE_TO_SOMETHING = new RegExp(
  `^(?:补办|重新办理|更换|续期|续签|延期|重置|修改|取消|退还?|维修|修理?|领取?|激活|解锁|寄|送|取|安装|开通)${HOW_LONG_OR_MUCH}`,
  "u",
);
/** "补卡要多久": a verb with a short name of what was spoken of. */
const DONE_TO_THING = new RegExp(
  `^[补换退领取充修续寄送租借还交](\\p{Script=Han})${HOW_LONG_OR_MUCH}`,
  "u",
);
/** Asks for a quality of what is not named: "有效期多久", "流程是什么". */
const QUALITY =
  /^(?:有效期|期限|价格|费用|金额|额度|限额|上限|下限|流程|手续|步骤|条件|材料|地址|地点|电话|号码|时长|截止日期|型号|负责人|联系人|审批人)(?:是|有|为|要|在)?(?:多久|多长(?:时间)?|多少钱?|多大|几[天年个]\p{Script=Han}{0,2}|什么|哪些|哪里|哪[天个]|谁)[?？。\s]*$/u;

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

/** "外包" takes the place of what stands before the first 的: "正式员工的年假有几天"; "购买的假期" also of what it belongs to. */
function replaceOwner(earlier: string, fragment: string): string | null {
  const match = /^([^的，,]{1,10})的(?=[^的])/u.exec(earlier);
  if (match === null) return null;
  const thing = fragment.includes("的") ? chineseTopic(earlier.slice(match[0].length)) : null;
  const replaced = thing === null ? (match[1] ?? "") : `${match[0]}${thing}`;
  return earlier.startsWith(replaced) ? `${fragment}${earlier.slice(replaced.length)}` : null;
}

/** "成都" takes the place of "鹿特丹" alone in "鹿特丹食堂每餐多少钱": a name before what there is in several places. */
function replacePlace(earlier: string, fragment: string): string | null {
  const match =
    /^(\p{Script=Han}{2,5}?)(?=\s*\d{4}|办公室|食堂|餐厅|车间|仓库|门店|分店|分公司|工厂|园区|校区|总部)/u.exec(
      earlier,
    );
  const isName =
    /^\p{Script=Han}{2,5}$/u.test(fragment) &&
    termsOf(fragment).every(({ alternatives }) => alternatives.length === 0);
  return match === null || !isName ? null : `${fragment}${earlier.slice(match[0].length)}`;
}

/** A longer run says more than the one thing that gives way. */
const MAX_REPLACED = 6;

/** A question that a fragment was put before ("学徒，培训预算有多少"), without it; when something is stays. */
function withoutFragment(question: string): string {
  const match = /^([^，,]{1,8})，(?=.{4,})/u.exec(question);
  if (match === null || /(?:时|时候|期间|后|前|内|了)$/u.test(match[1] ?? "")) return question;
  return question.slice(match[0].length);
}

function substitute(focus: Focus, fragment: string): string {
  const bare = withoutMark(fragment);
  const whole = withoutFragment(withoutMark(focus.question));
  if (whole.includes(bare)) return `${whole}？`;
  const [when, rest] = withoutCircumstance(whole);
  const isCircumstance = /(?:时|时候|期间|后|前|内)$/u.test(bare);
  if (isCircumstance) return substituteIn(whole, bare, focus.answer);
  return `${when}${substituteIn(rest, bare, focus.answer)}`;
}

/** "外包人员", "在成都": of whom or where, and no thing that takes the place of another. */
const PLACE_OR_PERSON =
  /^(?:在|去|从|对|给)|(?:员工|人员|外包|实习生|学徒|承包商|经理|客户|访客|家属|办公室|公司|地上|一方)$/u;

/** "猫" for "狗" in "带狗": a verb keeps its place. */
function replaceObject(topic: string, bare: string): string {
  const isOneEach = [...topic].length === 2 && [...bare].length === 1;
  return isOneEach && isVerbCharacter(topic[0] ?? "") ? `${topic[0] ?? ""}${bare}` : bare;
}

function substituteIn(earlier: string, bare: string, answer: string): string {
  const replaced =
    replaceByTail(earlier, bare) ??
    replaceByFirst(earlier, bare) ??
    replaceOwner(earlier, bare) ??
    replacePlace(earlier, bare);
  if (replaced !== null) return `${replaced}？`;
  const latin = /(?<=\p{Script=Han}\s*)[A-Za-z][\w .-]*$/u;
  if (latin.test(earlier) && !PLACE_OR_PERSON.test(bare))
    return `${earlier.replace(latin, bare)}？`;
  const topic = chineseTopic(earlier);
  const happened =
    topic !== null && earlier.startsWith("了", earlier.indexOf(topic) + topic.length);
  const isPart = PLACE_OR_PERSON.test(bare) || (!happened && answer.includes(bare));
  if (isPart || topic === null || topic.length > MAX_REPLACED || bare.length > 10) {
    return `${bare}，${earlier}？`;
  }
  if (bare.endsWith("的")) return `${earlier.replace(topic, `${bare}${topic}`)}？`;
  // "工牌丢了怎么办" + "电脑": what happened to it stays.
  const given = happened && topic.length > 2 ? topic.slice(0, -1) : topic;
  const saysNothing = termsOf(earlier.replace(given, "")).every((term) => !isTelling(term));
  if (saysNothing) return `${bare}，${earlier}？`;
  return `${earlier.replace(given, replaceObject(given, bare))}？`;
}

/** The thing of which a question without a subject asks, with the person to whom it belongs: "设计师的电脑". */
function subjectOf(earlier: string, topic: string): string {
  const thing = chineseThing(earlier);
  const person = chinesePerson(earlier);
  if (thing === null) return topic;
  return person === null ? thing : `${person}的${thing}`;
}

/** Asks how long or how much, or for a quality, of something that is not named; null when it does not. */
function withSubject(question: string, earlier: string, topic: string): string | null {
  if (NO_SUBJECT.test(question) && !question.includes(topic)) {
    return `${subjectOf(earlier, topic)}${question}`;
  }
  if (DONE_TO_SOMETHING.test(question)) return `${subjectOf(earlier, topic)}${question}`;
  if (QUALITY.test(question)) return `${chineseThing(earlier) ?? topic}的${question}`;
  const object = DONE_TO_THING.exec(question)?.[1];
  const thing = object === undefined ? null : chineseThingWith(earlier, object);
  return thing === null ? null : `${thing}${question}`;
}

const MOST_WITHOUT_SUBJECT = 10;
const ASKS = /怎么|什么|哪|几|谁|多少|多久|[吗呢][?？。\s]*$/u;

/** "从第几天开始？", "晚了怎么办？": asks, and names nothing. */
function saysNothingOfItsOwn(question: string): boolean {
  const telling = termsOf(question).filter(isTelling);
  const isShort = [...withoutMark(question)].length <= MOST_WITHOUT_SUBJECT;
  return (
    isShort && ASKS.test(question) && telling.every(({ key }) => /^\p{Script=Han}$/u.test(key))
  );
}

const POINTER = /^(?:那么?|还有)?[\s,，]*((?:这|那)(?:一)?(?:个|种|项|款)?)呢[?？。!！\s]*$/u;

/** What a question points to that says nothing else: "这个呢？"; null when it says more. */
export function chinesePointer(question: string): string | null {
  return POINTER.exec(question.trim())?.[1] ?? null;
}

/** Completes a Chinese follow-up; null when the text stands on its own. */
export function rewriteChinese(text: string, focus: Focus): string | null {
  const trimmed = text.trim();
  const question = trimmed.replace(LEAD, "");
  const hasLead = question !== trimmed;
  if (chinesePointer(trimmed) !== null) return null;
  const earlier = withoutFragment(withoutMark(focus.question));
  const topic = chineseTopic(earlier);
  if (/^(?:为什么|为啥)(?:呢|啊|呀)?[?？!！。\s]*$/u.test(question)) {
    return `${earlier.replace(/[吗呢]$/u, "")}，为什么？`;
  }
  if (BARE.test(question)) {
    return topic === null
      ? null
      : `${topic}${withoutMark(question).replace(/(?:呢|啊|呀)$/u, "")}？`;
  }
  const asked = topic === null ? null : withSubject(question, earlier, topic);
  if (asked !== null) return asked;
  const pronoun = PRONOUN.exec(question)?.[0];
  const ellipsis = ELLIPSIS.exec(question)?.[1] ?? CONDITION.exec(question)?.[1];
  if (
    ellipsis !== undefined &&
    pronoun === undefined &&
    !/什么|怎么|多少|哪|谁|几/u.test(ellipsis)
  ) {
    return substitute(focus, ellipsis);
  }
  const thing = chineseThing(earlier) ?? topic;
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
  if (saysNothingOfItsOwn(question)) return `${thing ?? topic ?? earlier}，${question}`;
  if (hasLead && topic !== null && own.length <= 2 && !question.includes(topic)) {
    return `${topic}，${question}`;
  }
  return null;
}
