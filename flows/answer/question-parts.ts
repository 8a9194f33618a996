import { matchable, termsOf } from "../language/index.ts";
import { looksLikeQuestion } from "../understand/question-form.ts";

const ENGLISH_BREAK =
  /\?\s+(?=\S)|[,;]?\s+and\s+(?=(?:also\s+)?(?:who|whom|when|where|what|how|which|why|can|could|do|does|is|are|will|should|may)\b)/iu;
const CHINESE_BREAK =
  /[？；]\s*(?=\S)|[，,]\s*(?=(?:还有|以及|另外|并且|而且|同时|那么?)?[^，,？]{0,8}(?:谁|什么时候|多少|怎么|如何|哪里|几[天个点]))/u;
const MAX_PARTS = 3;

/** The questions that one message holds: "When is payday and who approves travel?" has two. */
export function questionParts(question: string): readonly string[] {
  const parts = question
    .split(/\p{Script=Han}/u.test(question) ? CHINESE_BREAK : ENGLISH_BREAK)
    .map((part) => part.trim())
    .filter((part) => termsOf(part).some((term) => !term.isOptional));
  const areQuestions = parts.every((part) => looksLikeQuestion(matchable(part)));
  return areQuestions && parts.length > 1 && parts.length <= MAX_PARTS ? parts : [question];
}
