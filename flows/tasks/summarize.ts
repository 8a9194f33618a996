import { quoteAnswer } from "../answer/extract.ts";
import { cleanLine, shorten } from "../language/index.ts";
import { textsIn } from "../texts/index.ts";
import type { SummarizeInput, Summary } from "./contracts.ts";

const MAX_LINE = 200;
const MAX_TITLES = 3;

/** What an agent should know at a glance: what was asked, what was looked at, the last words. No model needed. */
export function summarize(input: SummarizeInput): Summary {
  const t = textsIn(input.language);
  const { question, passages, turns } = input;
  const titles = [
    ...new Set(
      passages.map(({ title, section }) => (section === "" ? title : `${title} › ${section}`)),
    ),
  ].slice(0, MAX_TITLES);
  const last = turns.findLast(({ role }) => role === "user")?.text ?? "";
  const nothingFound = input.isSearched ? t.summaryNothingFound : "";
  const lines = [
    input.summary,
    question === null ? "" : t.summaryAsked(shorten(cleanLine(question), MAX_LINE)),
    titles.length > 0 ? t.summaryTried(titles.join(t.listSeparator)) : nothingFound,
    last === "" ? "" : t.summaryLastWords(shorten(cleanLine(last), MAX_LINE)),
  ];
  const quoted = question === null ? null : quoteAnswer(question, passages);
  return {
    summary: lines.filter((line) => line !== "").join("\n") || t.summaryNothingAsked,
    suggestedAnswer: quoted?.text ?? null,
  };
}
