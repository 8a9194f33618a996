import { describe, expect, it } from "vitest";
import { measureAmbiguity } from "../../../flows/clarify/ambiguity.ts";
import { termsOf } from "../../../flows/language/index.ts";
import { order } from "../../../flows/rank/find.ts";
import type { Language, RankedPassage } from "../../../src/core/index.ts";
import { aPassage } from "../../support/flows-builders.ts";

function section(heading: string, text: string, source = "handbook/office.md"): RankedPassage {
  return {
    ...aPassage(text, { document: source, section: heading, source }),
    score: 0.3,
    parts: { vector: null, lexical: 0.3, rerank: null },
  };
}

function ambiguityOf(question: string, passages: readonly RankedPassage[], language: Language) {
  const found = order(passages, question, language, () => ({ asked: 0.3, expanded: 0.3 }));
  return measureAmbiguity(found, { question, language, prefix: "q" });
}

const CONTRACTORS = [
  section(
    "Working from abroad",
    "The rules for working from abroad: contractors ask their sponsor.",
  ),
  section("Onboarding of contractors", "A sponsor meets them at reception on the first day."),
  section("Contractors on site", "They wear a yellow badge and are never alone in the workshop."),
  section("Contractors working remotely", "They use a laptop of the company and the staff VPN."),
];

/** Three texts without headings that speak of tides. */
function tides(titles: readonly string[]): readonly RankedPassage[] {
  const texts = [
    "Tides rise twice a day where the moon pulls at the sea.",
    "Tides drive mills on this coast since the year 1200.",
    "Tides of the lagoon bring mud in spring and salt in autumn.",
  ];
  return texts.map((text, at) => ({
    ...section("", text, `${at}.txt`),
    title: titles[at] ?? "",
  }));
}

describe("what competes for a question", () => {
  it("is every section whose heading has the one telling word of a short question", () => {
    const { probability, readings } = ambiguityOf("rules for contractors?", CONTRACTORS, "en");

    expect(probability).toBeGreaterThanOrEqual(0.6);
    expect(readings.map(({ label }) => label).toSorted()).toEqual([
      "Contractors on site",
      "Contractors working remotely",
      "Onboarding of contractors",
    ]);
  });

  it("is not every such section when the question says more", () => {
    const question = "which colour of badge do contractors wear in the workshop on a normal day";
    const { probability } = ambiguityOf(question, CONTRACTORS, "en");

    expect(probability).toBeLessThan(0.5);
  });

  it.each([
    ["", "", ""],
    ["Tides", "Tides", "Tides"],
    ["", "Mills", "The lagoon"],
  ])("is not offered where the best text has no name of its own: %j", (...titles) => {
    expect(ambiguityOf("tides?", tides(titles), "en").readings).toEqual([]);
  });

  const LEAVE = [
    section("Annual leave", "Everybody gets 26 days of annual leave a year."),
    section("Annual leave › Requesting annual leave", "Enter the dates of annual leave in Canopy."),
    section("Annual leave › Carry-over of annual leave", "Up to 5 days move into the new year."),
    section("Annual leave › Buying extra days", "In November 5 extra days can be bought."),
  ];
  const ANNUAL_LEAVE_ZH = [
    section("年假", "每年有 26 天年假。"),
    section("年假 › 申请年假", "在 Canopy 中填写年假的日期。"),
    section("年假 › 年假结转", "最多 5 天年假结转到下一年。"),
    section("年假 › 购买额外假期", "每年 11 月可以购买 5 天。"),
  ];

  it.each([
    ["annual leave", LEAVE, "en"],
    ["how does annual leave work?", LEAVE, "en"],
    ["年假", ANNUAL_LEAVE_ZH, "zh"],
    ["年假怎么办理", ANNUAL_LEAVE_ZH, "zh"],
  ] as const)(
    "is what stands beside and below a heading that is all of %j",
    (question, passages, language) => {
      const { probability, readings } = ambiguityOf(question, passages, language);

      expect(probability).toBeGreaterThanOrEqual(0.6);
      expect(readings).toHaveLength(4);
    },
  );

  it.each([
    ["how many days of annual leave?", LEAVE, "en"],
    ["can annual leave be carried over?", LEAVE, "en"],
    ["年假有几天", ANNUAL_LEAVE_ZH, "zh"],
    ["年假可以结转吗", ANNUAL_LEAVE_ZH, "zh"],
  ] as const)(
    "is nothing where something is asked about it: %j",
    (question, passages, language) => {
      expect(ambiguityOf(question, passages, language).probability).toBeLessThan(0.5);
    },
  );

  it("is offered by the titles where there are no headings", () => {
    const { readings } = ambiguityOf("tides?", tides(["The sea", "Mills", "The lagoon"]), "en");

    expect(readings.map(({ label }) => label)).toEqual(["The sea", "Mills", "The lagoon"]);
  });

  it("is left open by a heading that says the question in other words than its own", () => {
    const passages = [
      section("预支工资", "每年可以预支一次工资，最多半个月。", "handbook/pay.md"),
      section("季票借款", "公司可以借钱买季票，分十个月还。", "handbook/commuting.md"),
      section("差旅借款", "出差前可以申请借款，回来后结清。", "handbook/travel.md"),
    ];
    const { readings } = ambiguityOf("能跟公司借钱吗？", passages, "zh");

    expect(readings.map(({ label }) => label).toSorted()).toEqual(
      ["季票借款", "差旅借款", "预支工资"].toSorted(),
    );
  });

  it("is offered out of different folders before more out of one", () => {
    const passages = [
      section("Upload limit", "A file may have 50 MB.", "docs/files.md"),
      section("Rate limit", "In a minute 20 questions are answered.", "docs/operate.md"),
      section("Budget limit", "An answer has 500 words at most.", "docs/answers.md"),
      section("Character limit", "Messages over 16,000 characters come back.", "docs/errors.md"),
      section("Meal limit", "On the road 45 euros a day are paid.", "handbook/travel.md"),
      section("Hotel limit", "Rooms may cost 160 euros a night.", "handbook/hotels.md"),
    ];
    const { readings } = ambiguityOf("what's the limit?", passages, "en");

    expect(readings).toHaveLength(4);
    expect(readings.map(({ label }) => label)).toContain("Meal limit");
    expect(readings.map(({ label }) => label)).toContain("Hotel limit");
  });
});

