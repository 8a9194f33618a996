import { safeText } from "../../../adapters/console/index.ts";

/** Stands for a line break of a short pasted text in the input line. */
const BREAK = "⏎";
const MAX_INLINE_LINES = 3;
const MAX_INLINE_LENGTH = 400;

/** Pasted texts, and what stands for them in the input line. */
export interface Pastes {
  /** What to show for a pasted text: itself when short, else "[pasted: 120 lines #1]". */
  show(text: string): string;
  /** The line as it was meant. */
  expand(line: string): string;
}

/** Keeps what was pasted until the line is sent, and longer: it may come back from the history. */
export function createPastes(label: (lines: number) => string): Pastes {
  const texts = new Map<string, string>();
  let hasBreaks = false;
  return {
    show(pasted) {
      const text = safeText(pasted).replace(/\n+$/u, "");
      const lines = text.split("\n");
      if (lines.length <= MAX_INLINE_LINES && text.length <= MAX_INLINE_LENGTH) {
        if (lines.length > 1) hasBreaks = true;
        return lines.join(BREAK);
      }
      const token = `[${label(lines.length)} #${texts.size + 1}]`;
      texts.set(token, text);
      return token;
    },
    expand(line) {
      const broken = hasBreaks ? line.replaceAll(BREAK, "\n") : line;
      let expanded = broken;
      for (const [token, text] of texts) expanded = expanded.split(token).join(text);
      return expanded;
    },
  };
}
