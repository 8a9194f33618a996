import { describe, expect, it } from "vitest";
import { createCountingDesk } from "../../../src/application/index.ts";
import { printReport } from "../../../src/cli/report-command.ts";
import {
  type CaseRecord,
  caseId,
  conversationId,
  effectKey,
  NEW_CASE_FACTS,
} from "../../../src/core/index.ts";
import type { Application } from "../../../src/ports/application.ts";
import { createTalkLog } from "../../../src/runtime/index.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { createMemoryStore } from "../../support/memory-store.ts";
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

describe("figures of days that are over", () => {
  const HOUR = 60 * MINUTE;
  const at = (hoursAgo: number): number => DAY - hoursAgo * HOUR;
  const record = one("handed", {}, "anger");

  /** Asked two days ago by three, of whom one came back yesterday; one of the others was handed over. */
  async function kept() {
    const log = createTalkLog(createMemoryStore(() => DAY));
    for (const id of ["asker", "handed", "back"]) {
      await log.asked(conversationId(`console:${id}`), at(48));
    }
    await log.asked(conversationId("console:back"), at(47));
    await log.asked(conversationId("console:back"), at(24));
    const desk = createCountingDesk({ publish: () => Promise.resolve() }, log);
    const opened = { ...record, openedAt: at(48) };
    const call = { key: effectKey("k"), signal };
    await desk.publish({ type: "opened", record: opened }, call);
    const again = { ...opened, facts: { ...opened.facts, reopened: 1 } };
    await desk.publish({ type: "opened", record: again }, call);
    return { log, opened };
  }

  async function daysIn(app: Application): Promise<unknown> {
    const pipes = fakePipes("");
    const wanted = { days: 30, format: "json" } as const;
    await printReport(app, wanted, pipes.io, { clock: createFakeClock(DAY), signal });
    const told: unknown = JSON.parse(pipes.stdout());
    return told;
  }

  it("stay what they were when conversations are forgotten, or deleted with their cases", async () => {
    const { log, opened } = await kept();
    const app = createFakeApplication();
    const talks: Application["talks"] = ({ days }) => log.list(days);
    const alive = ["asker", "handed"].map((id) => conversation(`console:${id}`, at(48)));
    const before = await daysIn({
      ...app,
      talks,
      cases: () => Promise.resolve([opened]),
      conversations: () => Promise.resolve([...alive, conversation("console:back", at(24))]),
    });
    const after = await daysIn({
      ...app,
      talks,
      cases: () => Promise.resolve([]),
      conversations: () => Promise.resolve([]),
    });

    const days = [
      { day: "2026-11-19", conversations: 1, handedOver: 0, containment: 1, teams: {} },
      { day: "2026-11-18", conversations: 3, handedOver: 1, teams: { "": 1 / 3 } },
    ];
    expect(before).toMatchObject({ conversations: 3, handedOver: 1, days });
    expect(after).toMatchObject({ conversations: 3, handedOver: 1, days });
  });

  it("of before anything was kept rest on the conversations that are left", async () => {
    const { log } = await kept();
    const told = await daysIn({
      ...createFakeApplication(),
      talks: ({ days }) => log.list(days),
      cases: () => Promise.resolve([]),
      conversations: () =>
        Promise.resolve([
          conversation("console:old", at(96)),
          conversation("console:idle", at(24)),
        ]),
    });

    expect(told).toMatchObject({
      days: [{ day: "2026-11-19" }, { day: "2026-11-18" }, { day: "2026-11-16", conversations: 1 }],
    });
  });

  it("name no conversation", async () => {
    const memory = createMemoryStore(() => DAY);
    await createTalkLog(memory).asked(conversationId("slack:T1:U123"), DAY);

    const found = await memory.list("talk:2026-11-20:", 10);
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).not.toMatch(/slack|U123/u);
  });
});

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
