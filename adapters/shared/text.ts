// Text on its way to a platform comes from models, documents and people: it must not hide or break the request.

const LONE_SURROGATE = /\p{Cs}/gu;
const CONTROL = /\p{Cc}/gu;
const DIRECTION_OVERRIDE = /[\u202a-\u202e\u2066-\u2069]/gu;

/** Drops what no reader can see and what JSON or a form cannot carry; line ends become `\n`. */
export function cleanText(text: string): string {
  return text
    .replaceAll(/\r\n?/gu, "\n")
    .replaceAll(LONE_SURROGATE, "\ufffd")
    .replaceAll(CONTROL, (character) => (character === "\n" || character === "\t" ? character : ""))
    .replaceAll(DIRECTION_OVERRIDE, "");
}

/** The same on one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll(/\s+/gu, " ").trim();
}

/** The first `max` characters, whole characters only, with a mark when something is missing. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1).replace(/[\ud800-\udbff]$/u, "");
  return `${head.trimEnd()}…`;
}
