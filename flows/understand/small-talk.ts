import type { SmallTalk } from "../tasks/contracts.ts";
import { bare, wholePhrase } from "./phrases.ts";
import { isThanksToSomebody } from "./thanked.ts";

const GREETING_WORDS =
  "(?:hi+|hello+|hey+|hallo|howdy|hiya|greetings|yo|good (?:morning|afternoon|evening|day)|morning|dear (?:team|all|bot|sir or madam)|你好+|您好+|嗨|哈喽|哈啰|早上好|早安|上午好|中午好|下午好|晚上好|大家好|早|在吗|在不在|有人吗)";
const GREETED =
  "(?:there|again|all|everyone|everybody|team|folks|bot|frontdesk|you|啊|呀|哦|机器人|小助手|助手)";
const GREETING = new RegExp(
  `^(?:(?:大家|各位|机器人|小助手|助手|同事们)?${GREETING_WORDS}(?:[\\s,]*${GREETED})*[\\s,.!，。！~]*)+$`,
  "u",
);
const GREETING_START = new RegExp(
  `^(?:${GREETING_WORDS}(?:\\s+${GREETED})?(?:[,.!，。！~:：、]+\\s*|\\s+|$))+`,
  "iu",
);
const THANKS_WORDS =
  "(?:(?:ok|okay|great|perfect|cool|alright|all right|got it|好的?|明白了?|知道了?|收到)[\\s,.!，。！]*)*(?:(?:many |much |a lot of )?thanks?(?: you)?(?: (?:so|very) much| a lot| a million| again| anyway| for (?:the|your) (?:help|answer|info(?:rmation)?)| for that)?|thx(?: a lot| so much)?|ty|tysm|cheers|much appreciated|i appreciate (?:it|that|your help)|appreciated|多谢|谢谢(?:你|您|啦|了)?(?:的?(?:帮助|回答|解答))?|(?:非常|十分|真的?|真是|太)?感谢(?:你|您)?(?:的?(?:帮助|回答|解答))?(?:了|啦)?|感恩|谢啦|辛苦了|谢了|3q)";
const THANKS_START = new RegExp(`^${THANKS_WORDS}`, "u");
const THANKS_END = new RegExp(`(?:^|[\\s,.!?;，。！？；、])${THANKS_WORDS}[\\s.!。！~]*$`, "iu");

