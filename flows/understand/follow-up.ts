import type { Language } from "../../src/core/index.ts";
import type { Dangling, Focus } from "../tasks/contracts.ts";
import { englishPointer, rewriteEnglish } from "./follow-up-en.ts";
import { chinesePointer, rewriteChinese } from "./follow-up-zh.ts";

/** A question that stands on its own. */
export interface Rewritten {
  readonly question: string;
  readonly isRewritten: boolean;
  /** The question leans on what was said before, whether or not it could be completed. */
  readonly isDependent: boolean;
}

/** What a follow-up asks about by pointing alone: "what about that one?", "这个呢？"; null when it says more. */
export function pointerOf(text: string, language: Language): Dangling | null {
  const words = language === "zh" ? chinesePointer(text) : englishPointer(text);
  return words === null ? null : { words, isThing: true };
}

/**
 * Completes a follow-up from the question before it: "and for contractors?", "how long does it take?", "那病假呢？". By rules
 * alone; a question that stands on its own comes back unchanged.
 * @param before - what the person asked before the question of the focus, latest first
 */
export function rewriteFollowUp(
  text: string,
  focus: Focus | null,
  language: Language,
  before: readonly string[] = [],
): Rewritten {
  if (focus === null || focus.question.trim() === "") {
    return { question: text, isRewritten: false, isDependent: false };
  }
  const rewritten =
    language === "zh" ? rewriteChinese(text, focus) : rewriteEnglish(text, focus, before);
  if (rewritten === null) return { question: text, isRewritten: false, isDependent: false };
  const question = rewritten.trim();
  return { question, isRewritten: question !== text.trim(), isDependent: true };
}
