import { ambiguityVector, clustersOf, type Found } from "../../flows/index.ts";
import type { Knowledge } from "../../knowledge/index.ts";
import {
  type AmbiguityExample,
  type ConfidenceExample,
  find,
  judge,
  type RankExample,
  without,
} from "../../src/cli/evaluation/examples.ts";
import { detectLanguage, type Language } from "../../src/core/index.ts";
import type { OwnQuestion } from "./own-questions.ts";

/** One of the project's own questions with what was found for it. */
export interface AskedQuestion {
  readonly question: OwnQuestion;
  readonly language: Language;
  readonly found: Found;
}

/** Asks the project's own questions. All are fitted on: how well that does is told by leaving one set out at a time. */
export async function collectOwn(
  knowledge: Knowledge,
  questions: readonly OwnQuestion[],
): Promise<{
  readonly confidence: ConfidenceExample[];
  readonly rank: RankExample[];
  readonly ambiguity: AmbiguityExample[];
  readonly asked: AskedQuestion[];
}> {
  const confidence: ConfidenceExample[] = [];
  const rank: RankExample[] = [];
  const ambiguity: AmbiguityExample[] = [];
  const asked: AskedQuestion[] = [];
  const half = 0;
  for (const question of questions) {
    const { text, set, kind, pages } = question;
    const language = detectLanguage(text);
    const found = await find(knowledge, text);
    asked.push({ question, language, found });
    const isGold = (source: string): boolean => pages.some((page) => source.endsWith(`/${page}`));
    const origin = kind === "absent" ? "foreign" : "gold";
    // Another page first: whether the question is then answered is anybody's guess.
    const isDoubtful = pages.length > 0 && !isGold(found.passages[0]?.passage.source ?? "");
    const vector = judge(found, text, language);
    if (!isDoubtful) confidence.push({ set, origin, language, vector, half });
    if (kind !== "absent") {
      const clusters = clustersOf(found.passages, found.scored);
      const measured = ambiguityVector(found, clusters, text, language);
      ambiguity.push({ set, isAmbiguous: kind === "ambiguous", vector: measured });
    }
    if (pages.length === 0) continue;
    const passages = found.passages.map(({ passage, vector: measured }) => ({
      isGold: isGold(passage.source),
      vector: measured,
    }));
    rank.push({ set, language, passages, half });
    const rest = judge(without(found, isGold, text), text, language);
    confidence.push({ set, origin: "removed", language, vector: rest, half });
  }
  return { confidence, rank, ambiguity, asked };
}