const TALK: readonly (readonly [SmallTalk, RegExp])[] = [
  [
    "goodbye",
    wholePhrase(
      [
        `(?:${THANKS_WORDS}[\\s,.!]*)?(?:and )?(?:good ?bye|bye+(?:[ -]bye+)?|cya|see (?:you|ya)(?: (?:later|soon|tomorrow|around))?|take care|farewell|have a (?:good|nice|great|lovely) (?:day|one|evening|weekend|night)|good night|talk to you later|ttyl|i (?:gtg|have to go|need to go|gotta go)|gtg|that's all(?: for (?:now|today))?|that is all)(?:[\\s,.!]*(?:${THANKS_WORDS}|bye+|time to go|goodbye))*`,
      ],
      [
        `(?:${THANKS_WORDS}[\\s,.!，。！]*)?(?:再见|拜拜|拜|回见|下次(?:再)?聊|(?:就|先)这样(?:吧|了)?|没别的(?:问题|事)?了|晚安|我(?:先|得|该)?(?:走|去忙|下班)了|回头(?:再)?聊|(?:祝你?|祝您)?(?:周末|假期|节日|工作|旅途)(?:愉快|快乐|顺利))(?:[\\s,，.。!！]*(?:再见|拜拜|回见|谢谢|晚安))*`,
      ],
    ),
  ],
  [
    "how-are-you",
    wholePhrase(
      [
        "how are (?:you|things)(?: doing)?(?: today)?",
        "how(?:'s| is) it going",
        "how do you do",
        "what'?s up",
        "how have you been",
        "how(?:'s| is) your day",
      ],
      [
        "(?:你|您)?(?:最近|今天)?(?:过得|心情)(?:怎么样|好吗|如何)",
        "(?:你|您)(?:最近|今天)?(?:好吗|怎么样|还好吗)",
        "最近(?:怎么样|好吗)",
        "吃了吗",
      ],
    ),
  ],
  [
    "bot",
    wholePhrase(
      [
        "(?:so )?(?:are|r) (?:you|u) (?:really |actually |just |even )?(?:an? )?(?:real|actual|live|virtual|automated|artificial|ai|bot|robot|human|machine|computer|program|person|chat ?bot|chatgpt|llm|human being|language model|real person|real human|living|alive)(?: (?:person|human|bot|being|agent|intelligence|assistant))?(?: or (?:an? )?(?:real |actual |live )?(?:bot|robot|human|machine|person|computer|ai|program|human being)(?: being| person)?)?",
        "aren'?t you (?:an? )?(?:bot|robot|human|machine|ai|person|program)",
        "am i (?:talking|speaking|chatting|writing) (?:to|with) (?:an? )?(?:real |actual |live )?(?:bot|robot|human|machine|ai|person|human being|program|computer|chat ?bot)(?: or (?:an? )?(?:real |actual )?(?:bot|robot|human|machine|ai|person|human being|program|computer))?",
        "(?:is this|is that|is it) (?:an? )?(?:bot|robot|real person|human|machine|ai|chat ?bot)(?: or .{1,20})?",
        "(?:who|what) (?:are|r) (?:you|u)(?: exactly| really)?",
        "what(?:'s| is) your name",
        "do you have a name",
        "who (?:made|built|created|wrote) you",
        "you(?:'re| are) (?:an? )?(?:bot|robot|machine|ai|program)",
      ],
      [
        "(?:你|您)(?:到底)?(?:是|是不是)(?:一个|个)?\\s*(?:机器人|真人|人工智能|人|ai|程序|电脑|人类|机器|chat ?gpt|gpt|大模型)(?:还是(?:机器人|真人|人|程序|ai))?",
        "(?:我)?(?:是)?(?:在)?(?:跟|和|与)(?:机器人|真人|人|ai)(?:聊天|说话|对话|交流)",
        "(?:你|您)(?:是|到底是)(?:谁|什么|哪位|干什么的|干嘛的|什么东西)",
        "(?:你|您)叫什么(?:名字)?",
        "(?:你|您)的?名字(?:是什么|叫什么)?",
        "这是(?:机器人|真人|人工)",
      ],
    ),
  ],
  [
    "capabilities",
    wholePhrase(
      [
        "what (?:all )?(?:can|do|could) you (?:do|know|help(?: me)?(?: with)?|answer|offer)(?: for me)?",
        "how can you help(?: me)?",
        "what (?:are you|is this)(?: good)? for",
        "what (?:can|could|should|may) i ask(?: you)?(?: about)?",
        "what do you know about",
        "what (?:topics|questions|things) (?:can|do) you (?:answer|know|cover|help with)(?: about)?",
        "which languages do you speak",
      ],
      [
        "(?:你|您)(?:都|到底)?(?:能|会|可以)(?:帮我|为我)?(?:做|干|回答|帮)?(?:些)?(?:什么|啥|哪些)(?:事|事情|忙|问题)?",
        "(?:你|您)有(?:什么|哪些)(?:功能|用|本事|能力)",
        "(?:我)?(?:能|可以)问(?:你|您)?(?:些)?(?:什么|哪些)(?:问题)?",
        "(?:你|您)(?:会|懂|知道)(?:什么|啥)",
        "(?:你|您)是做什么的",
      ],
    ),
  ],
  [
    "praise",
    wholePhrase(
      [
        "(?:that(?:'s| is| was)?|this is|you(?:'re| are)|it(?:'s| is)|very|so|really)? ?(?:great|awesome|perfect|excellent|amazing|wonderful|brilliant|fantastic|very helpful|helpful|nice|cool|super|good (?:job|work|bot|answer)|well done|the best|lovely)",
        "i (?:love|like) (?:it|you|this|that)",
        "that (?:helped|helps|worked|works)(?: a lot| me)?",
        "it (?:worked|works)(?: now)?",
      ],
      [
        "(?:太|真|很|非常)(?:好|有用)(?:了|啊|的)?",
        "(?:你|您|回答得|说得|讲得)?(?:太|真|很|非常)?(?:棒|厉害|赞|不错|有帮助|给力)(?:了|啊|的)?",
        "(?:回答|说|讲|解释)得(?:太|真|很|非常)?(?:好|对|清楚|明白)(?:了|啊)?",
        "干得(?:好|漂亮)",
        "解决了",
        "可以了",
        "搞定了?",
        "点赞",
      ],
    ),
  ],
  ["thanks", new RegExp(`^(?:${THANKS_WORDS}[\\s,.!，。！]*)+(?:bot|frontdesk|!|啦|啊|哈)*$`, "u")],
  [
    "more",
    wholePhrase(
      [
        "(?:can|could|would) you (?:tell|give) me (?:some )?more(?: details?| information| info)?(?: (?:about|on) (?:it|that|this))?",
        "(?:tell|give) me (?:some |a bit )?more(?: details?| information| info)?(?: (?:about|on) (?:it|that|this))?",
        "(?:some |any )?more (?:details?|info(?:rmation)?)",
        "(?:is there |anything )?(?:any(?:thing)? )?(?:more|else)(?: (?:about|on) (?:it|that|this))?",
        "go on",
        "continue",
        "in more detail",
      ],
      [
        "(?:请)?(?:再|更|能不能|可以|能)?(?:说|讲|解释)?(?:得)?(?:再|更)?(?:详细|具体|多)(?:说|讲|介绍)?(?:一点|一些|点|些|一下)(?:儿)?",
        "(?:请)?(?:再|继续)(?:说|讲)(?:说|讲)?(?:一点|一些|下去)?",
        "继续",
        "还有(?:吗|别的吗|其他的吗|更多吗|什么)",
        "更多",
        "展开(?:说|讲)(?:说|讲)?",
      ],
    ),
  ],
  [
    "certain",
    wholePhrase(
      [
        "are you (?:really |quite |absolutely |100 ?% )?(?:sure|certain)(?: (?:about|of) (?:that|it|this))?",
        "(?:is|was) (?:that|this|it) (?:really |actually )?(?:true|right|correct|so)",
        "really",
        "(?:seriously|you sure)",
        "how do you know(?: (?:that|this|it))?",
        "says who",
      ],
      [
        "(?:你|您)?(?:真的?|能|可以)?(?:确定|肯定|确认)(?:吗|么|没错)?",
        "(?:这|那)?(?:是)?真的(?:吗|假的|是这样吗)?",
        "(?:这|那)(?:样)?(?:对|准确|正确|靠谱)(?:吗|么)",
        "(?:你|您)(?:是)?怎么知道的?",
        "没(?:搞|弄|说)错吧",
      ],
    ),
  ],
  [
    "acknowledged",
    wholePhrase(
      [
        "ok(?:ay)?",
        "k",
        "alright",
        "all right",
        "sure",
        "fine",
        "got it",
        "i see",
        "understood",
        "makes sense",
        "i understand",
        "good",
        "great",
        "right",
        "aha",
        "hm+",
        "noted",
        "sounds good",
        "no problem",
        "never ?mind me",
        "lol",
        "haha+",
      ],
      [
        "好",
        "好的",
        "好吧",
        "行",
        "可以",
        "嗯+",
        "哦+",
        "明白了?",
        "知道了",
        "了解了?",
        "收到",
        "懂了",
        "原来如此",
        "这样啊",
        "哈哈+",
        "没问题",
        "ok",
      ],
    ),
  ],
];

