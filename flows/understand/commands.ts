import { matchable } from "../language/index.ts";
import { bare, wholePhrase } from "./phrases.ts";

/** What a message tells the bot itself to do. */
export type Command = "cancel" | "repeat" | "reset" | "help" | "transcript";

const CANCEL = wholePhrase(
  [
    "never ?mind(?: (?:that|it|then))?",
    "forget (?:it|that|about it|about that|my question)",
    "cancel(?: (?:that|it|this|my question|the question|the request|my request))?",
    "stop(?: (?:it|that|this))?",
    "abort",
    "(?:shut up|be quiet|quiet|enough)",
    "drop (?:it|that)",
    "leave it",
    "(?:it's |it is |that's )?(?:no longer|not) (?:needed|necessary)(?: any ?more)?",
    "(?:i )?(?:don't|do not|no longer) need (?:it|that|help|this|a person|an agent)(?: any ?more)?",
    "don't (?:bother|worry about it)",
    "i changed my mind",
  ],
  [
    "(?:算了|算啦)(?:[\\s,，.。]*(?:不用|不要|不必|别|不需要)(?:再)?(?:转|找|麻烦|问|查|管|等)?(?:人工|人|了)*)?",
    "算啦",
    "不用了",
    "不用",
    "取消",
    "取消(?:吧|问题|提问|请求)",
    "不需要了?",
    "没事了?",
    "不问了",
    "当我没(?:说|问)",
    "停",
    "停止",
    "别(?:说|找|查)了",
    "不用(?:找|查|转|管)了",
    "不用(?:转)?人工了?",
    "我改主意了",
  ],
);
const REPEAT = wholePhrase(
  [
    "(?:can|could|would) you (?:please )?(?:repeat|say) (?:that|it)(?: again)?",
    "repeat(?: (?:that|it|the answer|your answer|yourself))?",
    "say (?:that|it) again",
    "again please",
    "(?:what|pardon)(?: did you)?(?: just)? say",
    "what was that(?: again)?",
    "come again",
    "pardon(?: me)?",
    "show me (?:that|the answer|your answer) again",
  ],
  [
    "(?:请)?(?:再|重新)(?:说|讲|发)一?(?:遍|次|下)",
    "重复一?(?:遍|次|下)?",
    "你?刚才?(?:说|讲)的?(?:是)?(?:什么|啥)",
    "没(?:听|看)清楚?",
  ],
);
const RESET = wholePhrase(
  [
    "/?reset(?: (?:the )?(?:conversation|chat|session))?",
    "start (?:over|again|anew|from scratch)",
    "(?:let's )?(?:start )?(?:a )?new (?:conversation|chat|session|topic)",
    "clear (?:the |this |our )?(?:conversation|chat|history|context|memory)",
    "forget (?:everything|all|our conversation|what i said|what was said)",
    "/?(?:new|clear)",
  ],
  [
    "重新开始",
    "重来",
    "从头(?:开始|来)",
    "重置(?:对话|会话)?",
    "清空(?:对话|聊天|会话|记录|上下文|聊天记录)?",
    "(?:开始)?新(?:的)?(?:对话|会话|话题)",
    "忘(?:掉|记)(?:之前|前面|刚才)?(?:的|说的)?(?:内容|对话|一切|所有)?",
  ],
);
const TRANSCRIPT = wholePhrase(
  [
    "(?:(?:can|could|would) you )?(?:please )?(?:send|give|show|get) (?:me )?(?:a|the|our|my|this)? ?(?:whole |full )?(?:copy of (?:the |our |this )?)?(?:transcript|chat (?:log|history)|conversation(?: history)?|chat)(?: of (?:our|this|the) (?:chat|conversation))?",
    "(?:can|could|may) i (?:please )?(?:have|get|see) (?:a|the|our|my) ?(?:whole |full )?(?:copy of (?:the |our |this )?)?(?:transcript|chat (?:log|history)|conversation(?: history)?|chat)(?: of (?:our|this|the) (?:chat|conversation))?",
    "i(?:'d like| would like| want| need) (?:a|the|our|my) (?:transcript|chat (?:log|history))(?: of (?:our|this|the) (?:chat|conversation))?",
    "/?transcript",
  ],
  [
    "(?:请)?(?:把)?(?:这次|我们的?|刚才的?|全部|完整的?)?(?:的)?(?:聊天|对话|会话)(?:记录|历史|内容)(?:发给我|给我(?:看看?)?|发我|发一下|导出)?",
    "(?:请)?(?:发|给|给我发|发给我|导出|我要|我想要|我需要|我想看|看一?下)(?:我)?(?:一份|一下|这次|我们的?|刚才的?|完整的?)?(?:的)?(?:聊天|对话|会话)(?:记录|历史|内容)",
  ],
);
const HELP = wholePhrase(
  [
    "/?help(?: me)?",
    "(?:i )?need (?:some )?help",
    "(?:can|could) (?:you|someone|somebody|anyone) help(?: me)?",
    "what (?:are the |are your )?commands(?: are there)?",
    "how do(?:es)? (?:i use (?:you|this|it)|this work|it work)",
    "usage",
    "menu",
  ],
  [
    "/?帮助",
    "菜单",
    "使用(?:说明|方法)",
    "怎么(?:使?用)(?:你|它|这个)?",
    "(?:有)?(?:哪些|什么)命令",
    "帮帮?我",
  ],
);

/** Reads a command out of a whole message; null when it is none. */
export function readCommand(text: string): Command | null {
  const phrase = bare(matchable(text)).replace(/^\//u, "");
  if (phrase.length === 0 || phrase.length > 80) return null;
  if (CANCEL.test(phrase)) return "cancel";
  if (REPEAT.test(phrase)) return "repeat";
  if (RESET.test(phrase)) return "reset";
  if (TRANSCRIPT.test(phrase)) return "transcript";
  return HELP.test(phrase) ? "help" : null;
}

/** Whether a message takes back what was asked. */
export function isCancel(text: string): boolean {
  return readCommand(text) === "cancel";
}
