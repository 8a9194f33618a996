import { CHINESE_STOP_WORDS, segmentHan } from "../language/index.ts";

const CHINESE_PERSON =
  /(?:人员|员工|经理|主管|同事|实习生|学生|学徒|客户|访客|家属|\p{Script=Han}{2}[师者人]|我们?|你们?|他们?)$/u;
/** Left of a word it belongs to it: "内推", "非工作日". */
const CHINESE_PREFIX = /[内外非无]$/u;
/** How often and how much is no part of the thing before it: "办公室每天", "国外办公最多". */
const CHINESE_MEASURE = /(?<=.)(?:每[年月周天]|最[多少高低长短早晚]|至少)+$/u;
/** "几个", "多少个": asks, and names nothing. */
const CHINESE_NUMBER_ASKED = /^(?:几|多少)/u;
/** Joins the parts of a foreign name: "Wi-Fi". */
const NAME_JOINT = /^[-_./]$/u;

function chineseRuns(question: string): readonly string[] {
  const runs: string[] = [];
  let current = "";
  let before = "";
  const close = (): void => {
    if (current !== "") runs.push(current.trim().replace(CHINESE_MEASURE, ""));
    current = "";
  };
  for (const word of segmentHan(question)) {
    const isContent =
      /[\p{L}\p{N}]/u.test(word) &&
      !CHINESE_STOP_WORDS.has(word) &&
      !CHINESE_NUMBER_ASKED.test(word);
    const isVerb =
      /^(?:申请|办理|报销|使用|重置|查看|提交|预订|修改|取消|设置|安装|休|领取?|交|请|可以|审批|批准|怎么|多少钱|多久|配|配发|用)$/u.test(
        word,
      );
    const isJoint = word.trim() === "" || NAME_JOINT.test(word);
    if ((isContent && !isVerb) || (current !== "" && isJoint)) {
      current += current === "" && CHINESE_PREFIX.test(before) ? before + word : word;
    } else {
      close();
    }
    before = word;
  }
  close();
  return runs;
}

/** Words with which a clause ends that says when something is. */
const CIRCUMSTANCE_ENDS: ReadonlySet<string> = new Set(
  "时 时候 期间 以后 之后 后 以前 之前 前".split(" "),
);
const LONGEST_CIRCUMSTANCE = 5;

/** Where a first clause that only says when ends: "离职以后", "离职时"; 0 when there is none. */
function circumstanceEnd(question: string): number {
  let at = 0;
  for (const [index, word] of segmentHan(question).slice(0, LONGEST_CIRCUMSTANCE).entries()) {
    at += word.length;
    if (index > 0 && CIRCUMSTANCE_ENDS.has(word)) return at;
  }
  return 0;
}

/** Cuts what only says when off the beginning of a Chinese question that goes on to ask about something. */
export function withoutCircumstance(question: string): readonly [when: string, rest: string] {
  const at = circumstanceEnd(question);
  const rest = question.slice(at);
  return at > 0 && chineseTopic(rest) !== null ? [question.slice(0, at), rest] : ["", question];
}

/** The thing of a Chinese question that has this character; null when there is none. */
export function chineseThingWith(question: string, character: string): string | null {
  return chineseRuns(question).find((run) => run.length > 1 && run.includes(character)) ?? null;
}

/** What a Chinese question is about: its first run of content words. Null when it has none. */
export function chineseTopic(question: string): string | null {
  const runs = chineseRuns(question);
  return runs.find((run) => run.length > 1) ?? runs[0] ?? null;
}

/** The person of whom a Chinese question asks something: "设计师" in "设计师配什么电脑"; null when it names none first. */
export function chinesePerson(question: string): string | null {
  const topic = chineseTopic(question);
  return topic !== null && CHINESE_PERSON.test(topic) ? topic : null;
}

/** The first thing, and no person, that a Chinese question names; null when it names none. */
export function chineseThing(question: string): string | null {
  const things = chineseRuns(question).filter((run) => !CHINESE_PERSON.test(run));
  return things.find((run) => run.length > 1) ?? null;
}
