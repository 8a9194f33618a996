import {
  type Citation,
  detectLanguage,
  type RankedPassage,
  type Reply,
} from "../../src/core/index.ts";
import { cleanLine, cut } from "./text.ts";

const MAX_QUOTE = 400;

function citationOf(passage: RankedPassage, index: number): Citation {
  const { id: passageId, title, section, source, text: quote, origin } = passage;
  return { n: index + 1, passageId, title, section, source, quote, origin };
}

/** What a search has found, as a reply that can be shared like an answer. */
export function foundReply(query: string, passages: readonly RankedPassage[]): Reply {
  const lines = passages.map(({ text, title }, index) => {
    const words = cleanLine(text.startsWith(title) ? text.slice(title.length) : text);
    return `[${index + 1}] ${cut(words, MAX_QUOTE)}`;
  });
  return {
    decision: "answer",
    text: lines.join("\n\n"),
    language: detectLanguage(query),
    confidence: null,
    question: query,
    citations: passages.map(citationOf),
    options: [],
    case: null,
    marks: [],
    timings: {},
    speaker: { kind: "bot" },
  };
}
