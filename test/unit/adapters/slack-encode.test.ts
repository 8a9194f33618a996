import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EncodeContext, encodeReply } from "../../../adapters/slack/encode.ts";
import { type Citation, caseId, REPLY_MARKS, type Reply } from "../../../src/core/index.ts";
import { naughtyStrings } from "../../support/naughty-strings.ts";
import { aCitation, aReply } from "../../support/reply-builder.ts";
import { type Block, parseBlocks, shown } from "../../support/slack/block-rules.ts";

const IN_THREAD: EncodeContext = {
  isDraft: false,
  isEphemeral: false,
  canStopListening: true,
  shareId: null,
  answerId: "a1",
  questionId: "q1",
  saysPrivate: false,
};

function blocksOf(reply: Partial<Reply>, context: Partial<EncodeContext> = {}) {
  const parts = encodeReply(aReply(reply), { ...IN_THREAD, ...context });
  return parts.map(({ blocks }) => parseBlocks(JSON.parse(JSON.stringify(blocks))));
}

function words(blocks: readonly Block[]): string {
  return blocks.map(shown).join("\n");
}

function labels(blocks: readonly Block[]): readonly string[] {
  return blocks.flatMap((block) => (block.type === "actions" ? shown(block).split("\n") : []));
}

const RINGS = /<[!@#]|@(?:here|channel|everyone)\b/iu;

const wildText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.constantFrom(...naughtyStrings),
  fc.string({ unit: "grapheme", maxLength: 300 }),
);
const citation: fc.Arbitrary<Citation> = fc
  .record({
    n: fc.nat(50),
    title: wildText,
    section: wildText,
    source: fc.oneof(wildText, fc.webUrl({ withQueryParameters: true, withFragments: true })),
    quote: wildText,
    origin: fc.constantFrom("local" as const, "web" as const),
  })
  .map((parts) => aCitation(parts));
const wildReply: fc.Arbitrary<Reply> = fc
  .record({
    decision: fc.constantFrom("answer" as const, "clarify" as const, "decline" as const),
    text: fc.array(wildText, { maxLength: 6 }).map((texts) => texts.join("\n")),
    language: fc.constantFrom("en" as const, "zh" as const),
    citations: fc.array(citation, { maxLength: 15 }),
    options: fc.array(
      fc.record({ id: fc.string({ minLength: 1, maxLength: 20 }), label: wildText }),
      { maxLength: 30 },
    ),
    marks: fc.subarray([...REPLY_MARKS]),
    speaker: fc.oneof(
      fc.constant({ kind: "bot" as const }),
      wildText.map((displayName) => ({ kind: "agent" as const, displayName })),
    ),
  })
  .map((parts) => aReply(parts));

