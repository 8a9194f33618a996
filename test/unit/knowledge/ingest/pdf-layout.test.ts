import { describe, expect, it } from "vitest";
import { headingRule, isContentsHeading } from "../../../../knowledge/ingest/pdf/headings.ts";
import {
  type Line,
  type TextRun,
  tidyLine,
  toLines,
} from "../../../../knowledge/ingest/pdf/lines.ts";
import { dropMargins } from "../../../../knowledge/ingest/pdf/margins.ts";
import { toBlocks } from "../../../../knowledge/ingest/pdf/paragraphs.ts";

const run = (
  text: string,
  x: number,
  y: number,
  more: Partial<TextRun> & { size?: number } = {},
): TextRun => {
  const { size = 10, ...rest } = more;
  return {
    text,
    transform: [size, 0, 0, size, x, y],
    width: text.length * size * 0.5,
    font: "body",
    isRightToLeft: false,
    ...rest,
  };
};
const line = (text: string, y: number, more: Partial<Line> = {}): Line => ({
  text,
  x: 50,
  right: 50 + text.length * 5,
  y,
  size: 10,
  font: "body",
  isGapped: false,
  page: 1,
  ...more,
});
const never = (): null => null;
const texts = (lines: readonly Line[]): string[] => lines.map(({ text }) => text);

describe("lines of a PDF page", () => {
  it("are runs on one baseline, with a space where they stand apart", () => {
    const lines = toLines(
      [
        run("Reset", 50, 700),
        run("your", 78, 700),
        run("pass", 101.5, 700),
        run("word.", 121.6, 700),
        run("Next", 50, 688),
      ],
      1,
    );

    expect(texts(lines)).toEqual(["Reset your password.", "Next"]);
  });

  it("keep superscripts in their line", () => {
    const lines = toLines(
      [run("factors", 50, 700), run("1", 85, 704, { size: 6 }), run(" and more", 88, 700)],
      1,
    );

    expect(texts(lines)).toEqual(["factors1 and more"]);
  });

  it("know columns by their wide gaps", () => {
    const [row] = toLines([run("Coffee", 50, 700), run("3.20", 200, 700)], 1);

    expect(row).toMatchObject({ text: "Coffee  3.20", isGapped: true });
  });

  it("part columns that stand side by side when the file goes back", () => {
    const lines = toLines([run("right", 300, 700), run("left", 50, 700.5)], 1);

    expect(texts(lines)).toEqual(["right", "left"]);
  });

  it("have no stray spaces between Han characters", () => {
    const lines = toLines(
      [
        run("退货", 50, 700, { width: 20 }),
        run("政策", 73, 700, { width: 20 }),
        run(" ", 93, 700),
        run("如下", 95, 700),
      ],
      1,
    );

    expect(texts(lines)).toEqual(["退货政策如下"]);
    expect(tidyLine("年 假 为 三 十 天，VPN 密码 在 此")).toBe("年假为三十天，VPN 密码在此");
  });

  it("leave out what is written across the page", () => {
    const stamp = { transform: [0, 10, -10, 0, 20, 300] };

    const lines = toLines(
      [run("arXiv:2004.04906v3", 20, 300, stamp), run("The text of the page.", 50, 700)],
      1,
    );

    expect(texts(lines)).toEqual(["The text of the page."]);
  });

  it("are read along a page that is turned as a whole", () => {
    const turned = (text: string, x: number, y: number): TextRun =>
      run(text, 0, 0, { transform: [0, 10, -10, 0, x, y] });

    expect(
      texts(toLines([turned("First line", 100, 50), turned("Second line", 112, 50)], 1)),
    ).toEqual(["First line", "Second line"]);
  });

  it("make bullets of symbol fonts visible", () => {
    expect(tidyLine("\uf0b7 item \ue001")).toBe("• item");
  });
});

describe("margins of PDF pages", () => {
  const page = (number: number, ...lines: readonly [string, number][]): Line[] =>
    lines.map(([text, y]) => line(text, y, { page: number }));

  it("lose headers and footers that return, with the number of the page or without", () => {
    const pages = [1, 2, 3, 4].map((number) =>
      page(
        number,
        ["Employee handbook", 800],
        [`What page ${["one", "two", "three", "four"][number - 1]} says.`, 400],
        [`Handbook 2026, ${number} of 4`, 20],
      ),
    );

    expect(
      dropMargins(pages)
        .flat()
        .map(({ text }) => text),
    ).toEqual([
      "What page one says.",
      "What page two says.",
      "What page three says.",
      "What page four says.",
    ]);
  });

  it("keep lines that only look alike, such as the number of each bill", () => {
    const numbers = [4711, 88, 1203, 56];
    const pages = numbers.map((bill, index) =>
      page(index + 1, [`Invoice ${bill}`, 800], ["Text.", 400]),
    );

    expect(
      dropMargins(pages)
        .flat()
        .map(({ text }) => text),
    ).toContain("Invoice 1203");
  });

  it("lose bare page numbers in all their forms, but not on a single page", () => {
    const pages = [
      page(1, ["Text one.", 400], ["- 1 -", 20]),
      page(2, ["Text two.", 400], ["第 2 页 共 2 页", 20]),
    ];

    expect(
      dropMargins(pages)
        .flat()
        .map(({ text }) => text),
    ).toEqual(["Text one.", "Text two."]);
    expect(dropMargins([page(1, ["Total", 400], ["1", 20])]).flat()).toHaveLength(2);
  });

  it("lose the entries of a table of contents, but not dotted prices", () => {
    const contents = (text: string): string[] => {
      const pages = [page(1, [text, 500]), page(2, ["a", 400]), page(3, ["b", 300])];
      return dropMargins(pages)
        .flat()
        .map((kept) => kept.text);
    };

    expect(contents("Returns ............ 3")).toEqual(["a", "b"]);
    expect(contents("Coffee ............ 320")).toEqual(["Coffee ............ 320", "a", "b"]);
  });
});

