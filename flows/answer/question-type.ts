import { matchable } from "../language/index.ts";

/** What kind of words an answer to a question holds. */
export type QuestionType =
  | "duration"
  | "number"
  | "time"
  | "year"
  | "money"
  | "person"
  | "place"
  | "how"
  | "list"
  | "why"
  | "other";

const TYPED: ReadonlySet<QuestionType> = new Set([
  "duration",
  "number",
  "money",
  "time",
  "year",
  "person",
]);

/** Whether a question asks for something that can be told by its form: a number, a time, a sum, a person. */
export function isTyped(type: QuestionType): boolean {
  return TYPED.has(type);
}

const TYPES: readonly (readonly [QuestionType, RegExp])[] = [
  [
    "money",
    /\bhow much (?:money|does|do|is|are|will|can|may|should)\b|\b(?:cost|price|fee|salary|allowance)\b|多少钱|费用|价格|收费|多少(?:元|块)/u,
  ],
  [
    "duration",
    /\bhow (?:many|much) (?:\w+ )?(?:days?|weeks?|months?|years?|hours?|minutes?|time)\b|\bhow long\b|多少(?:天|周|小时|分钟|个?月|年)|几(?:天|周|个?小时|分钟|个?月|年|个工作日)|多久|多长时间|多长$/u,
  ],
  ["year", /\b(?:what|which) year\b|哪一?年/u],
  [
    "time",
    /\bwhen\b|\bhow (?:long|soon|often|late|early)\b|\b(?:what|which) (?:time|day|date|month|year|hours?)\b|\buntil\b|\bdeadline\b|什么时候|何时|多久|多长时间|几点|几号|哪一?[天日月]|期限|截止/u,
  ],
  [
    "number",
    /\bhow (?:many|much|big|large|far|high|old|sure)\b|\bwhat(?:'s| is) the (?:limit|maximum|minimum|number|size|port|version)\b|\bwhich version\b|多少|几[个天次年月人台种条份]|最多|最少|上限/u,
  ],
  ["person", /\bwho(?:m|se)?\b|\bwhich (?:person|team|department)\b|谁|哪位|哪个部门|找哪/u],
  [
    "place",
    /\bwhere\b|\bwhich (?:folder|directory|file|page|room|office)\b|哪里|哪儿|在哪|哪个(?:目录|文件|地方|办公室)/u,
  ],
  ["why", /\bwhy\b|\bhow come\b|\breason\b|为什么|为啥|原因/u],
  [
    "how",
    /\bhow (?:do|can|to|should|would|does|is|are|did|could)\b|\bsteps?\b|\bprocedure\b|\bset ?up\b|怎么|如何|怎样|步骤|流程|方法/u,
  ],
  [
    "list",
    /\b(?:which|what) \w+s\b|\bwhat (?:kinds?|types?|sorts?)\b|\blist\b|哪些|有什么|几种|哪几/u,
  ],
];

/** Guesses what a question asks for. */
export function questionType(question: string): QuestionType {
  const text = matchable(question);
  for (const [type, pattern] of TYPES) if (pattern.test(text)) return type;
  return "other";
}

const ENGLISH_YES_OR_NO =
  /^(?:(?:and|but|so|ok|okay|also|or|then|hi|hello)[,\s]+)?(?:can|could|do|does|did|is|are|am|was|were|will|would|should|may|must|have|has|any)\b/u;
const CHINESE_YES_OR_NO =
  /[吗嘛么]\s*[?？。!！~～]*$|是否|是不是|有没有|能不能|可不可以|要不要|会不会|该不该|行不行|可否/u;

/** Whether a question is answered by yes or no. */
export function isYesOrNo(question: string): boolean {
  const text = matchable(question);
  return ENGLISH_YES_OR_NO.test(text) || CHINESE_YES_OR_NO.test(text);
}

const DIGIT =
  /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|once|twice|half|none|zero|no limit|unlimited)\b|[一二两三四五六七八九十百千半]/u;
const TIME =
  /\d{1,2}:\d{2}|\b\d{4}\b|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?|daily|weekly|monthly|yearly|morning|evening|noon|midnight|immediately|at once|before|after|until)\b|[0-9一二三四五六七八九十]+\s*(?:个)?(?:天|日|周|月|年|小时|分钟|秒|点)|每[天周月年日]|立即|立刻|周[一二三四五六日]/u;
const DURATION =
  /(?:\d+|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|half|an?)|[一二两三四五六七八九十半])\s*(?:[-–]\s*\d+\s*)?(?:个|paid |working |calendar |business |full )*(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?|天|日|周|星期|月|年|小时|分钟|秒|工作日)/u;
/** A column that counts something says its unit once, at the top: "Paid days: 2", "带薪天数: 2". */
const COUNTED =
  /(?:days?|weeks?|months?|years?|hours?|minutes?|天数|周数|月数|年数|小时数?|分钟数?|天|周|月|年)(?:\s*[（(][^）)]*[）)])?\s*[:：]\s*\d/u;
const YEAR = /\b(?:1[5-9]|20)\d\d\b|(?:1[5-9]|20)\d\d\s*年/u;
const MONEY =
  /[€$£¥]|\b(?:eur|usd|gbp|cny|rmb|euros?|dollars?|pounds?|yuan|free|paid|%|percent)\b|\d+\s*(?:元|块|欧元|美元|英镑)|免费|%/u;
const PERSON =
  /\b(?:manager|desk|team|head|officer|owner|colleague|people|hr|reception|admin|agent|sponsor|supervisor|nobody|anybody|everybody|person|committee|department|yourself)\b|经理|主管|负责人|部门?|前台|同事|团队|管理员|本人|自己|人员|员工|专人|联系人|审批人|(?<=[事任理者家行主])人/u;

/** Whether a piece of text holds the kind of words that are asked for. */
export function fitsType(text: string, type: QuestionType): boolean {
  const plain = text.toLowerCase();
  switch (type) {
    case "duration":
      return DURATION.test(plain) || COUNTED.test(plain);
    case "number":
      return DIGIT.test(plain);
    case "time":
      return TIME.test(plain);
    case "year":
      return YEAR.test(plain);
    case "money":
      return MONEY.test(plain) || DIGIT.test(plain);
    case "person":
      return PERSON.test(plain) || /\p{Lu}\p{Ll}+ \p{Lu}\p{Ll}+/u.test(text);
    case "why":
      return /\b(?:because|since|so that|reason|therefore|otherwise|due to)\b|因为|由于|为了|否则|原因/u.test(
        plain,
      );
    case "place":
    case "how":
    case "list":
    case "other":
      return false;
  }
}
