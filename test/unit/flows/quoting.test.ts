import { describe, expect, it } from "vitest";
import { unitsOf } from "../../../flows/answer/blocks.ts";
import { quoteAnswer } from "../../../flows/answer/extract.ts";
import { splitSentences } from "../../../flows/language/index.ts";
import { aPassage } from "../../support/flows-builders.ts";

describe("cutting text into sentences", () => {
  it.each([
    ["You get 25 days. Ask HR! Really? Yes.", ["You get 25 days.", "Ask HR!", "Really?", "Yes."]],
    [
      "It costs 3.5 €, e.g. in the U.S. office. Fine.",
      ["It costs 3.5 €, e.g. in the U.S. office.", "Fine."],
    ],
    ["每年有 26 天年假。可以结转吗？可以！", ["每年有 26 天年假。", "可以结转吗？", "可以！"]],
    ["他说：“可以。”然后走了。", ["他说：“可以。”", "然后走了。"]],
    ["Dr. Smith signs. No. 5 is first.", ["Dr. Smith signs.", "No. 5 is first."]],
  ])("%s", (paragraph, sentences) => {
    expect(splitSentences(paragraph)).toEqual(sentences);
  });
});

describe("cutting a passage into pieces", () => {
  it("keeps steps with their numbers, rows with the names of their columns, and code whole", () => {
    const units = unitsOf(
      [
        "Do this:",
        "",
        "1. Open the page.",
        "2. Press the button",
        "   twice.",
        "",
        "| Office | Payday |",
        "|---|---|",
        "| Bristol | 25th |",
        "",
        "```sh",
        "npm start",
        "",
        "npm test",
        "```",
      ].join("\n"),
    );

    expect(units.map(({ kind, text, step }) => [kind, text, step])).toEqual([
      ["sentence", "Do this:", null],
      ["item", "Open the page.", "1"],
      ["item", "Press the button twice.", "2"],
      ["row", "Bristol — Payday: 25th", null],
      ["code", "```sh\nnpm start\n\nnpm test\n```", null],
    ]);
  });

  it("joins the lines of a Chinese paragraph without spaces", () => {
    expect(unitsOf("每年有\n二十六天年假。").map(({ text }) => text)).toEqual([
      "每年有二十六天年假。",
    ]);
  });
});

const LONG =
  "The office was built in 1931 and renovated twice, most recently after the great flood that filled the cellar. " +
  "Meeting rooms can be booked up to eight weeks ahead. " +
  "The canteen on the ground floor serves lunch between noon and two, and coffee all day long for everybody who comes. " +
  "Plants in the corridors are watered by the caretaker on Mondays and must not be moved without asking him first.";

