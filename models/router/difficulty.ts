import type { QuestionHints } from "../../src/ports/chat-model.ts";

/** Words by which people ask for more than a fact. */
const REASONING =
  /\b(?:why|how come|explain|compare[ds]?|comparison|versus|vs|difference|differ|pros and cons|trade-?offs?|analy[sz]e|calculate|estimate|prove|derive|evaluate|recommend|decide|step by step|what if|plan|strategy)\b|为什么|为何|解释|比较|对比|区别|差别|优缺点|利弊|分析|计算|估算|证明|推导|评估|建议|该不该|一步一步|如果.*会|方案|策略/iu;

/** A question of so many characters has several parts; a Chinese one says as much in a third of them. */
const LONG_LATIN = 180;
const LONG_HAN = 60;
/** Out of the eight that a prompt usually has room for. */
const MANY_PASSAGES = 6;
const DEEP_FOLLOW_UP = 4;
/** Below this the passages do not plainly answer. */
const UNSURE = 0.55;

/** From this on a question is for the large model. */
export const HARD_FROM = 2;

/**
 * How hard a question is, in points: two for words that ask for reasoning, one each for length, many passages, little
 * confidence in them, and a conversation that has gone on for long.
 */
export function difficultyOf(hints: QuestionHints): number {
  const { question, passages, confidence, earlierTurns } = hints;
  const han = question.match(/\p{Script=Han}/gu)?.length ?? 0;
  const points = [
    REASONING.test(question) ? 2 : 0,
    question.length >= LONG_LATIN || han >= LONG_HAN ? 1 : 0,
    passages >= MANY_PASSAGES ? 1 : 0,
    confidence !== null && confidence < UNSURE ? 1 : 0,
    earlierTurns >= DEEP_FOLLOW_UP ? 1 : 0,
  ];
  return points.reduce((sum, point) => sum + point, 0);
}
