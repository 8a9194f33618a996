import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { createTheme, plainTheme, renderReply } from "../../../adapters/console/index.ts";
import type { Reply } from "../../../src/core/index.ts";
import { aCitation, aReply } from "../../support/reply-builder.ts";

function plain(
  reply: Reply,
  parts: { width?: number; isVerbose?: boolean; folder?: string } = {},
): string {
  return renderReply(reply, {
    width: 76,
    theme: plainTheme,
    folder: null,
    isVerbose: false,
    ...parts,
  }).join("\n");
}

describe("a reply in the terminal", () => {
  it("stands above its numbered sources with their words, and a note on how it came about", () => {
    expect(plain(aReply())).toBe(
      [
        "You have 25 days of leave a year [1].",
        "",
        "[1] Leave › Annual leave — docs/leave.md",
        "    “Every employee has 25 days of leave a year.”",
        "quoted from the documents, no language model",
      ].join("\n"),
    );
  });

  it("does not repeat a quote that is the answer itself", () => {
    const text = "The documents say:\n\n> Every employee has **25 days** of leave a year. [1]";

    expect(plain(aReply({ text }))).not.toContain("“");
  });

  it("quotes the row of a table without its pipes", () => {
    const citations = [aCitation({ quote: "| Rotterdam | up to 3 \\| day | |" })];

    expect(plain(aReply({ citations }))).toContain("“Rotterdam · up to 3 | day”");
  });

  it("names a title once when the section begins with it", () => {
    const citations = [aCitation({ section: "Leave › Carry-over" })];

    expect(plain(aReply({ citations }))).toContain("[1] Leave › Carry-over — docs/leave.md");
  });

  it("shows a path from where the reader stands", () => {
    const citations = [
      aCitation({ source: "/home/ann/docs/leave.md", quote: "" }),
      aCitation({ n: 2, source: "/home/annie/x.md", quote: "" }),
    ];

    expect(plain(aReply({ citations, marks: [] }), { folder: "/home/ann" })).toContain(
      "— docs/leave.md\n[2] Leave › Annual leave — /home/annie/x.md",
    );
  });

  it("says which sources are from the web", () => {
    const citations = [aCitation({ origin: "web", source: "https://example.org/leave" })];

    expect(plain(aReply({ citations, marks: ["web"] }))).toContain(
      "https://example.org/leave (web)",
    );
  });

  it("numbers the options and says how to choose", () => {
    const options = [
      { id: "a", label: "Annual leave" },
      { id: "n", label: "None of these" },
    ];

    expect(plain(aReply({ text: "Which?", citations: [], marks: [], options }))).toBe(
      [
        "Which?",
        "",
        "1) Annual leave",
        "2) None of these",
        "Type a number, or say it in your own words.",
      ].join("\n"),
    );
  });

  it("speaks Chinese around a Chinese reply", () => {
    const shown = plain(
      aReply({
        language: "zh",
        text: "年假有25天 [1]。",
        marks: ["extractive", "unsure"],
        options: [{ id: "a", label: "年假" }],
      }),
    );

    expect(shown).toContain("摘自文档原文，未使用语言模型 · 把握不大");
    expect(shown).toContain("输入编号，或者用自己的话说。");
  });

  it("begins with the name of a person who answers", () => {
    const reply = aReply({
      text: "It is on its way.",
      citations: [],
      marks: [],
      speaker: { kind: "agent", displayName: "Zoë" },
    });

    expect(plain(reply)).toBe("Zoë (person)\nIt is on its way.");
    expect(plain({ ...reply, language: "zh" })).toContain("Zoë (人工)");
  });

  it("shows confidence, the question as understood and times only on demand", () => {
    expect(plain(aReply())).not.toContain("0.82");

    const verbose = plain(aReply(), { isVerbose: true, width: Number.POSITIVE_INFINITY });

    expect(verbose.replaceAll("\u00a0", " ")).toContain(
      "confidence 0.82 · understood as “How many days of leave do I have?” · understand 1 ms · retrieve 4 ms",
    );
  });

  it("lets nothing of titles, labels, names or quotes reach the terminal as a command", () => {
    const evil = "\u001b]0;owned\u0007\u001b[2Jx\ry";
    const reply = aReply({
      text: evil,
      question: evil,
      citations: [aCitation({ title: evil, section: evil, source: evil, quote: `${evil}!` })],
      options: [{ id: "a", label: evil }],
      speaker: { kind: "agent", displayName: evil },
    });

    expect(plain(reply, { isVerbose: true })).not.toMatch(/[^\P{Cc}\n]/u);
  });

  it("fits the width, in colour too", () => {
    const theme = createTheme({ colour: true });
    const reply = aReply({
      text: "一段很长的中文回答，".repeat(10),
      citations: [aCitation({ quote: "很长的引文。".repeat(90) })],
    });

    const lines = renderReply(reply, { width: 40, theme, folder: null, isVerbose: true });

    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40);
  });
});