describe("what does not compete", () => {
  it.each([
    [
      "en",
      "How long is care leave?",
      section("", "Care leave is 5 days, sick leave is 10 days.", "handbook/leave.md"),
      section("Care leave", "There are 5 days a year for sick relatives.", "handbook/leave.md"),
    ],
    [
      "zh",
      "照护假有几天？",
      section("", "照护假 5 天，病假 10 天。", "handbook/leave.md"),
      section("照护假", "每年有 5 天，用来照顾生病的亲属。", "handbook/leave.md"),
    ],
  ] as const)(
    "is a section and what sums it up at the top of its page (%s)",
    (language, question, top, below) => {
      expect(ambiguityOf(question, [below, top], language).readings).toEqual([]);
    },
  );

  it.each([
    [
      "en",
      "Which day is the summer party?",
      section("Parties", "The summer party is on the last Friday of June.", "handbook/office.md"),
      section("Parties with clients", "Parties with clients cost 60 € each.", "handbook/money.md"),
    ],
    [
      "zh",
      "夏季聚会是哪天？",
      section("团建与聚会", "夏季聚会在六月最后一个星期五。", "handbook/office.md"),
      section("客户聚会", "客户聚会每人最多 60 €。", "handbook/money.md"),
    ],
  ] as const)(
    "is a section of which one sentence says all, and others that say a part (%s)",
    (language, question, whole, part) => {
      expect(ambiguityOf(question, [whole, part], language).readings).toEqual([]);
    },
  );
});

describe("the company in a Chinese question", () => {
  it.each(["公司出钱吗", "能跟公司借钱吗", "公司有班车吗"])(
    "is nothing to look for where it acts: %s",
    (question) => {
      expect(termsOf(question).map(({ key }) => key)).not.toContain("公司");
    },
  );

  it("is where it is part of a name", () => {
    expect(termsOf("公司奖金有多少").map(({ key }) => key)).toContain("公司");
  });
});
