import type { AnswerInput } from "../tasks/contracts.ts";
import { scoreQuestion } from "./score.ts";

/** A passage that holds less of the question than this share of what the best one holds adds little to an answer. */
const TELLING_SHARE = 0.6;

/**
 * How many passages an answer has to be put together from: as many passages as there is room for are nearly always found, but
 * a plain question is answered by one or two of them.
 */
export function tellingPassages(
  input: Pick<AnswerInput, "question" | "translation" | "passages">,
): number {
  const { scored } = scoreQuestion(input.translation ?? input.question, input.passages);
  const best = Math.max(0, ...scored.map(({ coverage }) => coverage));
  return best === 0 ? 0 : scored.filter(({ coverage }) => coverage >= best * TELLING_SHARE).length;
}
