import type { HandoffReason } from "../../src/core/index.ts";
import { mendTypos } from "./typos.ts";

/** Words on which a wish hangs; a slip of the finger in them must not lose it. */
const KEY_WORDS: readonly string[] = [
  "someone",
  "somebody",
  "person",
  "people",
  "operator",
  "assistant",
  "representative",
  "complaint",
  "talking",
  "speaking",
  "chatting",
];

const LINK =
  "(?:\\s+(?:me|us|to|with|up|back|through|over|on|in|touch|hold|of|directly|an?|the|some|one|your|our|my|please|just|online|now|at|by|fucking|damn|goddamn|bloody|freaking))*\\s+";
const PERSON_NOUN =
  "(?:(?:fucking|damn|goddamn|bloody|real|actual|live|living|physical|free|available|another|human|customer(?: service| support| care)?|support|service|help ?desk)\\s+)*(?:humans?|human beings?|persons?|people|agents?|operators?|representatives?|reps?|advisors?|advisers?|assistants?|(?:someone|somebody|s[om]+e?neone|anyone|anybody)(?: else)?|colleagues?|staff(?: members?)?|team members?|managers?|supervisors?|employees?|specialists?|consultants?|support team|guy|man|woman)";
const PERSON_END =
  "(?=\\s*(?:$|[.,!?;:)]|please|pls|plz|now|again|asap|right|immediately|about|who|that|to (?:help|solve|assist|talk|speak|discuss)|for (?:help|assistance|support|this)|on the (?:phone|line)|instead|in charge|from|here|at|with|and|how|thanks|over|today|i can))";
const REACH =
  "(?:talk(?:ing)?|speak(?:ing)?|chat(?:ting)?|convers(?:e|ing)|connect(?:ed|ing)?|(?<!\\b(?:a|the|my|this|money|bank|wire) )transfer(?:red|ring)?|escalat(?:e|ed|ing)|contact(?:ing)?|reach(?:ing)?(?: out)?|(?:get|getting) (?:in touch|through|hold)|put(?:ting)?|hand(?:ing)?|pass(?:ing)?|switch|forward|direct|get me|give me|bring in|send me|find me)";
