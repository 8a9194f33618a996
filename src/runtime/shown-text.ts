import type { Progress } from "../core/index.ts";

/** What has been shown of the answer that a task is writing, for when it is stopped before its end. */
export interface ShownText {
  note(token: string, progress: Progress): void;
  /** Of the task with one of these tokens; empty when nothing of it was shown. */
  of(tokens: readonly string[]): string;
}

/** Remembers the text of the task that wrote last. */
export function createShownText(): ShownText {
  let writer: string | null = null;
  let text = "";
  return {
    note: (token, progress) => {
      if (progress.type === "stage") return;
      if (token !== writer || progress.type === "reset") text = "";
      writer = token;
      if (progress.type === "text") text += progress.delta;
    },
    of: (tokens) => (writer !== null && tokens.includes(writer) ? text : ""),
  };
}
