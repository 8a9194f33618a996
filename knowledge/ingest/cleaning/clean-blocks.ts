import type { Cleaning } from "../../../src/ports/knowledge-base.ts";
import type { CleaningPlan } from "../../document.ts";
import type { Block, DocumentText } from "../blocks.ts";
import { endsOwnWords, ownWords } from "../mail/quoted.ts";
import { dropBoilerplate } from "../parse/boilerplate.ts";
import { redact } from "./redact.ts";

/** One step over a document that was read: pure, and harmless when applied twice. */
type BlockStep = (blocks: readonly Block[]) => readonly Block[];

const STEPS: Readonly<Record<Cleaning, BlockStep>> = {
  boilerplate: (blocks) => dropRepeated(dropBoilerplate(blocks)),
  quotes: dropQuotes,
};
/** In which order, whatever the order in which they were asked for. */
const ORDER: readonly Cleaning[] = ["boilerplate", "quotes"];

/** Applies the steps that a source asks for, personal data last, so that nothing brings it back. */
export function cleanDocument(text: DocumentText, plan: CleaningPlan): DocumentText {
  const blocks = ORDER.filter((step) => plan.clean.includes(step)).reduce<readonly Block[]>(
    (current, step) => STEPS[step](current),
    text.blocks,
  );
  if (plan.redact.length === 0) return { ...text, blocks };
  const black = (said: string): string => redact(said, plan.redact);
  return {
    title: text.title === null ? null : black(text.title),
    blocks: blocks.map((block) => redactBlock(block, black)),
  };
}

function redactBlock(block: Block, black: (said: string) => string): Block {
  if ("text" in block) return { ...block, text: black(block.text) };
  const { head, rows, foot } = block;
  return { ...block, head: head.map(black), rows: rows.map(black), foot: foot.map(black) };
}

const MAX_MARGIN_LENGTH = 120;
/** A line that stands so often in one document belongs to its pages. */
const MIN_REPEATS = 3;
const PAGE_NUMBER =
  /^(?:page|p\.|第)?\s*#\s*(?:页|頁)?(?:\s*(?:of|\/|,|，|共)\s*(?:共\s*)?#\s*(?:页|頁)?)?$/iu;
const SENTENCE_END = /[.!?。！？:：]$/u;

/** Headers and footers: the same short line again and again, apart from the number of the page. */
function dropRepeated(blocks: readonly Block[]): readonly Block[] {
  const counts = new Map<string, number>();
  for (const block of blocks) {
    const line = marginLine(block);
    if (line !== null) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return blocks.filter((block) => {
    const line = marginLine(block);
    return line === null || (counts.get(line) ?? 0) < MIN_REPEATS;
  });
}

/** A block that may be a header or footer, without its numbers; null for what cannot be one. */
function marginLine(block: Block): string | null {
  if (block.kind !== "prose" || block.text.length > MAX_MARGIN_LENGTH) return null;
  const line = block.text.replace(/\d+/gu, "#").replace(/\s+/gu, " ").trim();
  if (PAGE_NUMBER.test(line)) return line;
  // Sentences and single words ("Yes", "n/a") may well be said more than once.
  return SENTENCE_END.test(line) || !/[\s\p{Script=Han}]/u.test(line) ? null : line;
}

/** Signatures, and mails that are quoted below an answer, as in exported threads; up to the next heading. */
function dropQuotes(blocks: readonly Block[]): readonly Block[] {
  const kept: Block[] = [];
  let isQuoted = false;
  for (const block of blocks) {
    if (block.kind === "heading") isQuoted = false;
    if (isQuoted) continue;
    if (block.kind !== "prose") {
      kept.push(block);
      continue;
    }
    isQuoted = endsOwnWords(block.text);
    const own = isQuoted ? ownWords(block.text, "") : block.text;
    if (own !== block.text || !isQuoted) kept.push({ ...block, text: own });
  }
  return kept.length === 0 ? blocks : kept;
}
