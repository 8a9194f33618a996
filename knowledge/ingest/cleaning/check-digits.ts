/** Whether the check digits of an IBAN are right (ISO 13616: modulo 97). */
export function isIban(text: string): boolean {
  const letters = text.replaceAll(" ", "");
  if (letters.length < 15 || letters.length > 34) return false;
  let rest = 0;
  for (const sign of letters.slice(4) + letters.slice(0, 4)) {
    for (const digit of String(Number.parseInt(sign, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** Whether the check digit of a payment card is right (ISO/IEC 7812: Luhn). */
export function isCardNumber(text: string): boolean {
  const digits = [...text.replaceAll(/\D/gu, "")].map(Number).reverse();
  if (digits.length < 13 || digits.length > 19) return false;
  const sum = digits.reduce((total, digit, index) => {
    const doubled = index % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

const CHINESE_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** Whether the check sign of an identity number of the People's Republic is right (GB 11643: modulo 11). */
export function isChineseId(text: string): boolean {
  const sum = CHINESE_WEIGHTS.reduce(
    (total, weight, index) => total + weight * Number(text[index]),
    0,
  );
  return "10X98765432"[sum % 11] === text[17]?.toUpperCase();
}

/** Whether the check sign in brackets of a Hong Kong identity card is right (modulo 11; a missing first letter counts 36). */
export function isHongKongId(text: string): boolean {
  const signs = text.replaceAll(/[()]/gu, "").padStart(9, " ");
  const sum = [...signs].reduce((total, sign, index) => {
    const value = sign === " " ? 36 : Number.parseInt(sign, 36);
    return total + value * (9 - index);
  }, 0);
  return sum % 11 === 0;
}

const TAIWANESE_LETTERS = "ABCDEFGHJKLMNPQRSTUVXYWZIO";

/** Whether the check digit of a Taiwanese identity number is right (modulo 10). */
export function isTaiwaneseId(text: string): boolean {
  const letter = TAIWANESE_LETTERS.indexOf(text[0] ?? "") + 10;
  if (letter < 10) return false;
  const digits = [...text.slice(1)].map(Number);
  const sum = digits.reduce(
    (total, digit, index) => total + digit * (index === 8 ? 1 : 8 - index),
    Math.floor(letter / 10) + (letter % 10) * 9,
  );
  return sum % 10 === 0;
}
