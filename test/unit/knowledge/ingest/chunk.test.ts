import { describe, expect, it } from "vitest";
import type { Block } from "../../../../knowledge/ingest/blocks.ts";
import { prose } from "../../../../knowledge/ingest/blocks.ts";
import { CHUNK_LIMITS, chunkBlocks } from "../../../../knowledge/ingest/chunk/chunk.ts";
import { estimateTokens } from "../../../../knowledge/ingest/chunk/tokens.ts";

const heading = (depth: number, text: string, page: number | null = null): Block => ({
  kind: "heading",
  depth,
  text,
  page,
});
const sentence = (n: number): string =>
  `Sentence number ${n} explains one more thing that people ask about.`;
const sentences = (count: number): string =>
  Array.from({ length: count }, (_, index) => sentence(index)).join(" ");
const chunk = (blocks: readonly Block[], title = "Handbook") =>
  chunkBlocks(blocks, { title, language: "en" });

describe("chunks of a document", () => {
  it("carry the headings above them from the outermost to the innermost", () => {
    const chunks = chunk([
      prose("Before any heading there is this paragraph of words."),
      heading(1, "Travel"),
      prose("Travel is booked through the portal, two weeks ahead."),
      heading(2, "Trains"),
      prose("Trains are first class from four hours on, and only then."),
      heading(1, "Leave"),
      prose("Leave is thirty days a year for everybody who works here."),
    ]);

    expect(chunks.map(({ section }) => section)).toEqual([
      "",
      "Travel",
      "Travel › Trains",
      "Leave",
    ]);
  });

  it("do not repeat the title of the document in their section", () => {
    const chunks = chunk([
      heading(1, "Handbook"),
      prose("This is what the handbook is for, in one sentence."),
      heading(2, "Leave"),
      prose("Leave is thirty days a year for everybody who works here."),
    ]);

    expect(chunks.map(({ section }) => section)).toEqual(["", "Leave"]);
  });

  it("keep the outermost headings when there are several, though one is the title", () => {
    const chunks = chunk([
      heading(1, "Handbook"),
      prose("This is what the handbook is for, in one sentence."),
      heading(1, "Leave"),
      prose("Leave is thirty days a year for everybody who works here."),
    ]);

    expect(chunks.map(({ section }) => section)).toEqual(["Handbook", "Leave"]);
  });

  it("hang a heading that skips a level under the nearest outer one", () => {
    const chunks = chunk([
      heading(1, "A"),
      heading(4, "D"),
      prose(sentences(3)),
      heading(2, "B"),
      prose(sentences(3)),
    ]);

    expect(chunks.map(({ section }) => section)).toEqual(["A › D", "A › B"]);
  });

  it("are one per question of a FAQ, however short the answers are", () => {
    const chunks = chunk([
      heading(2, "Can I work from home?"),
      prose("Yes."),
      heading(2, "如何重置密码？"),
      prose("点击忘记密码。"),
      heading(2, "Who is my contact?"),
      prose("Ann."),
    ]);

    expect(chunks.map(({ text }) => text)).toEqual(["Yes.", "点击忘记密码。", "Ann."]);
  });

  it("join neighbours of a few words under their common heading and keep their names", () => {
    const chunks = chunk([
      heading(1, "Offices"),
      heading(2, "Berlin"),
      prose("Floor 3"),
      heading(2, "Paris"),
      prose("Floor 9"),
      heading(2, "Rules"),
      prose("Whoever leaves last closes the windows and switches the lights off."),
    ]);

    expect(chunks).toMatchObject([
      { section: "Offices", text: "**Berlin**\nFloor 3\n\n**Paris**\nFloor 9" },
      { section: "Offices › Rules" },
    ]);
  });

  it("do not lose a heading with nothing below it", () => {
    const chunks = chunk([heading(1, "Open points"), heading(1, "Leave"), prose(sentences(2))]);

    expect(chunks[0]).toMatchObject({ section: "Open points", text: "Open points" });
  });

  it("leave a section whole that fits, and cut a longer one into parts of one size", () => {
    const short = chunk([prose(sentences(25))]);
    const long = chunk([prose(sentences(120))]);

    expect(short).toHaveLength(1);
    const sizes = long.map(({ text }) => estimateTokens(text));
    expect(sizes.length).toBeGreaterThan(3);
    for (const size of sizes) {
      expect(size).toBeLessThanOrEqual(CHUNK_LIMITS.max);
      expect(size).toBeGreaterThan(CHUNK_LIMITS.target * 0.6);
    }
  });

  it("begin with the last sentences of the part before, only where a section was cut", () => {
    const [first, second] = chunk([prose(sentences(60))]);

    const opening = second?.text.slice(0, second.text.indexOf(".") + 1) ?? "";
    expect(opening).not.toBe("");
    expect(first?.text).toContain(opening);
    expect(chunk([prose(sentences(5)), heading(1, "B"), prose(sentences(5))])[1]?.text).toBe(
      sentences(5),
    );
  });

  it("keep a table whole that fits, and repeat its heading row where it does not", () => {
    const table = (rows: number): Block => ({
      kind: "table",
      head: ["| City | Rate |", "| --- | --- |"],
      rows: Array.from({ length: rows }, (_, index) => `| City ${index} | ${index} euro |`),
      foot: [],
      page: null,
    });

    const whole = chunk([table(60)]);
    const cut = chunk([table(300)]);

    expect(whole).toHaveLength(1);
    expect(cut.length).toBeGreaterThan(1);
    for (const { text } of cut)
      expect(text.startsWith("| City | Rate |\n| --- | --- |\n| City ")).toBe(true);
    expect(cut.flatMap(({ text }) => text.split("\n").slice(2))).toHaveLength(300);
  });

  it("close a code block that was cut and open it again", () => {
    const chunks = chunk([
      {
        kind: "code",
        head: ["```sh"],
        rows: Array.from({ length: 400 }, (_, index) => `echo step ${index}`),
        foot: ["```"],
        page: null,
      },
    ]);

    expect(chunks.length).toBeGreaterThan(1);
    for (const { text } of chunks) expect(text).toMatch(/^```sh\necho [\s\S]*\n```$/u);
  });

  it("are none for a code block that is empty", () => {
    const empty: Block = {
      kind: "code",
      head: ["```"],
      rows: ["", " "],
      foot: ["```"],
      page: null,
    };

    expect(chunk([empty])).toEqual([]);
  });

  it("keep a line that announces a table together with it", () => {
    const rows = Array.from({ length: 40 }, (_, index) => `| City ${index} | ${index} euro |`);

    const chunks = chunk([
      prose(sentences(24)),
      prose("The rates are:"),
      { kind: "table", head: ["| City | Rate |", "| --- | --- |"], rows, foot: [], page: null },
    ]);

    expect(chunks.length).toBeGreaterThan(1);
    expect(chunks.find(({ text }) => text.includes("| City 0 |"))?.text).toContain(
      "The rates are:\n\n| City",
    );
  });

  it("cut long Chinese text at its own marks", () => {
    const text = "员工每年享有三十天带薪年假，具体安排由部门负责人批准。".repeat(60);

    const chunks = chunkBlocks([prose(text)], { title: "手册", language: "zh" });

    expect(chunks.length).toBeGreaterThan(2);
    for (const part of chunks) {
      expect(part.text.endsWith("。")).toBe(true);
      expect(part.language).toBe("zh");
    }
  });

  it("know the language of each part and take that of the document where there are no words", () => {
    const chunks = chunkBlocks(
      [
        heading(1, "A"),
        prose("怎么重置密码，请看这里的说明。"),
        heading(1, "B"),
        prose("How to reset the password, in one sentence."),
        heading(1, "C?"),
        prose("12 345"),
      ],
      { title: "手册", language: "zh" },
    );

    expect(chunks.map(({ language }) => language)).toEqual(["zh", "en", "zh"]);
  });

  it("know the page on which their own text begins, not that of the repeated sentences", () => {
    const chunks = chunk([
      prose(sentences(25), 1),
      { kind: "prose", text: sentences(25), glue: " ", page: 2 },
    ]);

    expect(chunks[0]?.page).toBe(1);
    expect(chunks.at(-1)?.page).toBe(2);
    const turn = chunks.findIndex(({ page }) => page === 2);
    expect(chunks[turn]?.text.startsWith(sentence(0))).toBe(false);
  });
});
