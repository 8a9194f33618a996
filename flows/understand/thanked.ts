/** Words of which one makes more of thanks than thanks: a question, a request, a report. */
const SAYS_MORE: ReadonlySet<string> = new Set(
  "what where when who whom whose why how which is are am was were can could will would shall should may might do does did has have had need want get got give show tell find send make please help but if not no and or also still about one another more next question problem issue error broken wrong i it this these".split(
    " ",
  ),
);
/** What thanks are given for, and how warmly. */
const FOR_WHAT =
  /^(?:so much|very much|a lot|a bunch|indeed|kindly|truly|really)?[\s,]*(?:for (?:all |everything|being \p{L}+(?: \p{L}+)?|helping(?: me| us)?(?: out)?|getting back(?: to me| to us)?)?(?:(?:all |of |the |your |that |this |such |a |quick |fast |kind |great |good |prompt |clear |very )*(?:help|time|support|patience|reply|replies|answer|work|effort|efforts|service|assistance|explanation|info|information|response|tip|hint|advice))?)?$/u;
const TO_ALL =
  /^(?:to )?(?:you |both |all |team |everyone |everybody |guys |folks |mate |friend |dear |my )*$/u;
const NAME = /^\p{L}[\p{L}'.-]*$/u;
const MAX_NAMES = 2;

/** Marks of a Chinese question or request. */
const CHINESE_SAYS_MORE =
  /[吗呢几怎哪啥什么谁多少能会可要想请问帮有没在不报如何为何再还办查找看给把和跟对]/u;
const SURNAME =
  "[王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤]";
const SOUNDS =
  "[艾安奥阿巴贝比布卡克达戴德迪蒂多恩尔菲费弗福盖戈格哈海赫基杰金凯科拉莱兰劳雷里丽利莉琳路露罗洛马玛麦曼梅米莫姆娜内尼妮诺帕佩皮普琪切萨塞莎山史斯苏索塔泰特汤托瓦威维温沃西希夏肖辛雅亚叶伊约泽詹珍朱]";
const TITLE = "(?:老师|先生|女士|小姐|经理|主管|同学|同事|师傅|医生|总|哥|姐|工)";
const CHINESE_NAME = new RegExp(
  `^(?:[小老阿]\\p{Script=Han}{1,2}|\\p{Script=Han}{1,3}${TITLE}|${SURNAME}\\p{Script=Han}{1,2}|${SOUNDS}{2,5}|大家|各位|你们|您们|朋友|亲)(?:啦|啊|呀|哈|了)?$`,
  "u",
);

function isNameInEnglish(rest: string): boolean {
  const words = rest.split(/[\s,.!]+/u).filter((word) => word !== "");
  const names = words.filter((word) => !TO_ALL.test(`${word} `) && word !== "to");
  return (
    names.length <= MAX_NAMES && names.every((word) => NAME.test(word) && !SAYS_MORE.has(word))
  );
}

/**
 * Whether a message is thanks to somebody by name, or for something: "thanks Maria", "thank you for your quick help, Bob",
 * "谢谢你，小王". Thanks with anything to look for behind them are a question.
 *
 * @param text - the message, in lower case
 * @param phrase - the same without what stands around it
 * @param thanks - finds the words of thanks at the beginning
 */
export function isThanksToSomebody(text: string, phrase: string, thanks: RegExp): boolean {
  if (/[?？]/u.test(text)) return false;
  const [said] = thanks.exec(phrase) ?? [];
  if (said === undefined) return false;
  const rest = phrase.slice(said.length);
  if (/\p{Script=Han}/u.test(rest)) {
    const name = rest.replace(/^[\s,，.。!！、]+|[\s.。!！~]+$/gu, "");
    return CHINESE_NAME.test(name) && !CHINESE_SAYS_MORE.test(name);
  }
  if (!/^[\s,，、]/u.test(rest) && !/\p{Script=Han}$/u.test(said)) return false;
  const words = rest.replace(/^[\s,，、]+|[\s.!]+$/gu, "");
  if (FOR_WHAT.test(words)) return true;
  const cut = words.lastIndexOf(",");
  const [before, name] = cut < 0 ? ["", words] : [words.slice(0, cut), words.slice(cut + 1)];
  return FOR_WHAT.test(before.trim()) && isNameInEnglish(name);
}
