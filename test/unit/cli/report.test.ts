import { describe, expect, it } from "vitest";
import { printReport } from "../../../src/cli/report-command.ts";
import {
  type CaseRecord,
  caseId,
  conversationId,
  NEW_CASE_FACTS,
} from "../../../src/core/index.ts";
import type { Application } from "../../../src/ports/application.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";

const DAY = Date.parse("2026-11-20T12:00:00Z");
const MINUTE = 60_000;
const signal = new AbortController().signal;

function one(
  id: string,
  parts: Partial<CaseRecord["facts"]>,
  reason: CaseRecord["packet"]["reason"],
) {
  const packet = aPacket({ reason, conversationId: conversationId(`console:${id}`) });
  return aCase({ id: caseId(id), openedAt: DAY, packet, facts: { ...NEW_CASE_FACTS, ...parts } });
}

const CASES = [
  one(
    "a",
    {
      claimedAt: DAY + MINUTE,
      firstReplyAt: DAY + 2 * MINUTE,
      resolvedAt: DAY + 10 * MINUTE,
      rating: { stars: 5, comment: null },
    },
    "anger",
  ),
  one(
    "b",
    {
      claimedAt: DAY + 3 * MINUTE,
      firstReplyAt: DAY + 6 * MINUTE,
      reopened: 1,
      rating: { stars: 2, comment: "slow" },
      missed: ["next-reply"],
    },
    "anger",
  ),
  one("c", { team: '=1+1,"x"' }, "asked-for-person"),
  aCase({ id: caseId("old"), openedAt: DAY - 40 * 24 * 60 * MINUTE }),
];

function conversation(id: string, updatedAt = DAY) {
  const instance = { kind: "dialogue", id };
  const rest = { version: 1, unread: 0, isLeased: false, timers: 0, deadLetters: 0 };
  return { instance, updatedAt, ...rest };
}

function withCases(): Application {
  const app = createFakeApplication();
  for (const record of CASES) app.openCase(record);
  const ids = ["console:a", "console:b", "console:c", "console:d"];
  const talks = [
    ...ids.map((id) => conversation(id)),
    conversation("console:e", DAY - 24 * 60 * MINUTE),
    conversation("console:long-ago", DAY - 40 * 24 * 60 * MINUTE),
  ];
  return { ...app, conversations: () => Promise.resolve(talks) };
}

async function report(format: "table" | "csv" | "json"): Promise<string> {
  const pipes = fakePipes("");
  const clock = createFakeClock(DAY + 60 * MINUTE);
  await printReport(withCases(), { days: 30, format }, pipes.io, { clock, signal });
  return pipes.stdout();
}

describe("report", () => {
  it("counts by day and team, with reasons, medians, ratings and what came back", async () => {
    const told: unknown = JSON.parse(await report("json"));

    expect(told).toMatchObject({
      conversations: 5,
      handedOver: 3,
      containment: 0.4,
      handoverRate: 0.6,
      days: [
        {
          day: "2026-11-20",
          conversations: 4,
          handedOver: 3,
          containment: 0.25,
          handoverRate: 0.75,
          teams: { "": 0.5, '=1+1,"x"': 0.25 },
        },
        { day: "2026-11-19", conversations: 1, handedOver: 0, containment: 1, teams: {} },
      ],
      figures: [
        {
          day: "2026-11-20",
          team: "",
          opened: 2,
          handoverRate: 0.5,
          reasons: { anger: 2 },
          claimed: 2,
          resolved: 1,
          timeToClaimMs: 2 * MINUTE,
          firstReplyMs: 4 * MINUTE,
          resolutionMs: 10 * MINUTE,
          ratings: 2,
          rating: 3.5,
          reopened: 1,
          reopenRate: 0.5,
          missed: 1,
        },
        {
          team: '=1+1,"x"',
          opened: 1,
          claimed: 0,
          timeToClaimMs: null,
          rating: null,
          reopenRate: null,
        },
      ],
    });
  });

  it("says in words how many got along without a person", async () => {
    const told = await report("table");

    expect(told).toContain("5 conversations, 3 handed over: 40.0 % got along without a person.");
    expect(told).toMatch(
      /2026-11-20 {2}– +2 \(50\.0 %\) +2 min +4 min +10 min +3\.5 \(2\) +1 \(50\.0 %\) +1 +anger: 2/u,
    );
    expect(told).toMatch(
      /2026-11-20 +4 +3 +75\.0 % +25\.0 %\s+2026-11-19 +1 +0 +0\.0 % +100\.0 %/u,
    );
  });

  it("writes a table for spreadsheets in which nothing is a formula", async () => {
    const lines = (await report("csv")).trim().split("\n");

    expect(lines[0]).toBe(
      "day,team,opened,claimed,resolved,reopened,timeToClaimMs,firstReplyMs,resolutionMs,ratings,rating,missed,reasons,reopenRate,handoverRate,dayConversations,dayContainment",
    );
    expect(lines[1]).toBe(
      "2026-11-20,,2,2,1,1,120000,240000,600000,2,3.5,1,anger: 2,0.5,0.5,4,0.25",
    );
    expect(lines[2]).toContain('"\'=1+1,""x"""');
    expect(lines[3]).toBe("2026-11-19,,0,,,,,,,,,,,,0,1,1");
    const widths = lines.map((line) => line.replaceAll(/"(?:[^"]|"")*"/gu, "").split(",").length);
    expect(new Set(widths)).toEqual(new Set([17]));
  });
});
