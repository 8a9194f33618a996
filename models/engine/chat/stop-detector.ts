/** Watches a growing text for the texts that end it. */
export interface StopDetector {
  /** What can be given out by now, and whether the end was reached. */
  push(chunk: string): { readonly text: string; readonly isStopped: boolean };
  /** What was held back, when nothing more will come. */
  end(): string;
}

/** Holds back what could be the beginning of a stop text until it is certain. */
export function createStopDetector(stopTexts: readonly string[]): StopDetector {
  let held = "";
  return {
    push: (chunk) => {
      const pending = held + chunk;
      const found = stopTexts.map((stop) => pending.indexOf(stop)).filter((at) => at !== -1);
      if (found.length > 0) {
        held = "";
        return { text: pending.slice(0, Math.min(...found)), isStopped: true };
      }
      const safe = pending.length - openEnding(pending, stopTexts);
      held = pending.slice(safe);
      return { text: pending.slice(0, safe), isStopped: false };
    },
    end: () => {
      const rest = held;
      held = "";
      return rest;
    },
  };
}

/** The longest ending of `text` that begins one of the stop texts. */
function openEnding(text: string, stopTexts: readonly string[]): number {
  let longest = 0;
  for (const stop of stopTexts) {
    for (let length = Math.min(stop.length - 1, text.length); length > longest; length -= 1) {
      if (stop.startsWith(text.slice(-length))) longest = length;
    }
  }
  return longest;
}
