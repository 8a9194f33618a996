import type { Language, Passage } from "../../src/core/index.ts";
import { createAttribution } from "./attribute.ts";
import { defuse } from "./defuse.ts";
import { isWrittenIn } from "./in-language.ts";
import { REFUSAL } from "./prompt.ts";

/** Text of a growing answer made fit to be shown while it grows. */
export interface DraftStream {
  /** Takes a piece of the model's text; gives what may be shown now. */
  push(text: string): string;
  /** What is left at the end. */
  end(): string;
  /** Everything that the model wrote, without thoughts. */
  text(): string;
}

const OPEN = /<(?:think|thinking|reasoning)>/iu;
const CLOSE = /<\/(?:think|thinking|reasoning)>/iu;

/** Drops `<think>…</think>` that a model writes into its text, also when it is still open. */
function withoutThoughts(text: string): string {
  const closed = text.replace(/<(think|thinking|reasoning)>[\s\S]*?<\/\1>/giu, "");
  const open = OPEN.exec(closed);
  const visible = open === null ? closed : closed.slice(0, open.index);
  const stray = CLOSE.exec(visible);
  return (stray === null ? visible : visible.slice(stray.index + stray[0].length)).trimStart();
}

/** Where a sentence, or a line, may end; without one of these nothing new is whole. */
const MAY_END = /[.!?。！？…；\n]/u;

/** Whether a text is, or begins to be, the words for "not in the passages". */
function isRefusal(text: string): boolean {
  return (
    text.startsWith(REFUSAL.slice(0, Math.max(1, text.trim().length))) || text.includes(REFUSAL)
  );
}

/**
 * Shows whole sentences only, and of these what the finished answer will have, too: those that a passage supports, with their
 * numbers and with harmless links. What cannot be judged yet is held back: the sentence that is being written, thoughts, the
 * beginning of a refusal, and everything while the language is not the one that was asked for.
 */
export function createDraftStream(passages: readonly Passage[], language: Language): DraftStream {
  const attribution = createAttribution(passages);
  const sources = passages.map(({ text }) => text);
  let all = "";
  let shown = "";
  let mayEnd = false;
  const show = (attributed: string): string => {
    const safe = defuse(attributed, sources);
    if (!safe.startsWith(shown)) return "";
    const delta = safe.slice(shown.length);
    shown = safe;
    return delta;
  };
  return {
    push: (text) => {
      all += text;
      // Most pieces are words in the middle of a sentence: they cost nothing but this look.
      if (!mayEnd && !MAY_END.test(text)) return "";
      const visible = withoutThoughts(all);
      const { text: attributed, waiting } = attribution.growing(visible);
      mayEnd = MAY_END.test(waiting);
      if (isRefusal(visible) || !isWrittenIn(visible, language)) return "";
      return show(attributed);
    },
    end: () => {
      const visible = withoutThoughts(all);
      if (isRefusal(visible) || !isWrittenIn(visible, language)) return "";
      return show(attribution.whole(visible).text);
    },
    text: () => withoutThoughts(all).trim(),
  };
}
