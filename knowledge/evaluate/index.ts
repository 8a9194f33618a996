export {
  evaluateRetrieval,
  type RetrievalReport,
  settled,
} from "./evaluate-retrieval.ts";
export { type IndexedPassage, listIndexedPassages } from "./indexed-passages.ts";
export type { Estimate } from "./intervals.ts";
export type { Finder, RetrievalFigures } from "./measure-retrieval.ts";
export { holdsPassages, type QuestionSet, readQuestions } from "./question-set.ts";
