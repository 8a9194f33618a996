import { detectLanguage, type Language } from "../../src/core/index.ts";

/** Whether the words of a text, between its citations and code, are in a language. */
export function isWrittenIn(text: string, language: Language): boolean {
  const words = text
    .replace(/\[\d+\]/gu, " ")
    .replace(/```[\s\S]*?(?:```|$)/gu, " ")
    .replace(/`[^`]*`/gu, " ");
  return detectLanguage(words, language) === language;
}
