import type { Redaction } from "../../../src/ports/knowledge-base.ts";
import { isCardNumber, isChineseId, isHongKongId, isIban, isTaiwaneseId } from "./check-digits.ts";

/** A way to write something personal; what only looks like it fails the check. */
interface Pattern {
  readonly text: RegExp;
  readonly isReal?: (found: string) => boolean;
}

/** A number does not begin or end inside a word, a longer number, a version or an address. */
const BEFORE = String.raw`(?<![\p{Script=Latin}\p{N}_./@+-])`;
const AFTER = String.raw`(?![\p{Script=Latin}\p{N}_@]|[-.]\d)`;
const pattern = (inside: string, isReal?: Pattern["isReal"]): Pattern => ({
  text: new RegExp(`${BEFORE}(?:${inside})${AFTER}`, "gu"),
  ...(isReal === undefined ? {} : { isReal }),
});

const EMAIL =
  /[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?:@|\s?[[(]at[\])]\s?)(?:[\p{Script=Latin}\d-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9])/gu;
/** "Tel. 030 1234567", "手机号：1380013 8000": what is called a telephone number is one. */
const LABELLED_PHONE =
  /(?<=\b(?:tel|telephone|phone|mobile|mob|cell|fax|whatsapp|telefon|mobil)\b\.?(?:\s?(?:no\.?|number))?[\s:*]{0,4}|(?:电话|電話|手机|手機|座机|座機|传真|傳真)(?:号码|號碼|号|號)?[\s:*是为為]{0,4})[+(]?\d(?:[\s()/.-]{0,2}\d){5,14}(?!\d)/giu;

/** Service numbers of companies (400-…, 1-800-…) are nobody's own, and customers ask for them. */
const isPersonal = (found: string): boolean =>
  !/^(?:\+?1[\s.-]?)?\(?8(?:00|33|44|55|66|77|88)\)?[\s.-]|^[48]00-/u.test(found);

const PATTERNS: Readonly<Record<Redaction, readonly Pattern[]>> = {
  email: [{ text: EMAIL }],
  iban: [pattern(String.raw`[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?`, isIban)],
  card: [
    pattern(
      String.raw`[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}|3\d{3}[ -]?\d{6}[ -]?\d{4,5}`,
      isCardNumber,
    ),
  ],
  id: [
    pattern(String.raw`[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dXx]`, isChineseId),
    pattern(String.raw`[A-Z]{1,2}\d{6}\([\dA]\)`, isHongKongId),
    pattern(String.raw`[A-Z][12]\d{8}`, isTaiwaneseId),
    pattern(String.raw`(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}`),
  ],
  phone: [
    { text: LABELLED_PHONE, isReal: isPersonal },
    { text: /(?<![\p{L}\p{N}+])\+[1-9](?:[\s().-]{0,2}\d){7,14}(?!\d)/gu, isReal: isPersonal },
    pattern(String.raw`1[3-9]\d(?:[ -]?\d{4}){2}`),
    pattern(String.raw`(?:\(0\d{2,3}\) ?|0\d{2,3}-)[2-9]\d{2,3}[ -]?\d{4}(?:(?:-|转|轉)\d{1,5})?`),
    pattern(
      String.raw`(?:1[ .-])?(?:\([2-9]\d{2}\) ?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}`,
      isPersonal,
    ),
  ],
};

/** What stands in the place of what was blacked out. */
const MARKS: Readonly<Record<Redaction, string>> = {
  email: "[email]",
  iban: "[IBAN]",
  card: "[card]",
  id: "[ID]",
  phone: "[phone]",
};

/** Order of looking: what is an account or an identity card must not be half taken for a telephone. */
const ORDER: readonly Redaction[] = ["email", "iban", "card", "id", "phone"];

/**
 * Blacks out personal data: addresses, account, card, identity and telephone numbers as people write them in English and
 * Chinese texts, full-width figures included. Numbers with check digits are looked at closely, so that order numbers and
 * dates stay. Names of people are not recognised.
 */
export function redact(text: string, kinds: readonly Redaction[]): string {
  let result = text;
  for (const kind of ORDER) {
    if (!kinds.includes(kind)) continue;
    for (const { text: shape, isReal = () => true } of PATTERNS[kind]) {
      result = replaceSeen(result, shape, MARKS[kind], isReal);
    }
  }
  return result;
}

/** Looks at full-width letters and figures as at plain ones; both have one code unit, so that places are the same. */
function replaceSeen(
  text: string,
  shape: RegExp,
  mark: string,
  isReal: (found: string) => boolean,
): string {
  const seen = text.replace(/[\uff01-\uff5e]/gu, (wide) =>
    String.fromCharCode(wide.charCodeAt(0) - 0xfee0),
  );
  let result = "";
  let end = 0;
  for (const { 0: found, index } of seen.matchAll(shape)) {
    if (!isReal(found)) continue;
    result += text.slice(end, index) + mark;
    end = index + found.length;
  }
  return result + text.slice(end);
}
