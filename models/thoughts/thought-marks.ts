/** Models of one family close a thought with a mark of that family; those of others are part of what is thought. */
type MarkFamily =
  | "xml"
  | "bracket"
  | "harmony"
  | "gemma"
  | "cohere"
  | "kimi"
  | "sections"
  | "inner"
  | (typeof LONE_XML_NAMES)[number];

/** A spelling that has to do with thoughts. */
export interface ThoughtMark {
  readonly text: string;
  /** `final`: the answer begins here, whatever was open. `other`: says nothing to a reader. */
  readonly kind: "open" | "close" | "final" | "other";
  readonly family: MarkFamily;
}

const XML_NAMES = ["think", "thinking", "thought", "thoughts", "reasoning", "seed:think"] as const;
/** Each closes nothing but itself, and is part of what is thought inside of another. */
const LONE_XML_NAMES = ["reflection", "scratchpad", "thought_process", "analysis"] as const;

const mark =
  (family: MarkFamily) =>
  (kind: ThoughtMark["kind"], ...texts: readonly string[]): readonly ThoughtMark[] =>
    texts.map((text) => ({ text, kind, family }));
const [xml, bracket, harmony] = [mark("xml"), mark("bracket"), mark("harmony")];
const [gemma, cohere, kimi, sections, inner] = [
  mark("gemma"),
  mark("cohere"),
  mark("kimi"),
  mark("sections"),
  mark("inner"),
];

/** All that are known, without their case: who writes them stands behind. No mark has the first character of one inside. */
const THOUGHT_MARKS: readonly ThoughtMark[] = [
  // DeepSeek, Qwen and most others; ByteDance's Seed.
  ...XML_NAMES.flatMap((name) => [...xml("open", `<${name}>`), ...xml("close", `</${name}>`)]),
  ...LONE_XML_NAMES.flatMap((name) => [
    ...mark(name)("open", `<${name}>`),
    ...mark(name)("close", `</${name}>`),
  ]),
  // Mistral's Magistral.
  ...bracket("open", "[THINK]"),
  ...bracket("close", "[/THINK]"),
  // gpt-oss: https://github.com/openai/harmony
  ...harmony("open", "<|channel|>analysis", "<|channel|>commentary"),
  ...harmony("close", "<|end|>"),
  ...harmony("final", "<|channel|>final"),
  ...harmony("other", "<|message|>", "<|start|>assistant", "<|return|>", "<|call|>"),
  ...harmony("other", "<|constrain|>json"),
  ...gemma("open", "<|channel>thought"),
  ...gemma("close", "<channel|>"),
  // Command R and A.
  ...cohere("open", "<|START_THINKING|>"),
  ...cohere("close", "<|END_THINKING|>"),
  ...cohere("other", "<|START_RESPONSE|>", "<|END_RESPONSE|>"),
  ...kimi("open", "◁think▷"),
  ...kimi("close", "◁/think▷"),
  // Sky-T1, OpenThinker.
  ...sections("open", "<|begin_of_thought|>"),
  ...sections("close", "<|end_of_thought|>"),
  ...sections("open", "<|begin_of_think|>"),
  ...sections("close", "<|end_of_think|>"),
  ...sections("other", "<|begin_of_solution|>", "<|end_of_solution|>"),
  // Apertus.
  ...inner("open", "<|inner_prefix|>"),
  ...inner("close", "<|inner_suffix|>"),
];

/** Marks and what longer ones are put together from: texts that may be one token of a model, which it would not print. */
export const THOUGHT_MARK_PIECES: readonly string[] = [
  ...THOUGHT_MARKS.map(({ text }) => text),
  "<|channel|>",
  "<|channel>",
  "<|start|>",
  "<|constrain|>",
];

const BY_TEXT = new Map(THOUGHT_MARKS.map((known) => [known.text.toLowerCase(), known]));
/** What may follow the name of a tag: white space, or attributes. Without `=` it is prose in angle brackets, as in `<think about it>`. */
const INSIDE = "[^<>[◁`]";
const ATTRIBUTES = String.raw`(?:\s(?=${INSIDE}{0,80}>)(?:\s*|${INSIDE}*=${INSIDE}*)(?<!/))?`;
const TAG = /^<\/?[a-z:_]+>$/u;
const TAG_START = /^<\/?[a-z:_]+(?=\s)/u;
const UNFINISHED = new RegExp(String.raw`^\s${INSIDE}{0,80}$`, "u");
const ANY = new RegExp(THOUGHT_MARKS.map(({ text }) => pattern(text)).join("|"), "iu");
const FIRST = new Set(THOUGHT_MARKS.map(({ text }) => text.charAt(0)));

/** The first mark of a text, with where it stands; null when there is none. */
export function findMark(
  text: string,
): { readonly mark: ThoughtMark; readonly start: number; readonly end: number } | null {
  const found = ANY.exec(text);
  const known = found === null ? undefined : BY_TEXT.get(withoutAttributes(found[0]));
  if (found === null || known === undefined) return null;
  return { mark: known, start: found.index, end: found.index + found[0].length };
}

/**
 * How many characters at the end could be the beginning of a mark. Beginnings that stand one behind the other count together:
 * in `</thin<` the second may become a mark, is taken out then, and lets the first go on.
 */
export function openEnding(text: string): number {
  let end = text.length;
  for (let at = end - 1; at >= 0; at -= 1) {
    if (!FIRST.has(text.charAt(at))) continue;
    if (!isBeginning(text.slice(at, end).toLowerCase())) break;
    end = at;
  }
  return text.length - end;
}

function pattern(text: string): string {
  if (TAG.test(text)) return `${text.slice(0, -1)}${ATTRIBUTES}>`;
  return text.replace(/[|[\]/]/gu, String.raw`\$&`);
}

function withoutAttributes(found: string): string {
  const spelled = found.toLowerCase();
  const start = TAG_START.exec(spelled)?.[0];
  return start === undefined ? spelled : `${start}>`;
}

function isBeginning(ending: string): boolean {
  const start = TAG_START.exec(ending)?.[0];
  if (start !== undefined && BY_TEXT.has(`${start}>`)) {
    return UNFINISHED.test(ending.slice(start.length));
  }
  for (const known of BY_TEXT.keys()) {
    if (known.length > ending.length && known.startsWith(ending)) return true;
  }
  return false;
}
