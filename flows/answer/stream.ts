import type { Language, Passage } from "../../src/core/index.ts";
import { createAttribution, listMarkOf, piecesOf } from "./attribute.ts";
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

/**
 * Shows whole sentences only, and of these what the finished answer will have, too: those that a passage supports, with their
 * numbers and with harmless links. What cannot be judged yet is held back: the sentence that is being written, thoughts, the
 * beginning of a refusal, and everything while the language is not the one that was asked for.
 */
export function createDraftStream(passages: readonly Passage[], language: Language): DraftStream {
  const attributed = createAttribution(passages);
  const sources = passages.map(({ text }) => text);
  let all = "";
  let judged = "";
  let shown = "";
  const safeOf = (visible: string): string => {
    if (!isWrittenIn(visible, language)) return "";
    return defuse(attributed(visible).text, sources);
  };
  const advance = (isEnd: boolean): string => {
    const visible = withoutThoughts(all);
    if (visible.startsWith(REFUSAL.slice(0, Math.max(1, visible.trim().length)))) return "";
    if (visible.includes(REFUSAL)) return "";
    const ready = isEnd ? visible : wholeSentences(visible);
    if (ready === judged) return "";
    judged = ready;
    const safe = safeOf(ready);
    if (!safe.startsWith(shown)) return "";
    const delta = safe.slice(shown.length);
    shown = safe;
    return delta;
  };
  return {
    push: (text) => {
      all += text;
      return advance(false);
    },
    end: () => advance(true),
    text: () => withoutThoughts(all).trim(),
  };
}

/** Up to the last sentence after which another one has begun; the numbers behind a sentence belong to it. */
function wholeSentences(text: string): string {
  const lines = text.split("\n");
  const last = lines.pop() ?? "";
  const mark = listMarkOf(last);
  const pieces = piecesOf(last.slice(mark.length));
  const isNumber = /^[[【]/u.test(pieces.at(-1) ?? "");
  const whole = pieces.slice(0, isNumber ? -2 : -1);
  return [...lines, ...(whole.length === 0 ? [] : [mark + whole.join(" ")])].join("\n");
}