describe("a reply as Slack messages", () => {
  it("keeps every limit of Block Kit and rings no bell, whatever it says", () => {
    fc.assert(
      fc.property(
        wildReply,
        fc.record({
          isDraft: fc.boolean(),
          isEphemeral: fc.boolean(),
          canStopListening: fc.boolean(),
          shareId: fc.option(fc.constant("s1")),
          answerId: fc.option(fc.constant("a1")),
          questionId: fc.constant("q1"),
          saysPrivate: fc.boolean(),
        }),
        (reply, context) => {
          for (const { text, blocks } of encodeReply(reply, context)) {
            const taken = parseBlocks(JSON.parse(JSON.stringify(blocks)));
            expect(text.length).toBeGreaterThan(0);
            expect(`${text}\n${words(taken)}`).not.toMatch(RINGS);
            expect(() => encodeURIComponent(`${text}${words(taken)}`)).not.toThrow();
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it("shows text, sources with links, and how the answer came about", () => {
    const [blocks = []] = blocksOf({
      citations: [
        aCitation({ source: "https://wiki.example/a|b?x=1&y=<2>", title: "Odd" }),
        aCitation({ n: 2, source: "https://wiki.example/leave?x=1&y=2" }),
        aCitation({ n: 3, source: "/srv/docs/handbook/leave.md", origin: "web" }),
      ],
      marks: ["extractive", "partial"],
    });

    expect(words(blocks)).toContain(
      "[1] Odd › Annual leave — https://wiki.example/a|b?x=1&amp;y=&lt;2&gt;",
    );
    expect(words(blocks)).toContain(
      "[2] <https://wiki.example/leave?x=1&amp;y=2|Leave › Annual leave>",
    );
    expect(words(blocks)).toContain("[3] Leave › Annual leave — handbook/leave.md (web)");
    expect(words(blocks)).toContain("quoted from the documents, no language model · covers only");
  });

  it("offers a person under answers and refusals, but not when one is called already", () => {
    const offered = (reply: Partial<Reply>) => labels(blocksOf(reply).flat());

    expect(offered({})).toEqual(["Ask a person", "🔇 Stop listening"]);
    expect(offered({ decision: "decline", language: "zh" })).toEqual(["转人工", "🔇 不再跟进"]);
    expect(offered({ case: caseId("C-1") })).toEqual(["🔇 Stop listening"]);
    expect(offered({ decision: "smalltalk" })).toEqual([]);
    expect(offered({ speaker: { kind: "agent", displayName: "Zoë" } })).toEqual([]);
  });

  it("shows the choices of a question as buttons, and as a list when there are many", () => {
    const options = (count: number) =>
      Array.from({ length: count }, (_, n) => ({ id: `o${n}`, label: `Choice ${n}` }));
    const typesOf = (count: number) =>
      blocksOf({ decision: "clarify", options: options(count) })
        .flat()
        .flatMap((block) =>
          block.type === "actions" ? block.elements.map(({ type }) => type) : [],
        );

    expect(typesOf(4)).toEqual(["button", "button", "button", "button"]);
    expect(typesOf(9)).toEqual(["static_select"]);
  });

  it("splits a long answer and loses no word", () => {
    const text = Array.from({ length: 300 }, (_, n) => `word${n} ${"filling ".repeat(12)}`).join(
      "\n\n",
    );

    const parts = blocksOf({ text });
    const all = parts.map(words).join("\n");

    expect(parts.length).toBeGreaterThan(2);
    for (let n = 0; n < 300; n += 1) expect(all.split(`word${n} `)).toHaveLength(2);
    expect(parts.slice(0, -1).every((blocks) => !words(blocks).includes("Leave ›"))).toBe(true);
  });

  it("gives long sources a message of their own, whole, and no half address", () => {
    const text = Array.from({ length: 300 }, (_, n) => `Sentence ${n} of the answer.`)
      .join(" ")
      .slice(0, 8_900);
    const address = (n: number, length: number) => `https://acme.example/${"x".repeat(length)}${n}`;
    const citations = [
      ...Array.from({ length: 12 }, (_, n) => aCitation({ n: n + 1, source: address(n, 800) })),
      aCitation({ n: 13, source: address(13, 3_000) }),
    ];

    const parts = blocksOf({ text, citations });
    for (const blocks of parts) parseBlocks(JSON.parse(JSON.stringify(blocks)));
    const all = parts.map(words).join("\n");

    expect(parts).toHaveLength(3);
    for (let n = 0; n < 12; n += 1) expect(all).toContain(`<${address(n, 800)}|Leave`);
    expect(all).toContain("[13] Leave › Annual leave — acme.example");
    expect(all).not.toContain("x".repeat(801));
    expect(labels(parts.at(-1) ?? [])).toContain("Ask a person");
  });

  it("leaves nothing out of a text that is very long", () => {
    const text = Array.from({ length: 40_000 }, (_, n) => `漢${n}.`).join(" ");
    const parts = blocksOf({ text });

    const all = parts
      .map(words)
      .join(" ")
      .match(/漢\d+\./gu);
    expect(parts.length).toBeGreaterThan(20);
    expect(all).toEqual(text.split(" "));
  });

  it("shows a draft with a stop button and nothing else", () => {
    const [blocks = []] = blocksOf({ text: "25 da" }, { isDraft: true });

    expect(words(blocks)).toBe("25 da\nStop");
  });

  it("says why an answer is for one person only, and offers to share it", () => {
    const [blocks = []] = blocksOf(
      {},
      {
        isEphemeral: true,
        saysPrivate: true,
        shareId: "s1",
        answerId: null,
      },
    );

    expect(words(blocks)).toContain("🔒 Only you see this");
    expect(labels(blocks)).toContain("Share with channel");
    expect(blocks.map(({ type }) => type)).not.toContain("context_actions");
  });
});