describe("headings of a PDF", () => {
  const body = Array.from({ length: 20 }, (_, index) =>
    line(`A line of ordinary text, number ${index}, as wide as the page.`, 600 - index * 12),
  );

  it("are lines in larger letters, the largest outermost", () => {
    const title = line("Handbook", 800, { size: 20 });
    const part = line("Leave", 700, { size: 14 });

    const rule = headingRule([title, part, ...body], []);

    expect([title, part, body[0] ?? title].map(rule)).toEqual([1, 2, null]);
  });

  it("are no sentences, no numbers and no rows of columns, however large", () => {
    const large = { size: 14 };
    const lines = [
      line("This is a large sentence.", 700, large),
      line("*42-17-2026*", 690, large),
      line("Sum  Tax", 680, { ...large, isGapped: true }),
    ];

    const rule = headingRule([...lines, ...body], []);

    expect(lines.map(rule)).toEqual([null, null, null]);
  });

  it("are chapters by their word, in both languages, in letters of any size", () => {
    const lines = [
      line("第三章 年假", 700),
      line("Chapter 4 Travel", 690),
      line("第三章规定，员工应当提前申请。", 680),
    ];

    const rule = headingRule([...lines, ...body], []);

    expect(lines.map(rule)).toEqual([1, 1, null]);
  });

  it("are what the bookmarks say, also where a title takes two lines", () => {
    const lines = [
      line("1.1 Scope and", 700),
      line("objectives", 688),
      line("1.2 Terms", 600),
      line("2 Use", 500),
    ];
    const bookmark = (title: string, depth: number) => ({ title, depth, page: 1 });

    const rule = headingRule(
      [...lines, ...body],
      [bookmark("Scope and objectives", 2), bookmark("Terms", 2), bookmark("Use", 1)],
    );

    expect(lines.map(rule)).toEqual([2, 2, 2, 1]);
  });

  it("of a table of contents head nothing", () => {
    expect(
      ["Contents", "Table of Contents", "目 录"].map((text) => isContentsHeading(line(text, 1))),
    ).toEqual([true, true, true]);
    expect(isContentsHeading(line("Contents of the box", 1))).toBe(false);
  });
});

describe("paragraphs of a PDF", () => {
  const wide = "This line of the paragraph is about as wide as the column allows it to be and";
  const blocksOf = (lines: readonly Line[]): string[] =>
    toBlocks(lines, never).map((block) => ("text" in block ? block.text : ""));

  it("join their lines, and take back hyphens at line ends", () => {
    expect(
      blocksOf([
        line(`${wide} re-`, 700),
        line("turns are free for mem-", 688),
        line("bers.", 676),
      ]),
    ).toEqual([`${wide} returns are free for members.`]);
    expect(blocksOf([line(`${wide} EU-`, 700), line("Commission and its work.", 688)])).toEqual([
      `${wide} EU-Commission and its work.`,
    ]);
  });

  it("join Chinese lines without a space", () => {
    const chinese = "员工每年享有三十天带薪年假具体安排由部门负责人批准后报人力资源部";

    expect(blocksOf([line(chinese, 700), line("备案。", 688)])).toEqual([`${chinese}备案。`]);
  });

  it("end at wide gaps, at short lines, at bullets and at rows of columns", () => {
    const lines = [
      line(`${wide} ends.`, 700),
      line(`${wide} begins anew.`, 660),
      line("Ann Example", 620),
      line("12 Long Street", 608),
      line("• first point", 596),
      line("• second point", 584),
      line("Sum  12", 572, { isGapped: true }),
      line("Tax  3", 560, { isGapped: true }),
    ];

    expect(blocksOf(lines)).toEqual(lines.map(({ text }) => text));
  });

  it("know their page, also when a page break cuts a sentence", () => {
    const blocks = toBlocks(
      [line(wide, 60, { page: 1 }), line("goes on here.", 800, { page: 2 })],
      never,
    );

    expect(blocks).toMatchObject([
      { text: wide, page: 1 },
      { text: "goes on here.", page: 2, glue: " " },
    ]);
  });
});