const PERSON_WISHES: readonly RegExp[] = [
  new RegExp(`\\b${REACH}${LINK}${PERSON_NOUN}\\b${PERSON_END}`, "u"),
  new RegExp(
    `^\\W*call(?: me)?(?: in)? (?:an? |the |your )?(?:human|agent|operator|representative|colleague|supervisor|manager)\\b${PERSON_END}`,
    "u",
  ),
  new RegExp(
    `\\b(?:i |we )?(?:want|need|would like|'d like|demand|require|prefer|wanna have|deserve)\\s+(?:an? |some |to have an? |the )?(?:real |actual |live |human )*(?:humans?|human beings?|(?:real |actual |live )persons?|persons?|agents?|operators?|representatives?|human (?:agent|help|assistance|support|being))\\b${PERSON_END}`,
    "u",
  ),
  /^\W*(?:(?:an? |the )?(?:real |live |actual |human )?(?:human|person|agent|operator|representative)|real (?:human|person)|human (?:agent|being|help|support)|live (?:agent|person|chat|support)|hand ?off|handover|speak to (?:a )?(?:human|person|agent)|(?:agent|human|person|operator|representative) please|let me (?:talk|speak) to (?:a |an |your )?\w+)\W*$/u,
  /\b(?:not|no|don't want|instead of|rather than) (?:to )?(?:talk(?:ing)? (?:to|with) )?(?:an? |the |this |with )?(?:stupid |dumb |damn )?(?:bot|robot|machine|chat ?bot|computer|ai)\b/u,
  /\bhuman (?:assistance|help|support|intervention)\b|\blive (?:agent|chat|support|person)\b/u,
  /转(?:接)?(?:到)?(?:人工|真人|客服)|人工(?:客服|服务|坐席|帮忙|支持|处理)|(?:找|要|叫|请|换|联系|接)(?:你们的?|贵公司的?)?(?:一?个|位|一位|下|一下)?(?:真人|人工|活人|客服|人来|同事来|负责人|领导|经理来)|(?:真人|活人)(?:客服|服务|帮|来|聊|说|在|吗)|(?:跟|和|与|同)(?:一?个|位|你们的?)?(?:真人|人工|活人|客服|工作人员|负责人|经理|领导)(?:说|谈|聊|沟通|讲|联系|通话|反映)|^(?:人工|真人|客服)$|不(?:想|要|愿意)(?:再)?(?:跟|和|与)(?:机器人?|程序|ai)|(?:想|要)(?:和|跟|与)人(?:说|聊|谈|沟通)|(?:有|有没有)(?:真人|人工|活人)(?:吗|客服|服务)?|不要机器人|别用机器人/u,
  /(?:让|叫|请)(?:你们|您们|你|您)的?(?:经理|负责人|领导|主管|老板|同事|人)(?:来|出来|跟|和|与|给|联系)|(?:让|由|请|要|来|换)(?:一?个|位|一位)?(?:真人|活人|人工)(?:来|跟|和|回复|回答|处理|联系|接|说|$|[吧吗啊。！!?？])|(?:别|不要)(?:再)?自动回复|(?:给我|帮我|替我)(?:找|叫|派|安排|联系|转)(?:一?个|位|一位)?(?:人|(?!.{0,8}(?:[吗?？]|什么|哪)).{0,6}(?:同事|专员|专人|工作人员|负责人))|(?:派|安排)(?:一?个|位|一位)?(?:人|同事|专员|专人|工作人员)(?:来|跟|和|与|联系|处理)|(?:想|要|需要|希望)(?:直接)?(?:和|跟|与).{1,8}的(?:人|同事|人员)(?:直接)?(?:说|谈|聊|沟通|讲|联系|通话)/u,
];
/** Said so plainly that it does not matter what follows; and wishes for a colleague of the team, or for one by name. */
const PLAIN_WISHES: readonly RegExp[] = [
  /\b(?:(?:i|we)(?: (?:want|need|would like)|'d like) to|(?:i|we) wanna|let me|(?<!\b(?:how|when|where) )(?:can|could|may) (?:i|we)) (?:please )?(?:talk|speak|chat) (?:to|with) (?:an? |another |the )?(?:real |actual |live |human )*(?:humans?|human being|person|agent|operator|representative)\b(?!['’-])/u,
  /\b(?:can|could|will|would|may) (?:someone|somebody|anyone|anybody|a (?:person|human|colleague)) (?:from|of|in|on) your (?:\w+ )?(?:team|staff|side|company|department) (?:please )?(?:help|assist|support) (?:me|us)\b/u,
  /^\W*(?:(?:please|pls|can you|could you|now|ok(?:ay)?)[,\s]+)*(?:give|hand|pass|connect) me back (?:over |through )?(?:to|with) (?!(?:the|an?|my|our|your|this|that)\b)[\p{L}.-]+(?: [\p{L}.-]+)?(?:[,\s]+(?:please|again|now|thanks))*\W*$/u,
  /你们(?:团队|公司|部门|那边)?(?:里|的)?(?:有没有|有)?(?:人|谁|哪位|同事)(?:能不能|可不可以|能|可以)(?:来)?帮(?:帮|助|一下)?我|^(?:请|麻烦)?(?:帮我|把我|给我)?(?:再)?(?:转|接|交)回给(?!机器人)\p{Script=Han}{2,4}$|(?:换|再(?:找|叫|来|换))一?(?:个|位)(?:真人|人工|人)(?:来|跟|和|吧|说|聊|$|[,，。!！?？])|(?:我|能|可以|想)(?:再|重新)(?:跟|和|与|找)(?:一?个|一?位)?(?:真人|人工|客服)/u,
];
/** "please have somebody from HR call me", "让人事部的人联系我". */
const CALL_ME: readonly RegExp[] = [
  /\b(?:have|ask|get|let|tell|could|can|may) (?:someone|somebody|anyone|a (?:person|colleague|human)|the (?:people|hr|it) (?:team|desk)|hr|it|your (?:colleague|boss|manager)s?)(?: (?:from|of|in|at) (?:the |your )?[\w ]{2,30}?)?(?: to)? (?:call|contact|phone|ring|reach|write|e-?mail|message|get back to|get in touch with|talk to|speak to) (?:me|us|with me)\b/u,
  /(?:让|叫|请|安排|麻烦)(?:你们?|您)?.{0,8}?(?:人|同事|部|部门|负责人|主管|经理|专员)(?:尽快|直接|主动|今天|马上)?(?:联系|打(?:个)?电话给|回(?:个)?电话给|回复)(?:一下)?我/u,
  /(?:帮|替)我(?:去)?(?:问问|问一下|问下|联系)(?:一下)?(?:你们的?)?(?:同事|人事|负责人|工作人员|真人|经理|主管)/u,
];
const PERSON_QUESTIONS =
  /\b(?:are|r) (?:you|u)\b|\b(?:if|whether|think|that) (?:you|u)(?: are|'re)\b|\bam i (?:talking|speaking|chatting)\b|\bcontact person\b|\b(?:what|which) (?:hours|time|times|phone|number|email)|\bat what\b|\bwhen (?:can|is|are|do)\b|\bhow (?:many|much|often|long)\b|\b(?:who|whom) (?:is|are|was|do|does|should|can)\b|\bhow (?:do|does|can|should|would) (?:an? |the |our |your )(?:\w+\s){1,2}|几点|什么时间|电话是|邮箱|是谁|谁是|有多少/u;

const COMPLAINT =
  /\b(?:(?:mak|fil|lodg|submitt?|rais|register|open|send|post|report|express|present|leav|issu|sen|hav|got|get|do|writ|want|need|formal|official|consumer|customer)(?:e|es|ing|ed)?)\s+(?:\w+\s+){0,2}?(?:an? |some |my |another |the )?(?:\w+\s+)?(?:complaints?|(?:customer |consumer )(?:claims?|reclamations?)|reclamations?|claim against)\b|\blodg(?:e|ing) (?:an? )?(?:\w+ )?claim\b|^(?:complaints?|complain|(?:customer|consumer) (?:claim|reclamation)|reclamation)\b|\b(?:want|like|need|going|have|try\w*) to complain\b|\bcomplain(?:ing)? about (?:you|your)/u;
const COMPLAINT_QUESTION =
  /\bcomplaints? (?:policy|policies|procedure|process|form|team|department|handling|officer|rate)|\bhow (?:are|do you|does the|is) (?:\w+\s){0,3}complaints?|\b(?:what (?:is|are|counts)|which|who handles)\b[^?]*\bcomplaints?|customer complaints? (?:about|be|from|are|that)/u;
const CHINESE_COMPLAINT =
  /我(?:要|想|得|必须)(?:进行)?(?:对.{1,8}?)?(?:提出?|进行|发起)?(?:正式)?(?:的)?(?:投诉|举报你|申诉你)|(?:投诉|举报)(?:你们|你|您|贵公司|客服)|^(?:我)?(?:要)?投诉[!！。]*$|(?:就|就要|会|只好)(?:去)?(?:投诉|举报)(?:了|你)|要去(?:消协|12315|工商)/u;

const ANGER: readonly RegExp[] = [
  /\byou (?:(?:stupid|useless|dumb|fucking|bloody|worthless|damn) )+(?:idiots?|bot|machine|thing|morons?|piece|program)\b/u,
  /\b(?:you(?:'re| are)|u r|this (?:bot |thing |service |is )?(?:is|bot)|what an?|fuck(?:ing)?|completely|totally|absolutely)\s+(?:(?:an?|so|such|really|all|just|very|fucking|being|completely|totally|absolutely|the most|of)\s+)*(?:useless|idiots?|stupid|dumb|moron|worthless|garbage|trash|rubbish|pathetic|ridiculous|a joke|unacceptable|terrible|horrible|awful|crap|shit|bullshit|incompetent|outrageous|hopeless|disgrace|nonsense)\b/u,
  /\b(?:fuck (?:you|off|this|it)|screw (?:you|this)|go to hell|piss(?:ed)? off|wtf|son of a|asshole|bastard|bullshit|what the (?:hell|fuck))\b/u,
  /\b(?:i(?:'m| am)|i've had|we are|we're|makes me|i am so|getting)\s+(?:\w+\s){0,2}?(?:furious|fed up|sick of|sick and tired|angry|pissed|enough of|outraged|livid|disgusted|mad at)\b/u,
  /\b(?:i(?:'m| am| ain't| am not|'m not)|we(?:'re| are)(?: not)?) (?:\w+ ){0,2}?(?:unhappy|unsatisfied|dissatisfied|(?<=(?:not|ain't|n't) (?:\w+ )?)(?:happy|satisfied)) with (?:\w+ )?(?:you|your?|ur|the service|this service)\b/u,
  /\bexperience with (?:\w+ )?(?:you|your|yur|ur|u)\b[^?]{0,20}\b(?:was|is|has been) (?:\w+ )?(?:bad|awful|terrible|horrible|poor)\b/u,
  /\b(?:worst (?:service|support|bot|experience|company)|waste of (?:my )?time|(?:this is|that's|it's) (?:ridiculous|unacceptable|outrageous|a joke|a disgrace|an outrage)|how dare|i(?:'ve| have) (?:already )?(?:asked|told you|said|explained) (?:this |that |it )?(?:\w+ )?(?:(?:three|four|five|ten|\d+|several|many|a hundred|a thousand) times|again and again)|nobody (?:helps|cares|answers)|you(?:'re| are) not (?:listening|helping))\b/u,
  /气死|(?:太|真|这么|什么)(?:垃圾|烂|坑|恶心|离谱|过分|差劲|气人)|(?:垃圾|废物|智障|傻[逼比b]|脑残|白痴|混蛋|王八蛋|他妈|妈的|去死|滚|操你|草泥马|尼玛)|什么破(?:玩意|东西|系统|机器人|客服|公司|服务)|(?:你|你们)(?:有病|是不是傻|是猪|(?:是不是)?(?:在)?(?:耍|糊弄|忽悠|敷衍|欺骗|骗)(?:我|人)|糊弄|骗子)|(?:太|真|很|非常)(?:让|令)人?(?:失望|生气|恼火|愤怒)|简直(?:离谱|荒唐|过分|不可理喻|岂有此理)|(?:受够了|忍无可忍|烦死了|火大|太生气了|非常生气|很生气|我生气了|太失望|欺人太甚|浪费(?:我的?)?时间|一点用(?:都|也)没有|毫无用处|有什么用)/u,
];

const SENSITIVE: readonly RegExp[] = [
  /\b(?:(?:want|going|plan(?:ning)?|thinking (?:of|about)|thought about) (?:to )?(?:kill(?:ing)?|hurt(?:ing)?|harm(?:ing)?) (?:myself|himself|herself|somebody|someone)|feel(?:ing)? like (?:killing|hurting|harming) (?:myself|somebody|someone)|(?:commit(?:ting)? )?suicid(?:e|al)|end my life|self[- ]harm|(?:don't|do not|dont) want to (?:live|be alive)(?= (?:any ?more|any longer)| ?(?:$|[.,!?;])))\b/u,
  /\b(?:i(?:'m| am| was| have been|'ve been)|(?:my|an?|one of my|some) (?:boss|manager|colleague|colleagues|coworker|co-worker|supervisor|team lead|customer|client)(?: is| are| has| have| keeps?)?|(?:he|she|they)(?:'s|'re| is| are)?) (?:\w+\s){0,3}?(?:harass(?:ed|ing)|bull(?:ied|ying)|assault(?:ed|ing)|discriminat(?:ed|ing)|threaten(?:ed|ing)|molest(?:ed|ing)|rap(?:ed|ing)|abus(?:ed|ing)|stalk(?:ed|ing)|touch(?:ed|ing) me)\b/u,
  /\b(?:i(?:'ll| will| am going to|'m going to)|we will) (?:sue|see you in court|call (?:my|a|our) lawyer|take (?:you|this|legal)|contact (?:my|a|our) (?:lawyer|attorney))\b|\bmy (?:lawyer|attorney) (?:will|is going)\b/u,
  /\b(?:there(?:'s| is)|we have|i have|i smell|i see) (?:an? )?(?:fire|smoke|gas leak|medical emergency|emergency)\b|\bheart attack\b|\b(?:some(?:one|body)|(?:my|an?) (?:colleague|coworker|visitor|client)|he|she) (?:(?:is|has|was|just|has just) )?(?:collapsed|unconscious|bleeding|dying|passed out|fainted|(?:badly |seriously )?(?:injured|hurt)(?= (?:in|at|on)\b|[.!]*$))/u,
  /(?:想|要|打算)(?:自杀|自残|轻生|寻死)|我(?:真的?|只|就)?想死(?:了|算了)?(?:$|[,，.。!！])|不想活|活不下去|结束(?:自己的)?生命|(?:我|同事|她|他).{0,8}(?:被|遭到?|遭受|受到).{0,8}(?:骚扰|霸凌|性侵|猥亵|殴打|歧视|威胁|恐吓|跟踪|虐待)|(?:性骚扰|骚扰|霸凌|威胁|猥亵)(?:了)?我|(?:主管|领导|经理|老板|上司|同事|客户|他|她)(?:一直|总是|又|还|在)?(?:威胁|恐吓|辱骂|骚扰|霸凌|殴打)(?:我|要|说要)|被(?:人|同事|客户|主管|领导|经理)(?:打|揍|殴打|跟踪|猥亵)了?|(?:要|会|准备)(?:起诉|告)(?:你们|公司)|法院见|找律师(?:告|起诉)|着火了|起火了|煤气泄漏|(?:有人|同事|他|她)(?:.{0,4})?(?:晕倒|受伤|昏迷|流血|触电)了?|(?:对我|跟我)动手动脚|(?:欺负|霸凌|殴打)我|心脏病发作/u,
];

/** Whether a message in lower case holds one of the words that a team wants people to handle. */
function holdsPolicyTopic(text: string, topics: readonly string[]): boolean {
  return topics.some((topic) => {
    const wanted = topic.trim().toLowerCase();
    if (wanted === "") return false;
    if (!/^[\w\s'-]+$/u.test(wanted)) return text.includes(wanted);
    return new RegExp(`\\b${wanted.replace(/[-]/gu, "\\-")}`, "u").test(text);
  });
}

/** What somebody says that he does not want, or is not. */
const DENIED: readonly RegExp[] = [
  /\bi (?:do not|don'?t) (?:want|need) (?:to (?:talk|speak|chat) (?:to|with) )?(?:an? |any |the )?(?:real |live )?(?:human|person|agent|operator|people|somebody|someone)\b/gu,
  /\bi(?:'?m| am) not (?:angry|mad|upset|annoyed|furious|complaining)\b/gu,
  /(?<!要)(?:不用|不需要|不想|不要|无需|不必|别)(?:再)?(?:帮我|给我)?(?:转接?|找|叫|接|联系)(?:人工|真人|客服)(?:客服|服务)?/gu,
  /(?<!要)(?:不用|不需要|无需|不必)(?:人工|真人)(?:客服|服务)?/gu,
  /我(?:没有?|不是?)(?:在)?(?:生气|发火|投诉)/gu,
];

/** Why a message needs a person; null when it does not. The text is in lower case. */
export function readWish(raw: string, sensitiveTopics: readonly string[]): HandoffReason | null {
  const whole = mendTypos(raw, KEY_WORDS);
  if (SENSITIVE.some((pattern) => pattern.test(whole))) return "sensitive-topic";
  if (holdsPolicyTopic(whole, sensitiveTopics)) return "sensitive-topic";
  const text = DENIED.reduce((left, pattern) => left.replace(pattern, " "), whole);
  const isAngry = ANGER.some((pattern) => pattern.test(text));
  const isWish = [...PERSON_WISHES, ...PLAIN_WISHES, ...CALL_ME].some((pattern) =>
    pattern.test(text),
  );
  // Angry people are more urgent, whatever they ask for.
  if (isWish && !PERSON_QUESTIONS.test(text)) return isAngry ? "anger" : "asked-for-person";
  if (CHINESE_COMPLAINT.test(text)) return "anger";
  if (COMPLAINT.test(text) && !COMPLAINT_QUESTION.test(text)) return "anger";
  return isAngry ? "anger" : null;
}

const DISSATISFIED =
  /^\W*(?:no[,.!\s]+)?(?:(?:that(?:'s| is) |it(?:'s| is) )?still (?:wrong|not (?:right|correct|it|what i (?:asked|meant))|no(?: good| help)?$)|that(?:'s| is| was)? (?:not|n't|wrong|incorrect|useless|no help|nonsense)|this is (?:not|wrong|incorrect)|(?:it|that|this|you) (?:did ?n't|does ?n't|did not|does not|do not|don't) (?:help|answer|work|understand)|not (?:helpful|what i (?:asked|meant|wanted)|correct|right|true|useful)|wrong(?: answer)?|you (?:didn't|did not|don't) (?:answer|understand)(?: my question| me)?|(?:you(?:'re| are) )(?:wrong|mistaken)|that isn't (?:right|correct|true|what i (?:asked|meant|wanted))|useless|bad answer)(?:[^?]{0,60})$/u;
const CHINESE_DISSATISFIED =
  /^(?:(?:你|您)(?:这|这是|又|总是|完全)*答非所问|(?:你|您)(?:根本|完全|还)?没(?:有)?回答(?:我的?)?(?:问题)?|(?:还是|仍然|依然|还)?不对|(?:还是|仍然|又)错了?|错了|不是这个|答非所问|没(?:有)?(?:回答|解决|用|帮助)|没(?:有)?回答我的问题|这不是我(?:要|想|问)的.{0,6}|你(?:没|没有)(?:听懂|看懂|理解|明白).{0,8}|回答(?:错|不对|得不对).{0,4}|不准确|说的不对|你说错了|没用|不是我(?:要|想问|问)的.{0,6})[。!！\s]*(?:啊|吧|呢)?$/u;

/** Whether a message says that the last answer was no good, without asking anything new. */
export function isDissatisfied(text: string): boolean {
  return DISSATISFIED.test(text) || CHINESE_DISSATISFIED.test(text);
}
