import { describe, expect, it } from "vitest";
import { plainTheme } from "../../../adapters/console/index.ts";
import { createCaseNumbers } from "../../../src/cli/terminal/case-numbers.ts";
import { readChatInput } from "../../../src/cli/terminal/chat-input.ts";
import { chatTexts } from "../../../src/cli/terminal/chat-texts.ts";
import { readDeskInput } from "../../../src/cli/terminal/desk-input.ts";
import { Draft } from "../../../src/cli/terminal/draft.ts";
import { Interrupts } from "../../../src/cli/terminal/interrupts.ts";
import { createPastes } from "../../../src/cli/terminal/pastes.ts";
import { statusLine } from "../../../src/cli/terminal/status-line.ts";
import { caseId } from "../../../src/core/index.ts";
import { aCase } from "../../support/reply-builder.ts";

describe("a line typed into the chat", () => {
  it.each([
    ["/help", { type: "command", name: "/help", argument: "" }],
    ["  /SEARCH  two words ", { type: "command", name: "/search", argument: "two words" }],
    ["/q", { type: "command", name: "/quit", argument: "" }],
    ["/?", { type: "command", name: "/help", argument: "" }],
    ["/frob x", { type: "unknown", name: "/frob" }],
    ["/etc/hosts is what?", { type: "message", text: "/etc/hosts is what?" }],
    ["/ is the root?", { type: "message", text: "/ is the root?" }],
    ["what is /help?", { type: "message", text: "what is /help?" }],
  ])("%s", (line, expected) => {
    expect(readChatInput(line)).toEqual(expected);
  });
});

describe("a line typed at the desk", () => {
  it.each([
    ["2", { type: "open", target: "2" }],
    ["open 2", { type: "open", target: "2" }],
    ["/open C-7", { type: "open", target: "C-7" }],
    ["open the window", { type: "note", text: "open the window" }],
    ["open window", { type: "note", text: "open window" }],
    ["Claim", { type: "claim", target: null }],
    ["claim 3", { type: "claim", target: "3" }],
    ["r Hello there", { type: "reply", text: "Hello there" }],
    ["/reply Hello\nthere", { type: "reply", text: "Hello\nthere" }],
    ["reply later", { type: "unclear", word: "reply" }],
    ["send her the form", { type: "note", text: "send her the form" }],
    ["/send Hello", { type: "reply", text: "Hello" }],
    ["claim 2 please", { type: "unclear", word: "claim" }],
    [
      "note 1 x",
      {
        type: "addressed",
        word: "note",
        target: "1",
        inCase: { type: "note", text: "x" },
        asText: { type: "note", text: "note 1 x" },
      },
    ],
    ["R U SURE", { type: "note", text: "R U SURE" }],
    ["r", { type: "note", text: "r" }],
    ["/note quiet", { type: "note", text: "quiet" }],
    ["/resolve spam", { type: "act", act: { type: "resolve", resolution: "spam" } }],
    [
      "!return the leave policy",
      { type: "act", act: { type: "return", hint: "the leave policy" } },
    ],
    ["/nonsense", { type: "unknown", name: "/nonsense" }],
    ["list", { type: "list" }],
    ["/cases", { type: "list" }],
    ["list what she needs", { type: "note", text: "list what she needs" }],
    ["help", { type: "help" }],
    ["quit", { type: "quit" }],
  ])("%s", (line, expected) => {
    expect(readDeskInput(line)).toEqual(expected);
  });
});

