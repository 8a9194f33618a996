import { isCardNumber } from "../../../knowledge/ingest/index.ts";

/** What names a person or opens something, and what stands in its place. Longer forms before their parts. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/gu, "[key]"],
  [/\b(?:xox[a-z]-|xapp-|sk-|ghp_|gho_|github_pat_|glpat-|AKIA|eyJ)[\w.+/=-]{8,}/gu, "[token]"],
  [/\b(https?:\/\/)[^\s/@:]+:[^\s/@]+@/giu, "$1[login]@"],
  [/<@!?[\w|.-]+>/gu, "[person]"],
  [/[\p{L}\p{N}._%+-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu, "[e-mail]"],
  [/\b[A-Z]{2}\d{2}(?:[ ]?[A-Z\d]{4}){3,7}(?:[ ]?[A-Z\d]{1,3})?\b/gu, "[account]"],
  [/(?<!\d)\d{17}[\dXx](?!\d)/gu, "[id]"],
  [/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.])/gu, "[ip]"],
  [/\b(?:[0-9a-f]{1,4}:){5,7}[0-9a-f]{1,4}\b/giu, "[ip]"],
];
/** 13 to 19 digits in groups: a card when its check digit is right. */
const CARD = /(?<![\d-])(?:\d[ -]?){12,18}\d(?![\d-])/gu;
/** Seven digits at least, with what people write between them; not a date and not a sum of money. */
const PHONE = /(?<![\w.,/-])(?:\+|00)?\(?\d(?:[\s().-]{0,2}\d){6,14}(?![\w%/-])/gu;
const DATE_OR_VERSION = /^\d{4}-\d{1,2}-\d{1,2}|^\d+(?:\.\d+){2,}$/u;

/**
 * Takes out what names a person or opens something by its form: addresses of e-mail and networks, numbers of telephones,
 * cards, accounts and Chinese identity cards, mentions, tokens and keys. Names of people have no such form and stay.
 */
export function redact(text: string): string {
  const shaped = PATTERNS.reduce((rest, [pattern, mark]) => rest.replaceAll(pattern, mark), text);
  return shaped
    .replaceAll(CARD, (found) => (isCardNumber(found) ? "[card]" : found))
    .replaceAll(PHONE, (found) => (DATE_OR_VERSION.test(found) ? found : "[phone]"));
}
