/** The languages that Frontdesk speaks as equals. */
export const LANGUAGES = ["en", "zh"] as const;
export type Language = (typeof LANGUAGES)[number];

const HAN = /\p{Script=Han}/gu;
const LATIN_WORD = /\p{Script=Latin}+/gu;

/**
 * Guesses the language in which a person writes: Chinese as soon as Han characters weigh as much as a third of the
 * Latin words ("怎么 reset VPN 密码" is Chinese), else English.
 * @param fallback returned when the text has neither (numbers, emoji, "?").
 */
export function detectLanguage(text: string, fallback: Language = "en"): Language {
  const han = text.match(HAN)?.length ?? 0;
  const words = text.match(LATIN_WORD)?.length ?? 0;
  if (han === 0 && words === 0) return fallback;
  return han * 3 >= words && han > 0 ? "zh" : "en";
}
