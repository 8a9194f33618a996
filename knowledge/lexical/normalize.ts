import { ConverterBuilder } from "opencc-js/core";
import { configs, from, to } from "opencc-js/preset/t2cn";

const HAN = /\p{Script=Han}/u;
const ACCENTED = /[\u00C0-\u024F\u1E00-\u1EFF]/u;
const ACCENTS = /(?<=\p{Script=Latin})\p{Mn}+/gu;
const DIGIT_COMMA = /(?<=\d),(?=\d{3}(?!\d))/gu;

const toSimplified = ConverterBuilder({ from, to, configs })({ from: "t", to: "cn" });

/**
 * Brings spellings of the same text together before it is cut into terms: full-width and compatibility forms (NFKC),
 * traditional Chinese (to simplified), accented Latin letters, thousands separators. Keeps upper and lower case, since
 * camelCase is cut later.
 */
export function normalizeText(text: string): string {
  let folded = text.normalize("NFKC");
  if (ACCENTED.test(folded)) {
    folded = folded.normalize("NFD").replace(ACCENTS, "").normalize("NFC");
  }
  if (HAN.test(folded)) folded = toSimplified(folded);
  return folded.replace(DIGIT_COMMA, "");
}
