import { LANGUAGES, type Language } from "../../src/core/index.ts";

/** The language that a button was made in. */
export function languageOf(text: string): Language {
  return LANGUAGES.find((language) => language === text) ?? "en";
}
