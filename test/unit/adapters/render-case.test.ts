import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { plainTheme, renderCase, renderCaseSummary } from "../../../adapters/console/index.ts";
import type { CaseRecord } from "../../../src/core/index.ts";
import { aCase, aCitation, aPacket } from "../../support/reply-builder.ts";

const options = { width: 76, theme: plainTheme, folder: null, number: 2, now: 3_000 + 5 * 60_000 };

function shown(record: CaseRecord): string {
  return renderCase(record, options).join("\n");
}

describe("a case at the desk", () => {
  it("shows in one glance who waits, since when and why", () => {
    expect(renderCaseSummary(aCase(), options)).toEqual([
      "2  Ann  waiting  console · English · asked for a person · 5 min",
      "   How do I get my parking permit back?",
    ]);
  });

  it("says how a resolved case ended", () => {
    const ended = aCase({ state: "resolved" });
    const record = { ...ended, facts: { ...ended.facts, resolution: "no-answer" as const } };

    expect(renderCaseSummary(record, options)[0]).toContain(
      "resolved (the customer said nothing more)",
    );
  });

  it("shows the customer's last words in the list once there are some", () => {
    const entries = [
      { kind: "customer", name: "Ann", text: "Are you there?", at: 5 },
      { kind: "note", name: "Zoë", text: "ask Bob", at: 6 },
    ] as const;

    expect(renderCaseSummary(aCase({ entries }), options)[1]).toBe("   Are you there?");
  });

  it("gives the agent everything that was said and tried", () => {
    const packet = aPacket({ tried: [aCitation()], suggestedAnswer: "Go to the **front desk**." });

    const text = shown(aCase({ packet, state: "claimed", agent: "Zoë" }));

    for (const expected of [
      "claimed by Zoë",
      "How do I get my parking permit back?",
      "Ann lost her parking permit and wants a new one.",
      "I lost my parking permit",
      "That is not in the documents.",
      "Sources tried (confidence 0.21)",
      "[1] Leave › Annual leave — docs/leave.md",
      "Go to the front desk.",
    ]) {
      expect(text).toContain(expected);
    }
  });

  it("tells apart what went to the customer and what stays", () => {
    const entries = [
      { kind: "reply", name: "Zoë", text: "It is on its way", at: 1 },
      { kind: "note", name: "Zoë", text: "Ask facilities", at: 2 },
    ] as const;

    const text = shown(aCase({ entries }));

    expect(text).toContain("Zoë → customer\n    It is on its way");
    expect(text).toContain("Zoë (note, stays here)\n    Ask facilities");
  });

  it("is safe and fits the width whatever the customer wrote", () => {
    const evil = `\u001b[2J\u0007${"很长的话".repeat(40)}`;
    const packet = aPacket({ customer: evil, summary: evil, question: evil });
    const entries = [{ kind: "customer", name: evil, text: evil, at: 1 }] as const;

    for (const line of renderCase(aCase({ packet, entries }), options)) {
      expect(line).not.toMatch(/\p{Cc}/u);
    }
    for (const line of renderCaseSummary(aCase({ packet, entries }), options)) {
      expect(stringWidth(line)).toBeLessThanOrEqual(76);
    }
  });
});
