import type { Language } from "../../src/core/index.ts";
import { en } from "./en.ts";
import type { Texts } from "./texts.ts";
import { zh } from "./zh.ts";

const TEXTS: Readonly<Record<Language, Texts>> = { en, zh };

/** The sentences in a language. */
export function textsIn(language: Language): Texts {
  return TEXTS[language];
}

export type { Texts } from "./texts.ts";
