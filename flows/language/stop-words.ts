/** English words that say nothing about the topic of a question. */
export const ENGLISH_STOP_WORDS: ReadonlySet<string> = new Set(
  `a about actually after again all already also although always am an and any anybody anyone anything are as ask at
  away back be because been before being between both but by can can't cannot come could couldn't did didn't do does
  doesn't doing don't done down each either else even ever every everyone everything exactly explain few find for from
  further get gets getting give go going gonna got had has have having he hello help her here hers hey hi him his how
  how's however i i'd i'll i'm i've if in info information instead into is isn't it it's its itself just kind know let
  let's like look lot lots many may maybe me might mine more most much must my myself need needed needs never no nor not
  now of off ok okay on once one only or other our ours out over own per please put quite rather really regarding same say
  see shall she should show so some somebody someone something still such sure tell than thank thanks that that's the
  their theirs them then there there's these they thing things think this those though through to too under until up
  us very via d'you dont doesnt didnt isnt arent wasnt cant couldnt wont wouldnt shouldnt havent hasnt hes shes theyre youre itll gonna wanna lemme instead whenever whats wheres whos hows thats theres ive im youre want wanted wants was way we we're we've well were what what's whatever when where where's whether which
  while who who's whom whose why will with within without won't would wouldn't yes yet you you're your yours since plz pls pliz thx tysm asap btw`
    .split(/\s+/u)
    .filter((word) => word.length > 0),
);

/** Chinese words that say nothing about the topic of a question. */
export const CHINESE_STOP_WORDS: ReadonlySet<string> = new Set(
  `的 了 吗 呢 吧 啊 呀 么 嘛 哦 是 有 在 和 与 或 及 就 都 也 还 要 会 能 把 被 给 对 从 到 跟 这 那 这个 那个 这些 那些 一下 一个
  我 你 您 他 她 它 我们 你们 他们 它们 咱们 自己 请 请问 问 问下 想 想问 想知道 知道 告诉 怎么 怎样 怎么样 怎么办 如何 什么 啥 为什么
  为啥 多少 几 哪 哪里 哪儿 哪个 哪些 哪种 谁 何时 什么时候 是否 是不是 有没有 能不能 可不可以 可以 能够 应该 需要 必须 得 地 之 其 而
  但 但是 如果 的话 因为 所以 并 并且 以及 关于 对于 等 等等 里 中 上 下 内 每 每个 各 很 太 非常 比较 最 更 再 又 不 没 没有 好 吧
  嗯 喂 帮 帮忙 帮我 麻烦 谢谢 一般 通常 具体 相关 方面 问题 情况 时候 时 后 前 以后 以前 之后 之前 多 多久 多长 才 只 去 来 做 用 让
  这边 那边 这里 那里 目前 刚 刚刚 另外 某个 某次 一份 一台 想把 想进 弄 搞 给我 还给 可否 不行 那种 这种 怎么办 别的 一次 到底 直接 究竟 有人 就不 就要 就会 就能 也能 也会 也要 还要 还能 不能 不会 不要 不了 没人 呗 哈 您好 你好 若 则 由 于 以 为 向 所 该 某 些 点 说 看 找 谈 听 我有 你有 都是 就是 还是 也是 只是 有啥 我要 你要 我想 或者`
    .split(/\s+/u)
    .filter((word) => word.length > 0),
);
