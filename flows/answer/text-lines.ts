import { splitSentences } from "../language/index.ts";

/** One line of what a model writes. */
export type TextLine =
  | { readonly type: "blank" }
  /** Sentences, each with the numbers that stand behind it, and the mark of a list before them (empty for none). */
  | { readonly type: "prose"; readonly mark: string; readonly sentences: readonly string[] }
  /** Begins a block of code. */
  | { readonly type: "fence"; readonly language: string }
  | { readonly type: "code"; readonly text: string }
  /** Ends it. */
  | { readonly type: "end" };

/** A fence that is open. */
interface Fence {
  readonly marks: string;
  readonly language: string;
  /** Columns before it, which the lines of its block lose as well. */
  readonly indent: number;
}

const FENCE = /^(\s*)(`{3,}|~{3,})\s*([^`]*)$/u;
/** Other words behind a fence would be words that nobody has checked. */
const LANGUAGE =
  /^(?:bash|bat|c|cmd|conf|console|cpp|csharp|css|csv|diff|docker|dockerfile|go|graphql|hcl|html|http|ini|java|javascript|js|json|jsonc|jsonl|jsx|kotlin|lua|makefile|markdown|md|nginx|perl|php|plaintext|powershell|ps1|py|python|r|ruby|rust|sh|shell|sql|swift|terraform|text|toml|ts|tsx|txt|typescript|xml|yaml|yml|zsh)$/iu;

/** Marks of a list at the beginning of a line; empty for none. */
function listMarkOf(line: string): string {
  return /^\s*(?:[-*+•]|\d{1,2}[.)、])\s+/u.exec(line)?.[0] ?? "";
}

function fenceOf(line: string): Fence | null {
  const mark = listMarkOf(line);
  const found = FENCE.exec(line.slice(mark.length));
  if (found === null) return null;
  const [, spaces = "", marks = "", info = ""] = found;
  const word = info.split(/\s/u, 1)[0] ?? "";
  const language = LANGUAGE.test(word) ? word : "";
  return { marks, language, indent: mark.length + spaces.length };
}

function isEndOf(line: string, { marks }: Fence): boolean {
  const found = /^\s*(`{3,}|~{3,})\s*$/u.exec(line)?.[1];
  return found?.startsWith(marks) === true;
}

function withoutIndent(line: string, columns: number): string {
  const spaces = /^\s*/u.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(spaces, columns));
}

function proseOf(line: string): TextLine {
  const mark = listMarkOf(line);
  const rest = line.slice(mark.length).replace(/([.!?。！？])((?:\s*\[\d+\])+)/gu, "$2$1");
  return { type: "prose", mark, sentences: splitSentences(rest) };
}

/** The lines of a text; a block of code that is not closed goes on to its end. */
export function linesOf(text: string): readonly TextLine[] {
  let fence: Fence | null = null;
  return text.split("\n").map((line): TextLine => {
    if (fence === null) {
      fence = fenceOf(line);
      if (fence !== null) return { type: "fence", language: fence.language };
      return line === "" ? { type: "blank" } : proseOf(line);
    }
    if (!isEndOf(line, fence)) {
      return { type: "code", text: withoutIndent(line, fence.indent) };
    }
    fence = null;
    return { type: "end" };
  });
}

/** What is whole in a text that goes on. */
export interface GrowingLines {
  readonly lines: readonly TextLine[];
  /** The sentence, or the line of code, that is being written. */
  readonly waiting: string;
}

/**
 * The lines of a text that goes on, up to the last sentence after which another one has begun; numbers behind a sentence belong
 * to it, and of code, lists and fences a line counts when the next one has begun.
 */
export function wholeLinesOf(text: string): GrowingLines {
  const lines = linesOf(text);
  const before = lines.slice(0, -1);
  const last = lines.at(-1);
  const written = text.slice(text.lastIndexOf("\n") + 1);
  const mayBeFence = /^\s*(?:`{3}|~{3})/u.test(written.slice(listMarkOf(written).length));
  if (last?.type !== "prose" || mayBeFence) return { lines: before, waiting: written };
  const isNumber = /^[[【]/u.test(last.sentences.at(-1) ?? "");
  const sentences = last.sentences.slice(0, isNumber ? -2 : -1);
  const waiting = last.sentences.slice(sentences.length).join(" ");
  return { lines: [...before, { ...last, sentences }], waiting };
}
