export { cleanLine, matchable, shorten } from "./normalize.ts";
export { splitSentences } from "./sentences.ts";
export { isOneSlipApart } from "./slips.ts";
export { stem } from "./stem.ts";
export { CHINESE_STOP_WORDS, ENGLISH_STOP_WORDS } from "./stop-words.ts";
export {
  expansionOf,
  hasTerm,
  indexTerms,
  isTelling,
  isVerbCharacter,
  questionLength,
  segmentHan,
  strengthOf,
  type Term,
  type TermIndex,
  termsOf,
} from "./terms.ts";
