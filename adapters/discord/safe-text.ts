import { cleanLine, cleanText, cut } from "../shared/text.ts";

const ZERO_WIDTH_SPACE = "\u200b";

/**
 * Takes the bell out of what would call people. Mentions are closed with every message as well; this keeps a quoted
 * `@everyone` from looking like a call.
 */
function defuse(text: string): string {
  return text
    .replaceAll(/@(?=everyone|here)/giu, `@${ZERO_WIDTH_SPACE}`)
    .replaceAll(/<(?=@[!&]?\d)/gu, `<${ZERO_WIDTH_SPACE}`);
}

/** Text without rings and oddities. */
export function safeText(text: string): string {
  return defuse(cleanText(text));
}

/** Text on one line in which nothing is markup. */
export function plainLine(text: string, max: number): string {
  return defuse(cut(cleanLine(text), max)).replaceAll(/[\\*_~`|>#[\]()]/gu, "\\$&");
}

/** Words of a button or a choice; Discord refuses empty ones and those that are too long. */
export function label(text: string, max: number): string {
  const line = cut(defuse(cleanLine(text)), max);
  return line === "" ? "…" : line;
}
