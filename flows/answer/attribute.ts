import type { Citation, Passage } from "../../src/core/index.ts";
import { citationOf } from "./extract.ts";
import {
  type Judgement,
  judgeCode,
  judgeSentence,
  quoteFor,
  type Source,
  sourceOf,
} from "./judge.ts";
import { linesOf, type TextLine, wholeLinesOf } from "./text-lines.ts";

/** A text of which every sentence stands in a source. */
export interface Attributed {
  readonly text: string;
  readonly citations: readonly Citation[];
  /** Sentences and lines of code left out because no passage holds them. */
  readonly dropped: number;
}

/** Judges texts over the same passages; a sentence that comes again is not judged again. */
export interface Attribution {
  whole(text: string): Attributed;
  /** The beginning of what `whole` gives at the end, and what is not judged yet because it is still being written. */
  growing(text: string): { readonly text: string; readonly waiting: string };
}

/**
 * Keeps the sentences that a passage supports (enough of their words, all of their numbers and identifiers), gives each
 * the number of its passage, and drops the rest. A block of code stays one: its numbers stand behind it. A whole answer may thus
 * become empty.
 */
export function attribute(text: string, passages: readonly Passage[]): Attributed {
  return createAttribution(passages).whole(text);
}

/** Makes the judge of texts over these passages. */
export function createAttribution(passages: readonly Passage[]): Attribution {
  let sources: readonly Source[] | null = null;
  const sentences = new Map<string, Judgement>();
  const code = new Map<string, Judgement>();
  const judge: Judge = (known, work, piece) => {
    const earlier = known.get(piece);
    if (earlier !== undefined) return earlier;
    sources ??= passages.map(sourceOf);
    const judged = work(piece, sources);
    known.set(piece, judged);
    return judged;
  };
  const judges: Judges = {
    sentence: (piece) => judge(sentences, judgeSentence, piece),
    code: (line) => judge(code, judgeCode, line),
  };
  return {
    whole: (text) => {
      const { numbers, ...assembled } = assemble(linesOf(text), judges, true);
      return { ...assembled, citations: numbers.citations() };
    },
    growing: (text) => {
      const { lines, waiting } = wholeLinesOf(text);
      return { text: assemble(lines, judges, false).text, waiting };
    },
  };
}

type Judge = (
  known: Map<string, Judgement>,
  work: (piece: string, sources: readonly Source[]) => Judgement,
  piece: string,
) => Judgement;

interface Judges {
  sentence(piece: string): Judgement;
  code(line: string): Judgement;
}

/** Numbers of the passages that are used, in their order. */
interface Numbers {
  of(source: Source, bare: string): number;
  isEmpty(): boolean;
  /** Each with the words that its first sentence was taken from. */
  citations(): readonly Citation[];
}

function createNumbers(): Numbers {
  const known = new Map<Source, { readonly n: number; readonly bare: string }>();
  return {
    of: (source, bare) => {
      const n = known.get(source)?.n ?? known.size + 1;
      if (n > known.size) known.set(source, { n, bare });
      return n;
    },
    isEmpty: () => known.size === 0,
    citations: () =>
      [...known].map(([source, { n, bare }]) =>
        citationOf(source.passage, n, quoteFor(bare, source)),
      ),
  };
}

/** A block of code in the making. */
interface Block {
  /** Its fence, and what of it may be shown. */
  readonly lines: string[];
  /** Of the passages that hold its lines; a block without any is left out. */
  readonly numbers: Set<number>;
}

function openBlock(language: string): Block {
  return { lines: [`\`\`\`${language}`], numbers: new Set() };
}

function endOf({ lines, numbers }: Block): readonly string[] {
  if (numbers.size === 0) return [];
  return [...lines, "```", [...numbers].map((n) => `[${n}]`).join(" ")];
}

/** Chinese sentences follow one another without a space. */
function joinSentences(sentences: readonly string[]): string {
  return sentences.reduce(
    (line, one) => `${line}${/[。！？；]\s\[\d+\]$/u.test(line) ? "" : " "}${one}`,
  );
}

/** A line at the end that leads over to nothing goes. */
function withoutEmptyLead(text: string): string {
  const isLead = text.endsWith(":") || text.endsWith("：");
  return isLead ? text.slice(0, text.lastIndexOf("\n") + 1).trimEnd() : text;
}

interface Assembled {
  readonly text: string;
  readonly numbers: Numbers;
  readonly dropped: number;
}

function assemble(lines: readonly TextLine[], judges: Judges, isWhole: boolean): Assembled {
  const numbers = createNumbers();
  const out: string[] = [];
  let block: Block | null = null;
  let dropped = 0;
  const addProse = (mark: string, sentences: readonly string[]): void => {
    const kept: string[] = [];
    for (const judged of sentences.map((one) => judges.sentence(one))) {
      if (judged.type === "unsupported") dropped += 1;
      else if (judged.type === "lead") kept.push(judged.bare);
      else if (judged.type === "held") {
        kept.push(`${judged.bare} [${numbers.of(judged.source, judged.bare)}]`);
      }
    }
    if (kept.length > 0) out.push(mark + joinSentences(kept));
  };
  const addCode = (to: Block, line: string): void => {
    const judged = judges.code(line);
    if (judged.type === "unsupported") dropped += 1;
    else to.lines.push(judged.type === "empty" ? line.trimEnd() : judged.bare);
    if (judged.type === "held") to.numbers.add(numbers.of(judged.source, judged.bare));
  };
  for (const line of lines) {
    if (line.type === "blank") out.push("");
    else if (line.type === "prose") addProse(line.mark, line.sentences);
    else if (line.type === "fence") block = openBlock(line.language);
    else if (block !== null && line.type === "code") addCode(block, line.text);
    else if (block !== null) {
      out.push(...endOf(block));
      block = null;
    }
  }
  if (block !== null && block.numbers.size > 0) out.push(...(isWhole ? endOf(block) : block.lines));
  const text = withoutEmptyLead(
    out
      .join("\n")
      .replace(/\n{3,}/gu, "\n\n")
      .trim(),
  );
  return { text: numbers.isEmpty() ? "" : text, numbers, dropped };
}
