import iconv from "iconv-lite";
import { describe, expect, it } from "vitest";
import { makeEpub } from "../../../support/documents/epub.ts";
import { parseBytes } from "./parse-bytes.ts";

const sections = async (
  name: string,
  content: Uint8Array | string,
): Promise<readonly (readonly [string, string])[]> => {
  const { chunks } = await parseBytes(name, content);
  return chunks.map(({ section, text }) => [section, text] as const);
};

describe("separated values", () => {
  it.each([",", ";", "\t"])(
    "by %j are a table, with quoted line ends inside cells",
    async (mark) => {
      const text = `Team${mark}City\nStorm${mark}"Upper\nTown"\nGulls${mark}Harbour\n`;

      expect(await sections("teams.csv", text)).toEqual([
        ["", "| Team | City |\n| --- | --- |\n| Storm | Upper Town |\n| Gulls | Harbour |"],
      ]);
    },
  );

  it("in an old Chinese encoding are read, and a list of questions is one", async () => {
    const text = "问题,答案\n怎么退货？,三十天内可以退货。\n运费谁付？,由我们支付。\n";

    expect(await sections("faq.csv", iconv.encode(text, "gb18030"))).toEqual([
      ["怎么退货？", "三十天内可以退货。"],
      ["运费谁付？", "由我们支付。"],
    ]);
  });

  it("cut long tables by rows and repeat their head", async () => {
    const rows = Array.from({ length: 400 }, (_, index) => `${index},Name of number ${index}`);

    const parts = await sections("list.csv", `Id,Name\n${rows.join("\n")}`);

    expect(parts.length).toBeGreaterThan(3);
    for (const [, text] of parts)
      expect(text.startsWith("| Id | Name |\n| --- | --- |\n")).toBe(true);
  });
});

describe("a list of questions in JSON", () => {
  const entries = [
    { question: "How do I return a parcel?", answer: "By **post**, within 30 days." },
    { Q: "运费谁付？", A: "<p>由我们支付。</p>", category: "运费", variants: ["退货要钱吗？"] },
  ];
  const read = [
    ["How do I return a parcel?", "By **post**, within 30 days."],
    ["运费 › 运费谁付？", "由我们支付。\n\n退货要钱吗？"],
  ];

  it.each([
    ["an array", JSON.stringify(entries)],
    ["an object with one list", JSON.stringify({ version: 2, faqs: entries })],
    ["one object a line", entries.map((entry) => JSON.stringify(entry)).join("\n")],
  ])("is read as %s", async (_, text) => {
    expect(await sections("faq.json", text)).toEqual(read);
  });

  it("is read as an object from question to answer", async () => {
    expect(await sections("faq.json", '{"Who pays?": "We do, always."}')).toEqual([
      ["Who pays?", "We do, always."],
    ]);
  });

  it("that is JSON of another kind, or none, is refused as what it is", async () => {
    await expect(
      parseBytes("package.json", '{"name": "x", "private": true}'),
    ).rejects.toMatchObject({
      code: "document_unsupported",
    });
    await expect(parseBytes("a.json", "{not json")).rejects.toMatchObject({
      code: "document_broken",
    });
  });
});

describe("a book", () => {
  it("gives its chapters in the order of its spine, without its table of contents", async () => {
    const book = makeEpub("Winter & Sports", [
      "<h1>Skiing</h1><p>Keep your knees bent at all times, and look where you want to go next.</p>",
      "<h1>滑冰</h1><p>先学会站立，再学会滑行，始终保持身体平衡。</p>",
    ]);

    const { title, chunks } = await parseBytes("winter.epub", book);

    expect(title).toBe("Winter & Sports");
    expect(chunks.map(({ section, text }) => [section, text])).toEqual([
      ["Skiing", "Keep your knees bent at all times, and look where you want to go next."],
      ["滑冰", "先学会站立，再学会滑行，始终保持身体平衡。"],
    ]);
  });

  it("with copy protection is refused as such; scrambled fonts are none", async () => {
    const list = (name: string): string =>
      `<encryption><EncryptedData><CipherData><CipherReference URI="${name}"/></CipherData></EncryptedData></encryption>`;
    const chapters = ["<h1>One</h1><p>Text of the chapter.</p>"];
    const locked = makeEpub("A", chapters, {
      "META-INF/encryption.xml": list("OEBPS/text/c 0.xhtml"),
    });
    const fonts = makeEpub("A", chapters, { "META-INF/encryption.xml": list("OEBPS/font.otf") });

    await expect(parseBytes("a.epub", locked)).rejects.toMatchObject({
      code: "document_encrypted",
    });
    expect((await parseBytes("a.epub", fonts)).chunks).toHaveLength(1);
  });
});
