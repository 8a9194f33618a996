import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { missesOf } from "../../../src/cli/dialogues/check.ts";
import { readScript } from "../../../src/cli/dialogues/script.ts";
import { reportPlayed } from "../../../src/cli/test-command.ts";
import { isFrontdeskError } from "../../../src/core/index.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { aCitation, aReply } from "../../support/reply-builder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function aScript(text: string): string {
  const file = join(temporaryFolder(), "leave.yaml");
  writeFileSync(file, text);
  return file;
}

function faultOf(text: string): string {
  try {
    readScript(aScript(text));
    return "nothing thrown";
  } catch (error) {
    return isFrontdeskError(error, "usage") ? error.message : String(error);
  }
}

describe("a file of conversations", () => {
  it("holds whole conversations, and single questions in one line", () => {
    const script = readScript(
      aScript(`
knowledge: handbook
settings: { answerAt: 0.8 }
dialogues:
  - { say: Hello, expect: smalltalk }
  - name: contractors
    turns:
      - { say: How many days?, as: ben, expect: { decision: [answer, clarify], cites: leave.md } }
      - { wait: 31m, expect: { silence: true } }
      - { press: 2 }
      - { agent: reply, text: 26 days }
`),
    );

    expect(script.name).toBe("leave");
    expect(script.knowledge?.[0]).toMatch(/handbook$/u);
    expect(script.dialogues.map(({ name }) => name)).toEqual(["Hello", "contractors"]);
    expect(script.dialogues[1]?.turns).toEqual([
      {
        say: "How many days?",
        as: "ben",
        expect: { decision: ["answer", "clarify"], cites: ["leave.md"] },
      },
      { wait: 31 * 60_000, expect: { silence: true } },
      { press: 2, as: "ana" },
      { agent: "reply", text: "26 days", name: "Kim" },
    ]);
  });

  it.each([
    ["dialogues: [", "is not valid YAML"],
    ["dialogues: []", "dialogues"],
    ["dialogues: [{ say: hi, expect: perhaps }]", "dialogues[0]"],
    ["dialogues: [{ name: x, turns: [{ wait: soon }] }]", "dialogues[0]"],
    ["dialogue: [{ say: hi }]", "dialogue"],
  ])("that reads %j is refused by name of what is wrong", (text, part) => {
    expect(faultOf(text)).toContain(part);
  });
});

describe("what a step came to", () => {
  const reply = aReply({
    decision: "answer",
    text: "26 days [1]",
    question: "How many days of annual leave?",
    confidence: 0.81,
    citations: [aCitation({ title: "Leave", section: "Annual leave", source: "docs/leave.md" })],
  });
  const heard = { replies: [reply], settled: null };

  it("passes when everything that is expected is there", () => {
    const expected = {
      decision: ["answer" as const],
      cites: ["leave.md"],
      citesFirst: "Annual leave",
      says: ["26 DAYS"],
      saysNot: ["sick"],
      question: ["annual leave"],
      confidence: [0.7, 1] as [number, number],
      case: false,
      silence: false,
    };

    expect(missesOf(expected, heard)).toEqual([]);
  });

  it.each([
    [{ decision: ["decline" as const] }, { what: "decision", expected: "decline", got: "answer" }],
    [
      { cites: ["pay.md"] },
      { what: "cites", expected: "pay.md", got: "docs/leave.md · Leave · Annual leave" },
    ],
    [{ saysNot: ["26"] }, { what: "saysNot", expected: 'no "26"', got: "26 days [1]" }],
    [{ options: ["VPN"] }, { what: "options", expected: "VPN", got: "nothing" }],
    [
      { confidence: [0.9, 1] as [number, number] },
      { what: "confidence", expected: "0.9 to 1", got: "0.81" },
    ],
    [{ silence: true }, { what: "silence", expected: "true", got: "26 days [1]" }],
    [{ case: true }, { what: "case", expected: "true", got: "none" }],
    [{ language: "zh" as const }, { what: "language", expected: "zh", got: "en" }],
  ])("says what was expected and what came: %j", (expected, miss) => {
    expect(missesOf(expected, heard)).toEqual([miss]);
  });

  it("is escalate without a word when a message was passed on, and nothing when nothing happened", () => {
    expect(missesOf({ decision: ["escalate"] }, { replies: [], settled: "forwarded" })).toEqual([]);
    expect(missesOf({ decision: ["ignore"] }, { replies: [], settled: "ignored" })).toEqual([]);
    expect(missesOf({ decision: ["answer"] }, { replies: [], settled: null })).toEqual([
      { what: "decision", expected: "answer", got: "nothing" },
    ]);
  });
});

describe("the report of played conversations", () => {
  const results = [
    {
      script: "leave",
      file: "dialogues/leave.yaml",
      played: [
        { name: "good", misses: [] },
        {
          name: "bad",
          misses: [
            { turn: 2, step: "and mine?", what: "decision", expected: "answer", got: "decline" },
          ],
        },
      ],
    },
  ];

  it("names each failure with its turn, and fails", () => {
    const pipes = fakePipes();

    expect(reportPlayed(results, { json: false }, pipes.io)).toBe(1);
    expect(pipes.lines()).toEqual([
      "dialogues/leave.yaml: 1 of 2",
      "  ✗ bad",
      "      turn 2 (and mine?), decision",
      "        expected: answer",
      "        got:      decline",
      "1 passed, 1 failed",
    ]);
  });

  it("is one object for scripts, and ends with 0 when all went well", () => {
    const pipes = fakePipes();
    const well = [
      { ...results[0], script: "leave", file: "f", played: [{ name: "good", misses: [] }] },
    ];

    expect(reportPlayed(well, { json: true }, pipes.io)).toBe(0);
    expect(JSON.parse(pipes.stdout())).toMatchObject({ passed: 1, failed: 0 });
  });
});