/** Yes and no to an offer. */
export const YES = wholePhrase(
  [
    "yes",
    "yea",
    "yess+",
    "yeah",
    "yep",
    "yup",
    "sure",
    "ok(?:ay)?",
    "please(?: do)?",
    "yes please",
    "do (?:it|that|so)",
    "go ahead",
    "correct",
    "absolutely",
    "of course",
    "definitely",
    "certainly",
    "that would be (?:great|good|nice|helpful)",
    "i would(?: like that)?",
    "bring (?:one|someone|somebody|a person)(?: in)?",
    "that's right",
    "why not",
  ],
  [
    "好",
    "好的",
    "是",
    "是的",
    "对",
    "要",
    "需要",
    "可以",
    "行",
    "嗯+",
    "麻烦了",
    "请",
    "好啊",
    "当然",
    "来吧",
    "帮我找",
    "请帮我找",
    "找吧",
    "请吧",
    "叫吧",
    "麻烦你了?",
  ],
);
export const NO = wholePhrase(
  [
    "no",
    "nope",
    "nah",
    "no thanks",
    "no thank you",
    "not (?:now|yet|necessary|needed|really)",
    "i don't think so",
    "don't",
    "no need",
    "no way",
    "not at all",
    "rather not",
    "i'm (?:fine|good|ok)",
  ],
  [
    "不",
    "不要",
    "不用",
    "不用了",
    "不需要",
    "不必",
    "不必了",
    "先不(?:用|要)?",
    "暂时不(?:用|要|需要)",
    "没必要",
    "算了",
  ],
);

/** Recognises a whole message that asks for nothing from the documents; null otherwise. */
export function readSmallTalk(text: string): SmallTalk | null {
  const phrase = bare(text);
  if (phrase.length > 120) return null;
  if (GREETING.test(phrase)) return "greeting";
  for (const [topic, pattern] of TALK) if (pattern.test(phrase)) return topic;
  return isThanksToSomebody(text, phrase, THANKS_START) ? "thanks" : null;
}

/** Takes greetings from the beginning and thanks from the end, as long as something remains. */
export function stripPleasantries(text: string): string {
  const withoutStart = text.replace(GREETING_START, "").trim();
  const start = withoutStart === "" ? text : withoutStart;
  const withoutEnd = start
    .replace(THANKS_END, (found) => (/^[?？]/u.test(found) ? "?" : ""))
    .trim();
  return withoutEnd === "" ? start : withoutEnd;
}