describe("a draft", () => {
  const render = (markdown: string): readonly string[] => markdown.trim().split("\n");

  it("prints nothing for good while it fits", () => {
    const draft = new Draft();
    draft.append("one\n\ntwo");

    expect(draft.layOut(render, 10)).toEqual({ commit: [], live: ["one", "", "two"] });
    expect(draft.finish("anything")).toEqual({ type: "whole" });
  });

  it("prints whole blocks for good when it outgrows the screen, and ends with the rest", () => {
    const draft = new Draft();
    draft.append("one\n\ntwo\n\nthree\n\nfour");

    expect(draft.layOut(render, 3)).toEqual({
      commit: ["one", "", "two", ""],
      live: ["three", "", "four"],
    });
    expect(draft.finish("one\n\ntwo\n\nthree\n\nfour!")).toEqual({
      type: "rest",
      markdown: "three\n\nfour!",
    });
  });

  it("cuts no code and no list in two", () => {
    const draft = new Draft();
    draft.append("```\na\n\nb\n\nc\n```\n\n- x\n\n  y\n\n  z\n\nend");

    const { commit, live } = draft.layOut(render, 2);

    expect(commit).toEqual([
      "```",
      "a",
      "",
      "b",
      "",
      "c",
      "```",
      "",
      "- x",
      "",
      "  y",
      "",
      "  z",
      "",
    ]);
    expect(live).toEqual(["end"]);
  });

  it("shows the end of a single block that is taller than the screen", () => {
    const draft = new Draft();
    draft.append("1\n2\n3\n4\n5");

    expect(draft.layOut(render, 2)).toEqual({ commit: [], live: ["4", "5"] });
  });

  it("goes on where it was when only signs have moved", () => {
    const draft = new Draft();
    draft.append("You have 25 days [1].\n\n- **Five** move on [2].\n\nEnd");
    draft.layOut(render, 1);

    expect(
      draft.finish("You have 25 days. [1]\n\n- **Five** move on. [2]\n\n**End** of it."),
    ).toEqual({
      type: "rest",
      markdown: "**End** of it.",
    });
  });

  it("takes another number of a reference for another answer", () => {
    const draft = new Draft();
    draft.append("You have 25 days [2].\n\nEnd");
    draft.layOut(render, 1);

    expect(draft.finish("You have 25 days [1].\n\nEnd")).toEqual({ type: "corrected" });
  });

  it("knows when what stands is no longer true", () => {
    const draft = new Draft();
    draft.append("one\n\ntwo\n\nthree");
    draft.layOut(render, 1);

    expect(draft.finish("uno\n\ntwo")).toEqual({ type: "corrected" });
    expect(draft.isEmpty).toBe(true);
  });
});

describe("Ctrl-C", () => {
  it("means it when it is pressed twice within two seconds", () => {
    const interrupts = new Interrupts();

    expect([0, 2_001, 4_001, 9_000].map((at) => interrupts.press(at))).toEqual([
      false,
      false,
      true,
      false,
    ]);
  });
});

describe("numbers of cases", () => {
  it("stay the same while cases come and go", () => {
    const numbers = createCaseNumbers();
    numbers.add([aCase({ id: caseId("C-10") }), aCase({ id: caseId("C-11") })]);
    numbers.add([aCase({ id: caseId("D-1") }), aCase({ id: caseId("C-11") })]);

    expect(numbers.of(caseId("C-11"))).toBe(2);
    expect(numbers.find("3")).toBe("D-1");
    expect(numbers.find("C-10")).toBe("C-10");
    expect(numbers.find("D")).toBe("D-1");
    expect(numbers.find("C-1")).toBeNull();
    expect(numbers.find("4")).toBeNull();
    expect(numbers.find("")).toBeNull();
  });
});

describe("pasted text", () => {
  it("comes back as it was, wherever it stands in the line", () => {
    const pastes = createPastes((lines) => `${lines} lines`);
    const long = Array.from({ length: 9 }, (_value, n) => `$& line ${n}`).join("\n");

    const line = `see ${pastes.show("a\r\nb")} and ${pastes.show(long)} end`;

    expect(line).toBe("see a⏎b and [9 lines #1] end");
    expect(pastes.expand(line)).toBe(`see a\nb and ${long} end`);
  });

  it("leaves the sign for a line break alone that somebody typed", () => {
    expect(createPastes(String).expand("press ⏎ now")).toBe("press ⏎ now");
  });
});

describe("the status line", () => {
  const activity = { stage: null, note: null, startedAt: 1_000 };
  const options = { width: 40, theme: plainTheme, texts: chatTexts("en") };

  it("counts seconds only when it takes long", () => {
    expect(statusLine(activity, { ...options, now: 3_900 })).toMatch(/^. working$/u);
    expect(statusLine(activity, { ...options, now: 8_100 })).toMatch(/^. working · 7 s$/u);
  });

  it("is never wider than the terminal", () => {
    const stage = { type: "stage", stage: "queued", place: 12, etaMs: 90_000 } as const;

    const line = statusLine({ ...activity, stage }, { ...options, width: 20, now: 99_000 });

    expect(line).toMatch(/^. waiting, place 12…$/u);
  });
});
