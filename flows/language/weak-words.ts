import { withoutInflection } from "./stem.ts";

const WORDS = `able anything certain ever little middle nothing second somebody something stuff third three two able accept act action actual add affect allow almost answer anyone appear apply area arrive ask available
  bad based basic become begin best better big bit bring build call case cause certain change check choose clear close come
  common complete consider contain continue correct cost create current day decide default depend describe detail differ
  different difficult easy effect enough entire example exist expect extra fact far fast feel final first fit follow free full
  general give go good great group happen hard help high hold hour idea important include involve issue item job keep kind large
  last late lead learn leave left less level line list little live long look lose low main make manage mean meet mention
  minute moment month move name near need new next nice normal number obtain offer old open order original part particular
  pay people policy person place plan play point possible present pretty previous probable problem process produce provide purpose quick
  quite reach read ready real reason receive recent record regular relate relevant remain require result return right role
  rule run safe seem select send set short show side similar simple single size small sort special specific standard start state
  stay step stop support suppose take talk task tell term test think time today together top total transfer try turn type
  understand version number amount type name use useful user usual value various view wait want watch way week whole wish word work world worry write wrong
  year`;

/** Words so common that they say little about the topic; they count less than others. */
const WEAK_ENGLISH: ReadonlySet<string> = new Set(WORDS.split(/\s+/u).map(withoutInflection));

const WEAK_CHINESE: ReadonlySet<string> = new Set(
  `使用 用户 直接 到底 现在 已经 还是 一起 一直 一次 通过 进行 完成 开始 结束 方法 方式 内容 时间 东西 事情 地方 工作 人员 大家 别人 朋友 今天 明天 昨天
  最近 马上 立刻 有人 支持 能用 可用 允许 可以 必须 一定要 强制 规定 规矩 规则 发 看 找 得到 出来 进去 起来 下来 上去 过来 回来 一年 每年 一天 每天 一月 每月 钱 天 个`
    .split(/\s+/u)
    .filter((word) => word !== ""),
);

/** Whether a word says little about the topic of a question. */
export function isWeakWord(word: string): boolean {
  return WEAK_ENGLISH.has(withoutInflection(word)) || WEAK_CHINESE.has(word);
}
