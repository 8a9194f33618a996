const ENGLISH = `a an the of in on at to for from by with and or not is are was were be been being am do does did done
doing has have had having what which who whom whose when where why how that this these those it its as than then there
their his her he she they them i you we us my your our me can could would should will may might must about into over
under if so such no also any some get got im ive dont doesnt didnt cant please tell want need know let lets just like
hi hello hey thanks thank`;

const CHINESE = `的 地 得 了 着 过 吗 呢 吧 啊 呀 哦 嘛 么 是 在 有 和 与 及 或 而 但 但是 就 都 也 还 又 很 再 被 把 给 让 向 从
到 对 于 为 以 之 其 这 那 哪 这个 那个 哪个 这些 那些 哪些 这里 那里 哪里 我 你 您 他 她 它 我们 你们 他们 自己 什么 怎么 怎样 怎么样
怎么办 如何 为什么 为何 多少 几 谁 请 请问 想 想要 要 需要 可以 能 能够 会 应该 一下 一个 如果 因为 所以 知道 告诉 谢谢 你好 您好 是否
有没有 能不能 可不可以 是不是 不 没 没有`;

/**
 * Words that say nothing about what is asked for. They are indexed all the same and dropped from queries only: kept there
 * they make a search 15 times slower and no better.
 */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  `${ENGLISH} ${CHINESE}`.split(/\s+/u).filter((word) => word.length > 0),
);
