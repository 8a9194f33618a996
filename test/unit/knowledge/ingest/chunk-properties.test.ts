import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Block } from "../../../../knowledge/ingest/blocks.ts";
import { CHUNK_LIMITS, chunkBlocks } from "../../../../knowledge/ingest/chunk/chunk.ts";
import { packPieces } from "../../../../knowledge/ingest/chunk/pack.ts";
import { toPieces } from "../../../../knowledge/ingest/chunk/pieces.ts";
import { estimateTokens } from "../../../../knowledge/ingest/chunk/tokens.ts";

const word = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom("refund", "the", "VPN", "a", "reset.", "Why?", "e.g.", "limits:"),
  },
  { weight: 3, arbitrary: fc.constantFrom("退货政策", "七天内。", "无理由，", "可以？") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "x".repeat(900),
      "汉".repeat(700),
      "a-".repeat(400),
      "😀".repeat(300),
    ),
  },
);
const text = fc
  .array(fc.tuple(word, fc.constantFrom(" ", "", "\n", " ")), { minLength: 1, maxLength: 120 })
  .map((parts) =>
    parts
      .map((part) => part.join(""))
      .join("")
      .trim(),
  )
  .filter((joined) => joined !== "");
const proseBlock: fc.Arbitrary<Block> = fc.record({
  kind: fc.constant("prose"),
  text,
  glue: fc.constantFrom("\n\n", "\n", " ", ""),
  page: fc.constantFrom(null, 1, 2),
});
const framedBlock: fc.Arbitrary<Block> = fc.record({
  kind: fc.constantFrom("table", "code"),
  head: fc.array(text, { maxLength: 2 }),
  rows: fc.array(text, { minLength: 1, maxLength: 30 }),
  foot: fc.array(text, { maxLength: 1 }),
  page: fc.constant(null),
});
const headingBlock: fc.Arbitrary<Block> = fc.record({
  kind: fc.constant("heading"),
  depth: fc.integer({ min: 1, max: 6 }),
  text: fc
    .string({ minLength: 1, maxLength: 12, unit: "grapheme" })
    .map((raw) => raw.trim() || "h"),
  page: fc.constant(null),
});
const document = fc.array(fc.oneof(proseBlock, proseBlock, framedBlock, headingBlock), {
  maxLength: 20,
});

const squeeze = (raw: string): string => raw.replaceAll(/\s+/gu, "");

describe("whatever the document", () => {
  it("no chunk is empty or over its limit", () => {
    fc.assert(
      fc.property(document, (blocks) => {
        for (const chunk of chunkBlocks(blocks, { title: "t", language: "en" })) {
          expect(chunk.text.trim()).not.toBe("");
          expect(estimateTokens(chunk.text)).toBeLessThanOrEqual(CHUNK_LIMITS.wholeMax + 1e-6);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("no chunk of prose is over the limit of prose", () => {
    fc.assert(
      fc.property(fc.array(proseBlock, { maxLength: 12 }), (blocks) => {
        for (const chunk of chunkBlocks(blocks, { title: "t", language: "en" })) {
          expect(estimateTokens(chunk.text)).toBeLessThanOrEqual(CHUNK_LIMITS.max + 1e-6);
        }
      }),
      { numRuns: 150 },
    );
  });

  it("without overlap, prose comes out exactly as it went in", () => {
    fc.assert(
      fc.property(fc.array(proseBlock, { maxLength: 12 }), (blocks) => {
        const limits = { ...CHUNK_LIMITS, overlap: 0 };
        const chunks = chunkBlocks(blocks, { title: "t", language: "en", limits });

        const before = blocks.map((block) => ("text" in block ? block.text : "")).join("");
        expect(squeeze(chunks.map((chunk) => chunk.text).join(""))).toBe(squeeze(before));
      }),
      { numRuns: 150 },
    );
  });

  it("every row of every table and every line of code stands in some chunk, in order", () => {
    fc.assert(
      fc.property(framedBlock, (block) => {
        if (!("rows" in block)) return;
        const all = chunkBlocks([block], { title: "t", language: "en" })
          .map((chunk) => squeeze(chunk.text))
          .join("");

        let at = 0;
        for (const row of block.rows.map(squeeze)) {
          // A row that is too long is cut, and a heading row may stand between its parts: look for its beginning.
          const start = all.indexOf(row.slice(0, 3), at);
          expect(start).toBeGreaterThanOrEqual(0);
          at = start;
        }
      }),
      { numRuns: 100 },
    );
  });

  it("what a chunk repeats is the end of the one before it, and nothing else comes twice", () => {
    fc.assert(
      fc.property(fc.array(proseBlock, { minLength: 1, maxLength: 12 }), (blocks) => {
        const bodies = blocks.filter((block) => block.kind !== "heading");
        const pieces = toPieces(bodies, CHUNK_LIMITS);

        const packs = packPieces(pieces, CHUNK_LIMITS);

        expect(packs.flatMap((pack) => pack.pieces.slice(pack.repeated))).toEqual(pieces);
        for (const [index, pack] of packs.entries()) {
          const before = packs[index - 1]?.pieces ?? [];
          expect(pack.pieces.slice(0, pack.repeated)).toEqual(
            before.slice(before.length - pack.repeated),
          );
        }
      }),
      { numRuns: 150 },
    );
  });

  it("each paragraph stands under its own headings", () => {
    const depths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(depths, (levels) => {
        const body = (index: number): string =>
          `Paragraph marker-${index} goes on for long enough to stand as a section of its own here.`;
        const blocks = levels.flatMap((depth, index): Block[] => [
          { kind: "heading", depth, text: `Part ${index}`, page: null },
          { kind: "prose", text: body(index), glue: "\n\n", page: null },
        ]);

        const chunks = chunkBlocks(blocks, { title: "none of them", language: "en" });

        expect(chunks.map((chunk) => chunk.section)).toEqual(
          levels.map((_, index) => expectedPath(levels, index)),
        );
      }),
    );
  });
});

/** The headings above number `index`, found backwards: each one further out than the last taken. */
function expectedPath(levels: readonly number[], index: number): string {
  const path: string[] = [];
  let depth = Number.POSITIVE_INFINITY;
  for (let at = index; at >= 0; at -= 1) {
    const level = levels[at] ?? 0;
    if (level >= depth) continue;
    path.unshift(`Part ${at}`);
    depth = level;
  }
  return path.join(" › ");
}
