const PRIVATE: readonly RegExp[] = [
  // E-mail addresses.
  /[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+/gu,
  // Keys and tokens.
  /\b(?=[A-Za-z0-9_-]*\d)(?=[A-Za-z0-9_-]*[A-Za-z])[A-Za-z0-9_-]{20,}\b/gu,
  // Telephone, account and card numbers.
  /\+?\d(?:[\s().-]?\d){6,}/gu,
];
const MAX_LENGTH = 400;

/** What of a question may leave the house: without addresses, long numbers and keys, and not too long. */
export function withoutPrivateWords(question: string): string {
  const plain = PRIVATE.reduce((text, pattern) => text.replaceAll(pattern, " "), question);
  return Array.from(plain.replaceAll(/\s+/gu, " ").trim()).slice(0, MAX_LENGTH).join("");
}
