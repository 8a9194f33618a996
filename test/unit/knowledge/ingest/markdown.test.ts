import { describe, expect, it } from "vitest";
import type { Block } from "../../../../knowledge/ingest/blocks.ts";
import { parseMarkdown } from "../../../../knowledge/ingest/parse/markdown.ts";
import { parsePlainText } from "../../../../knowledge/ingest/parse/plain-text.ts";

const textOf = (block: Block | undefined): string =>
  block === undefined
    ? ""
    : "text" in block
      ? block.text
      : [...block.head, ...block.rows, ...block.foot].join("\n");
const texts = (source: string): string[] => parseMarkdown(source).blocks.map(textOf);

describe("Markdown", () => {
  it("takes its title from YAML or TOML front matter, which is no text", () => {
    const yaml = parseMarkdown("---\ntitle: Travel policy\ntags: [a]\n---\n\nBody.");
    const toml = parseMarkdown('+++\ntitle = "Travel policy"\n+++\n\nBody.');

    expect(yaml.title).toBe("Travel policy");
    expect(toml.title).toBe("Travel policy");
    expect(yaml.blocks.map(textOf)).toEqual(["Body."]);
    expect(toml.blocks.map(textOf)).toEqual(["Body."]);
  });

  it("has no title where the front matter is broken or says something else", () => {
    expect(parseMarkdown("---\ntitle: [unclosed\n---\nBody.").title).toBeNull();
    expect(parseMarkdown("---\ntitle: 7\n---\nBody.").title).toBeNull();
  });

  it("gives headings their depth, in both ways of writing, without their marks", () => {
    expect(parseMarkdown("Setext\n======\n\n### `Deep` **one** {#id}\n").blocks).toMatchObject([
      { kind: "heading", depth: 1, text: "Setext" },
      { kind: "heading", depth: 3, text: "Deep one {#id}" },
    ]);
  });

  it("keeps tables and code as blocks of their own with all their lines", () => {
    const { blocks } = parseMarkdown(
      "| a | b |\n|---|---|\n| 1 | 2 |\n\n```js\nlet x = `y`;\n\nx();\n```\n",
    );

    expect(blocks).toMatchObject([
      { kind: "table", head: ["| a | b |", "|---|---|"], rows: ["| 1 | 2 |"] },
      { kind: "code", head: ["```js"], rows: ["let x = `y`;", "", "x();"], foot: ["```"] },
    ]);
  });

  it("fences code that holds fences itself with more marks", () => {
    const { blocks } = parseMarkdown("    ```\n    inner\n    ```\n");

    expect(textOf(blocks[0])).toBe("````\n```\ninner\n```\n````");
  });

  it("makes each item of a list a block, with what hangs below it", () => {
    expect(texts("1. First\n   - inner\n2. Second\n")).toEqual([
      "1. First\n   - inner",
      "2. Second",
    ]);
  });

  it("keeps links that lead outside, also by reference, and makes the others text", () => {
    const source =
      "See [docs](https://example.com/d), [ref][1], [setup](./setup.md), [top](#top) and <https://a.b>.\n\n[1]: https://example.com/r\n";

    expect(texts(source)).toEqual([
      "See [docs](https://example.com/d), [ref](https://example.com/r), setup, top and https://a.b.",
    ]);
  });

  it("puts descriptions in place of pictures, be they linked or not", () => {
    expect(
      texts("![the office](data:image/png;base64,AAAA) and [![badge](b.svg)](https://ci)"),
    ).toEqual(["the office and [badge](https://ci)"]);
  });

  it("drops comments and tags but not placeholders in angle brackets", () => {
    expect(
      texts("Press <kbd>Ctrl</kbd><!-- secret --> with <your-token>.\n\n<!-- hidden -->\n"),
    ).toEqual(["Press Ctrl with <your-token>."]);
  });

  it("keeps identifiers, formulas and escapes as they are written", () => {
    const source = "Set max_connections to 2 * 3 in C:\\temp and a<b.";

    expect(texts(source)).toEqual([source]);
  });

  it("reads a long source in parts without losing, doubling or reordering anything", () => {
    const filler = "This part goes on about one thing and then about another. ".repeat(12);
    const sections = Array.from(
      { length: 90 },
      (_, index) =>
        `## Part ${index}\n\n${filler}[link][l${index}].\n\n\`\`\`\n# no heading ${index}\n\`\`\`\n`,
    );
    const definitions = sections.map((_, index) => `[l${index}]: https://example.com/${index}`);

    const { blocks } = parseMarkdown([...sections, ...definitions].join("\n"));

    expect(blocks).toHaveLength(270);
    for (const index of sections.keys()) {
      expect(blocks.slice(index * 3, index * 3 + 3)).toMatchObject([
        { kind: "heading", depth: 2, text: `Part ${index}` },
        { kind: "prose", text: `${filler}[link](https://example.com/${index}).` },
        { kind: "code", rows: [`# no heading ${index}`] },
      ]);
    }
  });

  it("takes very long tables line by line", () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `| ${index} | x |`);

    const { blocks } = parseMarkdown(
      ["# T", "", "| a | b |", "|---|---|", ...rows, "", "After."].join("\n"),
    );

    expect(blocks).toMatchObject([
      { kind: "heading" },
      { kind: "table", head: ["| a | b |", "|---|---|"], rows },
      { kind: "prose", text: "After." },
    ]);
  });

  it("nested beyond reason comes out as plain text", () => {
    const lists = Array.from({ length: 300 }, (_, depth) => `${"  ".repeat(depth)}- item ${depth}`);

    expect(texts(`${">".repeat(20_000)} deep`).join()).toContain("deep");
    expect(texts(lists.join("\n")).join()).toContain("item 299");
  });
});

describe("plain text", () => {
  it("has paragraphs between empty lines and keeps the lines inside them", () => {
    expect(parsePlainText("one\ntwo\n\n\nthree\n").blocks.map(textOf)).toEqual([
      "one\ntwo",
      "three",
    ]);
  });

  it("has headings where a line is underlined, but not at mere separators", () => {
    const { blocks } = parsePlainText(
      "Guide\n=====\nText.\n\nSetup\n-----\nMore.\n\n---------\nEnd.",
    );

    expect(blocks).toMatchObject([
      { kind: "heading", depth: 1, text: "Guide" },
      { kind: "prose", text: "Text." },
      { kind: "heading", depth: 2, text: "Setup" },
      { kind: "prose", text: "More." },
      { kind: "prose", text: "---------\nEnd." },
    ]);
  });
});