describe("answering with the documents' own sentences", () => {
  it("takes the sentence that answers out of a long paragraph, not the paragraph", () => {
    const quoted = quoteAnswer("How far ahead can meeting rooms be booked?", [aPassage(LONG)]);

    expect(quoted?.text).toBe("Meeting rooms can be booked up to eight weeks ahead. [1]");
    expect(quoted?.citations[0]?.quote).toBe(
      "Meeting rooms can be booked up to eight weeks ahead.",
    );
  });

  it("takes the rows of a table that are asked for", () => {
    const table = "| Office | Payday |\n|---|---|\n| Rotterdam | 20th |\n| Bristol | 25th |";

    const quoted = quoteAnswer("When is payday in Bristol?", [
      aPassage(table, { section: "Payday" }),
    ]);

    expect(quoted?.text).toBe("- Bristol — Payday: 25th [1]");
  });

  it("takes what a sentence with a colon introduces", () => {
    const text = "To print, do this:\n\n1. Hold your badge to the printer.\n2. Choose the job.";

    const quoted = quoteAnswer("How do I print?", [aPassage(text, { section: "Printing" })]);

    expect(quoted?.text).toBe(
      "To print, do this:\n1. Hold your badge to the printer.\n2. Choose the job. [1]",
    );
  });

  it("begins at the top under a heading that says what was asked", () => {
    const text =
      "Reinstall once with the packages of your card. They take half a gigabyte.\n\nA GPU is optional.";

    const quoted = quoteAnswer("How do I use a GPU?", [
      aPassage(text, { section: "How do I use a GPU?" }),
    ]);

    expect(quoted?.text).toContain("Reinstall once");
  });

  it("answers both halves of a question from two places, each with its source", () => {
    const quoted = quoteAnswer("When is payday and who approves travel?", [
      aPassage("Payday is the 25th of the month.", { document: "pay", section: "Payday" }),
      aPassage("Travel is approved by your line manager.", {
        document: "travel",
        section: "Travel",
      }),
    ]);

    expect(quoted?.text).toContain("Payday is the 25th of the month. [");
    expect(quoted?.text).toContain("Travel is approved by your line manager. [");
    expect(quoted?.citations.map(({ n }) => n)).toEqual([1, 2]);
  });

  it("does not add what has nothing to do with the question", () => {
    const quoted = quoteAnswer("May I keep a present from a supplier?", [
      aPassage("You may keep a gift worth up to 50 €.", {
        document: "conduct",
        section: "Gifts from suppliers",
      }),
      aPassage("Keep your badge visible at all times.", {
        document: "security",
        section: "Badges",
      }),
    ]);

    expect(quoted?.citations).toHaveLength(1);
  });

  it("answers in Chinese text with Chinese joints", () => {
    const quoted = quoteAnswer("年假有几天？", [
      aPassage("全职员工每年有 26 天年假。年中入职者按月折算。", { section: "年假" }),
    ]);

    expect(quoted?.text).toBe("全职员工每年有 26 天年假。年中入职者按月折算。 [1]");
  });

  it("has nothing to say about what is not there", () => {
    expect(quoteAnswer("Who won the cup?", [aPassage("Lunch is at noon.")])).toBeNull();
    expect(quoteAnswer("Who won the cup?", [])).toBeNull();
  });

  it("stays short", () => {
    const passages = Array.from({ length: 8 }, (_, at) =>
      aPassage(`Budget line ${at} is for travel budget ${at}. `.repeat(20), { document: `d${at}` }),
    );

    const quoted = quoteAnswer("What is the travel budget?", passages);

    expect(quoted?.text.length).toBeLessThan(1500);
  });
});

describe("what a quotation looks like", () => {
  const asked = "How do I install it with npm?";

  it("has its number behind the words, and nothing behind the closing fence of a code block", () => {
    const passage = aPassage("Install it with npm:\n\n```sh\nnpm install\n```");

    const { text } = quoteAnswer(asked, [passage]) ?? {};

    expect(text).toBe("Install it with npm: [1]\n```sh\nnpm install\n```");
  });

  it("quotes of a longer Chinese paragraph the sentence that answers", () => {
    const passage = aPassage(
      "全职员工每个自然年有 26 天年假。工龄满五年为 27 天，满十年为 28 天。兼职员工按每周工作天数折算：每周上四天班的人有 20.8 天。年中入职者，每满一个月得十二分之一。试用期内最多可休 5 天。",
      { section: "年假", title: "休假" },
    );

    const { text } = quoteAnswer("年假有几天？", [passage]) ?? {};

    expect(text).toBe("全职员工每个自然年有 26 天年假。 [1]");
  });
});

describe("a message with two questions", () => {
  it.each([
    [
      "How many days of annual leave do I get? And who approves expenses?",
      ["Annual leave", "Requesting annual leave", "Who approves expenses"],
      [
        "You get 26 days of annual leave.",
        "Ask for annual leave 14 days ahead.",
        "Your manager approves expenses.",
      ],
    ],
    [
      "年假有几天？报销由谁审批？",
      ["年假", "申请年假", "报销由谁审批"],
      ["每年有 26 天年假。", "年假须提前 14 天申请。", "报销由直属经理审批。"],
    ],
  ])(
    "is answered part by part, each from the section whose heading is nearest: %s",
    (question, headings, texts) => {
      const passages = texts.map((text, at) => aPassage(text, { section: headings[at] ?? "" }));
      const shuffled = [passages[1], passages[2], passages[0]].flatMap((one) => one ?? []);

      const answer = quoteAnswer(question, shuffled);

      expect(answer?.citations.map(({ section }) => section)).toEqual([headings[0], headings[2]]);
    },
  );
});
