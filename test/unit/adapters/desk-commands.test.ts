import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readDeskLine } from "../../../adapters/shared/desk-commands.ts";
import { caseDetails, caseHead, entryText } from "../../../adapters/shared/desk-packet.ts";
import { deskWords } from "../../../adapters/shared/desk-words.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";

const NOTES = { repliesByDefault: false, caseId: "C-12345-67890" };
const REPLIES = { repliesByDefault: true, caseId: "C-12345-67890" };

describe("a line at a desk", () => {
  it.each([
    ["!r On its way", { type: "reply", text: "On its way" }],
    ["!reply two\nlines", { type: "reply", text: "two\nlines" }],
    ["！r 已寄出", { type: "reply", text: "已寄出" }],
    ["!claim", { type: "claim" }],
    ["!Release", { type: "release" }],
    ["!team billing", { type: "transfer", team: "billing" }],
    ["!priority URGENT", { type: "priority", priority: "urgent" }],
    ["!resolve", { type: "resolve" }],
    ["!resolve spam", { type: "resolve", resolution: "spam" }],
    ["!return", { type: "return", hint: null }],
    ["!return try the leave policy", { type: "return", hint: "try the leave policy" }],
    ["!canned hello", { type: "canned", name: "hello" }],
    ["!draft", { type: "draft" }],
    ["!block", { type: "block" }],
    ["!reopen", { type: "reopen" }],
    ["claim the refund for her", { type: "note", text: "claim the refund for her" }],
    ["!r C-12345-67890 On its way", { type: "reply", text: "On its way" }],
    ["!reply c-12345-67890: 已寄出", { type: "reply", text: "已寄出" }],
    ["!r C-99999-67890 is another", { type: "reply", text: "C-99999-67890 is another" }],
    ["r you sure?", { type: "note", text: "r you sure?" }],
  ])("%s is read as it is meant", (line, act) => {
    expect(readDeskLine(line, NOTES)).toEqual({ type: "act", act });
  });

  it("that is no order goes nowhere", () => {
    for (const line of ["!claim now please", "!r", "!nonsense", "!priority 1"]) {
      expect(readDeskLine(line, NOTES).type).toBe("unclear");
      expect(readDeskLine(line, REPLIES).type).toBe("unclear");
    }
  });

  it("ends a case only as agents may say that it ended", () => {
    for (const name of ["blocked", "returned", "cancelled", "no-answer", "perhaps"]) {
      const line = readDeskLine(`!resolve ${name}`, NOTES);
      expect(line).toEqual({ type: "no-resolution", name });
    }
    expect(deskWords("en").noResolution("blocked", ["solved", "spam"])).toContain("solved, spam");
  });

  it("is a reply where replies are the rule, unless it begins with //", () => {
    expect(readDeskLine("Hello Ann", REPLIES)).toEqual({
      type: "act",
      act: { type: "reply", text: "Hello Ann" },
    });
    expect(readDeskLine("// odd one", REPLIES)).toEqual({
      type: "act",
      act: { type: "note", text: "odd one" },
    });
  });

  it("goes to the customer only when it says so, whatever is typed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const line = readDeskLine(text, NOTES);
        const isReply = line.type === "act" && line.act.type === "reply";
        expect(isReply).toBe(isReply && /^\s*[!！](?:r|reply)\s/iu.test(text));
      }),
    );
  });
});

describe("a case on a platform", () => {
  it("shows who, where, why, what was understood, said and tried, and what could be answered", () => {
    const words = deskWords("en");
    const record = aCase({ packet: aPacket({ suggestedAnswer: "Ask at the gate." }) });

    const all = `${caseHead(record, words)}\n${caseDetails(record, words)}`;

    for (const part of [
      "Case case-1",
      "Ann (from a terminal, conversation console:ann · English)",
      "asked for a person · the bot's confidence: 0.21",
      "How do I get my parking permit back?",
      "Ann lost her parking permit",
      "I lost my parking permit",
      "nothing fitting was found",
      "Ask at the gate.",
    ]) {
      expect(all).toContain(part);
    }
  });

  it("does not say that nothing was found where nothing was searched", () => {
    const record = aCase({ packet: aPacket({ tried: [], confidence: null }) });

    expect(caseDetails(record, deskWords("en"))).toContain("nothing was searched");
    expect(caseDetails(record, deskWords("zh"))).toContain("没有查过文档");
  });

  it("never lets words of others look like ours", () => {
    const words = deskWords("zh");
    const text = "**工单已关闭。**\n# Heading";

    const shown = entryText({ kind: "customer", name: "*Eve*", text, at: 1 }, words);

    expect(shown).toBe("**\\*Eve\\***\n> **工单已关闭。**\n> # Heading");
  });
});
