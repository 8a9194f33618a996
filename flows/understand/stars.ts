import { matchable } from "../language/index.ts";
import { looksLikeQuestion } from "./question-form.ts";

const UNIT = String.raw`(?:\s*(?:\/\s*5|stars?(?!\p{L})|分(?!钟)|颗?星))`;
/** "5", "5!", "4/5", "3 stars". */
const ALONE = new RegExp(String.raw`^([1-5])${UNIT}?[\s.!。！]*$`, "iu");
/** "3/5: took long", "5分 很快". */
const WITH_UNIT = new RegExp(String.raw`^([1-5])${UNIT}[\s,.:;!，。：；！–—-]+(.+)$`, "isu");
/** "4, but hard to find", "4 - quick"; not "2-factor", "2.5 days", "1:1". */
const WITH_MARK = /^([1-5])(?:\s*[,:;!，。：；！–—]\s*|\.\s+|\s*-\s+)(?!\d)(.+)$/su;
const WITH_SPACE = /^([1-5])\s+(.+)$/su;

/** Words that nobody counts: the number before them stands alone. */
const UNCOUNTED =
  /^(?:(?:very|really|quite|too|so|not|no|but|because|since|it|she|he|they|you|we|i|the|this|that|thanks|thank|took|solved|fixed|answered|explained|helped|waited|never|always|could|was|well done)(?![\p{L}'-])|[很太挺]|非常|比较|有点|马上|立刻|一下子|解决|就是|可惜|不[错满太好够]|还[行好可]|但|因为|谢|服务|回复|态度|满意|快|慢|好[，,。！的]|好$|差)/u;
/** Praise or blame that no counted thing follows: "quick, but", "friendly and", not "quick questions". */
const JUDGED =
  /^(?:quick|fast|slow|good|great|excellent|perfect|awesome|amazing|fantastic|friendly|unfriendly|helpful|unhelpful|useful|useless|nice|kind|polite|patient|rude|bad|poor|terrible|awful|fine|ok|okay|easy|hard|confusing|competent)(?:\s*$|\s*[,.!;]|\s+(?:and|but|though|although|because|as|for|with|to|enough|work|job|service|help|support)(?!\p{L}))/u;

/** What a customer thought of the help. */
interface Stars {
  readonly stars: number;
  /** Empty when he gave no reason. */
  readonly comment: string;
}

function asksSomething(text: string): boolean {
  return /[?？]/u.test(text) || text.split(/[.:;!。：；！]\s*/u).some(looksLikeQuestion);
}

/**
 * A rating of one to five in words, with or without a reason. When in doubt it is none: a number often counts
 * what stands behind it ("2 factor authentication", "5 days ago"), and whoever asks wants an answer.
 */
export function starsIn(text: string): Stars | null {
  const said = text.trim();
  const alone = ALONE.exec(said);
  if (alone !== null) return { stars: Number(alone[1]), comment: "" };
  const marked = WITH_UNIT.exec(said) ?? WITH_MARK.exec(said);
  const found = marked ?? WITH_SPACE.exec(said);
  if (found === null) return null;
  const comment = found[2] ?? "";
  const plain = matchable(comment);
  if (asksSomething(plain) || /[?？]/u.test(comment)) return null;
  if (marked === null && !UNCOUNTED.test(plain) && !JUDGED.test(plain)) return null;
  return { stars: Number(found[1]), comment };
}
