import { defuse } from "./defuse.ts";
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
 * Holds back what cannot be judged yet: an unfinished word (it may become a link or a mention), anything inside brackets
 * that are still open, and the beginning of a refusal or a thought.
 */
export function createDraftStream(sources: readonly string[]): DraftStream {
  let all = "";
  let shown = "";
  const safeOf = (text: string, isEnd: boolean): string => {
    const visible = withoutThoughts(text);
    if (visible.startsWith(REFUSAL.slice(0, Math.max(1, visible.trim().length)))) return "";
    if (visible.includes(REFUSAL)) return "";
    const ready = isEnd ? visible : beforeOpenEnd(visible);
    return defuse(ready, sources);
  };
  const advance = (isEnd: boolean): string => {
    const safe = safeOf(all, isEnd);
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

/** Up to the last white space that is not inside brackets still open. */
function beforeOpenEnd(text: string): string {
  const lastSpace = Math.max(text.search(/\s\S*$/u), lastHanBreak(text));
  let end = lastSpace < 0 ? 0 : lastSpace + 1;
  for (const [open, close] of [
    ["[", "]"],
    ["(", ")"],
    ["<", ">"],
  ] as const) {
    const at = text.lastIndexOf(open, end - 1);
    const closed = at < 0 ? -1 : text.indexOf(close, at);
    const isOpen = at >= 0 && (closed < 0 || closed >= end);
    if (isOpen && end - at < 400) end = at;
  }
  const label = /!?\[[^\]]{0,200}\]$/u.exec(text.slice(0, end));
  return label === null ? text.slice(0, end) : text.slice(0, label.index);
}

/** Chinese has no spaces: its punctuation and characters end a word too. */
function lastHanBreak(text: string): number {
  const match = /[\p{Script=Han}，。！？；：、](?=[^\p{Script=Han}，。！？；：、]*$)/u.exec(text);
  return match === null ? -1 : match.index;
}
