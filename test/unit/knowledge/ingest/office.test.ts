import { utils, write } from "@e965/xlsx";
import { describe, expect, it } from "vitest";
import { makeDocx, paragraph, wordTable } from "../../../support/documents/docx.ts";
import {
  makeOdt,
  odtHeading,
  odtParagraph,
  odtTable,
} from "../../../support/documents/open-document.ts";
import { makePptx } from "../../../support/documents/pptx.ts";
import { parseBytes } from "./parse-bytes.ts";

/** A workbook of these sheets, as `xlsx`, `xls`, `ods`. */
function makeBook(
  bookType: "xlsx" | "biff8" | "ods",
  sheets: Readonly<Record<string, readonly (readonly (string | number | Date)[])[]>>,
  hidden: readonly string[] = [],
): Uint8Array {
  const book = utils.book_new();
  for (const [name, rows] of Object.entries(sheets)) {
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows.map((row) => [...row])), name);
  }
  book.Workbook = {
    Sheets: book.SheetNames.map((name) => ({ Hidden: hidden.includes(name) ? 1 : 0 })),
  };
  return new Uint8Array(Buffer.from(write(book, { type: "buffer", bookType })));
}

describe("a Word file", () => {
  it("gives its headings, paragraphs and tables, also where Word speaks Chinese", async () => {
    const bytes = makeDocx([
      paragraph("员工手册", "T"),
      paragraph("年假", "1"),
      paragraph("每位员工每年享有三十天年假。"),
      paragraph("Travel", "1"),
      paragraph("Rates", "2"),
      wordTable([
        ["City", "Per day"],
        ["Berlin", "80 €"],
      ]),
    ]);

    expect(await parseBytes("a.docx", bytes)).toEqual({
      title: "员工手册",
      language: "zh",
      chunks: [
        { section: "年假", page: null, text: "每位员工每年享有三十天年假。", language: "zh" },
        {
          section: "Travel › Rates",
          page: null,
          text: "| City | Per day |\n| --- | --- |\n| Berlin | 80 € |",
          language: "en",
        },
      ],
    });
  });

  it("does not follow entities to files or unfold them without end", async () => {
    const outside = makeDocx(
      [`<w:p><w:r><w:t>&secret;</w:t></w:r></w:p>`],
      '<!DOCTYPE d [<!ENTITY secret SYSTEM "file:///etc/hostname">]>',
    );
    const laughs = makeDocx(
      ["<w:p><w:r><w:t>&c;</w:t></w:r></w:p>"],
      '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>',
    );

    for (const bytes of [outside, laughs]) {
      await expect(parseBytes("a.docx", bytes)).rejects.toMatchObject({ code: "document_broken" });
    }
  });

  it("is refused when it is cut off", async () => {
    const whole = makeDocx([paragraph("Text.")]);

    await expect(parseBytes("a.docx", whole.subarray(0, -100))).rejects.toMatchObject({
      code: "document_broken",
    });
  });
});

describe("a workbook", () => {
  it.each(["xlsx", "biff8", "ods"] as const)(
    "(%s) gives each visible sheet as a section with its tables whole",
    async (type) => {
      const bytes = makeBook(
        type,
        {
          Prices: [
            ["Plan", "Per month"],
            ["Basic", 9],
            ["Team", 29.5],
          ],
          // What writes the test's ODS files cannot hide a sheet.
          ...(type === "ods" ? {} : { Secret: [["Margin", "70 %"]] }),
          Contacts: [["Who to ask"], [], ["Name", "Phone"], ["Ana | Ruiz", "123"]],
        },
        ["Secret"],
      );
      const name = type === "biff8" ? "price_list.xls" : `price_list.${type}`;

      const { title, chunks } = await parseBytes(name, bytes);

      expect(title).toBe("Price list");
      expect(chunks.map(({ section, text }) => [section, text])).toEqual([
        ["Prices", "| Plan | Per month |\n| --- | --- |\n| Basic | 9 |\n| Team | 29.5 |"],
        ["Contacts", "Who to ask\n\n| Name | Phone |\n| --- | --- |\n| Ana \\| Ruiz | 123 |"],
      ]);
    },
  );

  it("that has a column of questions and one of answers is a list of both", async () => {
    const bytes = makeBook("xlsx", {
      Sheet1: [
        ["Category", "Question", "Answer"],
        ["Returns", "How do I return a parcel?", "Within 30 days, by post."],
        ["Returns", "Who pays for it?", "We do."],
      ],
    });

    const { chunks } = await parseBytes("faq.xlsx", bytes);

    expect(chunks.map(({ section, text }) => [section, text])).toEqual([
      ["Returns › How do I return a parcel?", "Within 30 days, by post."],
      ["Returns › Who pays for it?", "We do."],
    ]);
  });

  it("is refused when it is none", async () => {
    await expect(
      parseBytes("a.xlsx", Buffer.from("PK\u0003\u0004 nothing more")),
    ).rejects.toMatchObject({
      code: "document_broken",
    });
  });
});

describe("a presentation", () => {
  it("gives each slide under its title, with its number as page", async () => {
    const bytes = makePptx([
      { title: "Welcome to the team", lines: ["Your first week with us."] },
      {
        title: "Benefits",
        lines: ["Everybody gets these from the first day on."],
        table: [
          ["Benefit", "Value"],
          ["Lunch", "8 €"],
        ],
      },
      { title: null, lines: ["A slide that has no title but text."] },
    ]);

    const { title, chunks } = await parseBytes("intro.pptx", bytes);

    expect(title).toBe("Welcome to the team");
    expect(chunks.map(({ section, page }) => [section, page])).toEqual([
      ["Welcome to the team", 1],
      ["Benefits", 2],
      ["Slide 3", 3],
    ]);
    expect(chunks[1]?.text).toContain("| Benefit | Value |\n| --- | --- |\n| Lunch | 8 € |");
  });
});

describe("an OpenDocument text", () => {
  it("gives its headings, paragraphs and tables", async () => {
    const bytes = makeOdt([
      odtHeading("Travel", 1),
      odtHeading("Rates", 2),
      odtParagraph("We pay these rates for each day & night."),
      odtTable([
        ["City", "Per day"],
        ["Berlin", "80"],
      ]),
    ]);

    const { chunks } = await parseBytes("rules.odt", bytes);

    expect(chunks.at(-1)).toMatchObject({
      section: "Rates",
      text: "We pay these rates for each day & night.\n\n| City | Per day |\n| --- | --- |\n| Berlin | 80 |",
    });
  });

  it("with a password is refused as such", async () => {
    const bytes = makeOdt([odtParagraph("x")], "<manifest:encryption-data/>");

    await expect(parseBytes("a.odt", bytes)).rejects.toMatchObject({ code: "document_encrypted" });
  });
});

describe("RTF", () => {
  it("gives its text, whatever it is called", async () => {
    const rtf = String.raw`{\rtf1\ansi\ansicpg1252 {\b Returns}\par Within 30 days, \'e0 la carte.\par}`;

    const { chunks } = await parseBytes("note.txt", Buffer.from(rtf, "latin1"));

    expect(chunks.map(({ text }) => text).join("\n")).toContain("Within 30 days, à la carte.");
  });
});
