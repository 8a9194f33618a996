import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type CaseRules, DEFAULT_CASE_RULES } from "../../../flows/case/rules.ts";
import type { Calendar } from "../../../flows/hours/index.ts";
import { caseKind, DEFAULT_DIALOGUE_SETTINGS } from "../../../flows/index.ts";
import { type CaseEvent, caseId, conversationId } from "../../../src/core/index.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";
import { startHarness } from "../../support/flows-harness.ts";
import { caseWalk } from "../../support/flows-walk.ts";
import { aPacket } from "../../support/reply-builder.ts";
import { walkMachine } from "../../support/runtime-walk.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ID = caseId("C-AAAAA-BBBBB");
const NONE: readonly string[] = [];
/** The harness begins on a Thursday, 1 January 1970, at 00:16:40. */
const START = 1_000_000;
const thursdays: Calendar = {
  timeZone: "UTC",
  week: [NONE, NONE, NONE, ["09:00-12:00", "13:00-17:00"], NONE, NONE, NONE],
  holidays: [],
};

const callSchema = z.object({
  update: z.object({ entry: z.object({ text: z.string(), calls: z.unknown() }) }),
});

function aCaseWith(rules: Partial<CaseRules>) {
  const cases = { ...DEFAULT_CASE_RULES, ...rules };
  const harness = startHarness(caseKind({ ...DEFAULT_DIALOGUE_SETTINGS, cases }), {}, ID);
  const requested: CaseEvent = {
    type: "case.requested",
    caseId: ID,
    conversationId: conversationId("console:test"),
    packet: aPacket(),
    at: START,
  };
  harness.send(requested);
  return harness;
}

describe("the targets of a case", () => {
  it("are counted in office hours", async () => {
    const opened = aCaseWith({ hours: thursdays, firstReplyMs: 30 * MINUTE_MS });

    await opened.settle(9 * HOUR_MS);
    const early = opened.context();
    await opened.settle(15 * MINUTE_MS);

    expect(early).toMatchObject({ reminders: 0 });
    expect(opened.context()).toMatchObject({ reminders: 1, missed: ["first-reply"] });
  });

  it("are counted in the hours of the team where it has its own", async () => {
    const late = { ...thursdays, week: thursdays.week.map(() => ["20:00-21:00"]) };
    const teams = [{ name: "parking", topics: ["parking"], hours: late }];
    const opened = aCaseWith({ hours: thursdays, teams, firstReplyMs: 30 * MINUTE_MS });

    await opened.settle(20 * HOUR_MS);
    const before = opened.context();
    await opened.settle(20 * MINUTE_MS);

    expect([before, opened.context()]).toMatchObject([{ reminders: 0 }, { reminders: 1 }]);
  });

  it("go on for the first answer when somebody takes the case and says nothing to the customer", async () => {
    const opened = aCaseWith({ firstReplyMs: 15 * MINUTE_MS, nextReplyMs: 60 * MINUTE_MS });

    await opened.settle(10 * MINUTE_MS);
    opened.send({ type: "agent.claimed", agent: "Mia", at: START + 10 * MINUTE_MS });
    opened.send({ type: "agent.noted", agent: "Mia", text: "hm", at: START + 11 * MINUTE_MS });
    await opened.settle(4 * MINUTE_MS);
    const early = opened.context();
    await opened.settle(2 * MINUTE_MS);

    expect(early).toMatchObject({ reminders: 0 });
    expect(opened.context()).toMatchObject({ reminders: 1, missed: ["first-reply"] });
    expect(JSON.stringify(opened.published)).toContain("Mia, the customer is waiting");
  });

  it("go on for the first answer when the case is given back, assigned or passed to another team", async () => {
    const opened = aCaseWith({
      firstReplyMs: 15 * MINUTE_MS,
      teams: [{ name: "second", topics: [] }],
    });
    const at = (minutes: number) => ({ agent: "Mia", at: START + minutes * MINUTE_MS });

    opened.send({ type: "agent.claimed", ...at(0) });
    await opened.settle(5 * MINUTE_MS);
    opened.send({ type: "agent.released", ...at(5) });
    opened.send({ type: "agent.assigned", to: "Ben", ...at(6) });
    await opened.settle(5 * MINUTE_MS);
    opened.send({ type: "agent.transferred", team: "second", ...at(10) });
    await opened.settle(4 * MINUTE_MS);
    const early = opened.context();
    await opened.settle(2 * MINUTE_MS);

    expect(early).toMatchObject({ reminders: 0 });
    expect(opened.context()).toMatchObject({ reminders: 1, missed: ["first-reply"] });
  });

  it("begin anew for the next answer with the customer's first words after the last one", async () => {
    const opened = aCaseWith({ firstReplyMs: 15 * MINUTE_MS, nextReplyMs: 30 * MINUTE_MS });
    const at = (minutes: number) => START + minutes * MINUTE_MS;
    const wrote = (minutes: number): CaseEvent => ({
      type: "customer.wrote",
      name: "Ana",
      text: "and now?",
      at: at(minutes),
    });

    opened.send({ type: "agent.replied", agent: "Mia", text: "a moment", at: at(0) });
    await opened.settle(50 * MINUTE_MS);
    const answered = opened.context();
    opened.send(wrote(50));
    await opened.settle(20 * MINUTE_MS);
    opened.send(wrote(70));
    await opened.settle(9 * MINUTE_MS);
    const early = opened.context();
    await opened.settle(2 * MINUTE_MS);

    expect([answered, early]).toMatchObject([{ reminders: 0 }, { reminders: 0 }]);
    expect(opened.context()).toMatchObject({ reminders: 1, missed: ["next-reply"] });
  });

  it("are counted for the one who takes it after the last reminder as for the one before him", async () => {
    const opened = aCaseWith({ firstReplyMs: 15 * MINUTE_MS });

    await opened.settle(20 * MINUTE_MS);
    opened.send({ type: "agent.claimed", agent: "Mia", at: START + 20 * MINUTE_MS });
    await opened.settle(9 * MINUTE_MS);
    const early = opened.context();
    await opened.settle(2 * MINUTE_MS);

    expect([early, opened.context()]).toMatchObject([{ reminders: 0 }, { reminders: 1 }]);
  });

  it("lead to the next level, and there to the one after it", async () => {
    const teams = [
      { name: "second", topics: [], escalateTo: "third" },
      { name: "third", topics: [] },
    ];
    const opened = aCaseWith({ teams, escalateTo: "second", reminders: 1 });
    const { firstReplyMs } = DEFAULT_CASE_RULES;

    await opened.settle(2 * firstReplyMs);
    const second = opened.context();
    await opened.settle(2 * firstReplyMs);
    const third = opened.context();
    await opened.settle(4 * firstReplyMs);

    expect(second).toMatchObject({ team: "second", reminders: 0 });
    expect(third).toMatchObject({ team: "third", priority: "urgent" });
    expect(opened.context()).toMatchObject({ team: "third", reminders: 1 });
    expect(JSON.stringify(opened.published)).toContain("it goes to the team second");
  });

  it("call whoever has the case, and the team while nobody has", async () => {
    const opened = aCaseWith({
      reminders: 1,
      resolutionMs: 2 * HOUR_MS,
      escalateTo: "second",
      teams: [{ name: "second", topics: [] }],
    });
    const { firstReplyMs } = DEFAULT_CASE_RULES;
    const callsOf = (words: string) =>
      opened.published.flatMap((one) => {
        const { data } = callSchema.safeParse(one);
        return data?.update.entry.text.includes(words) === true ? [data.update.entry.calls] : [];
      });
    const mia = { agent: "Mia", by: "slack:U1" };

    await opened.settle(2 * firstReplyMs);
    opened.send({ type: "agent.claimed", ...mia, isAssigned: true, at: START + 2 * firstReplyMs });
    await opened.settle(2 * firstReplyMs);
    opened.send({ type: "agent.claimed", ...mia, at: START + 4 * firstReplyMs });
    opened.send({ type: "agent.assigned", ...mia, to: "Ben", toBy: "slack:U2", at: START });
    await opened.settle(HOUR_MS + firstReplyMs / 2);

    expect(callsOf("Nobody has taken this case yet")[0]).toEqual({ agent: null, team: null });
    expect(callsOf("it goes to the team second")).toEqual([{ agent: null, team: "second" }]);
    expect(callsOf("gets this case")).toEqual([{ agent: "slack:U1", team: "second" }]);
    expect(callsOf("Mia, the customer is waiting")).toEqual([
      { agent: "slack:U1", team: "second" },
    ]);
    expect(callsOf("did not answer in time")[0]).toEqual({ agent: null, team: "second" });
    expect(callsOf("assigned this to Ben")).toEqual([{ agent: "slack:U2", team: "second" }]);
    expect(callsOf("should have been resolved")).toHaveLength(1);
  });

  it("include the time until it is resolved, whoever has it meanwhile", async () => {
    const opened = aCaseWith({ resolutionMs: 2 * HOUR_MS, firstReplyMs: 100 * HOUR_MS });

    opened.send({ type: "agent.claimed", agent: "Mia", at: START });
    opened.send({ type: "agent.replied", agent: "Mia", text: "a moment", at: START });
    await opened.settle(2 * HOUR_MS);

    expect(opened.state()).toBe("claimed.forCustomer");
    expect(opened.context()).toMatchObject({ missed: ["resolution"], priority: "high" });
    expect(JSON.stringify(opened.published)).toContain("should have been resolved");
  });

  it("are met by a case that is resolved in time, and count anew when it is opened again", async () => {
    const opened = aCaseWith({ resolutionMs: 2 * HOUR_MS, firstReplyMs: 100 * HOUR_MS });

    opened.send({ type: "agent.resolved", agent: "Mia", at: START });
    await opened.settle(3 * HOUR_MS);
    const met = opened.context();
    opened.send({ type: "agent.reopened", agent: "Mia", at: START + 3 * HOUR_MS });
    opened.send({ type: "agent.replied", agent: "Mia", text: "?", at: START + 3 * HOUR_MS });
    await opened.settle(2 * HOUR_MS);

    expect(met).not.toHaveProperty("missed");
    expect(opened.context()).toMatchObject({ missed: ["resolution"] });
  });

  it("leave a way out of every state, whatever comes in whatever order", () => {
    const cases = {
      ...DEFAULT_CASE_RULES,
      reminders: 1,
      resolutionMs: HOUR_MS,
      escalateTo: "second",
      teams: [{ name: "second", topics: [] }],
    };
    const report = walkMachine({
      ...caseWalk,
      kind: caseKind({ ...DEFAULT_DIALOGUE_SETTINGS, cases }),
    });

    expect(report.thrown).toEqual([]);
    expect(report.stuck).toEqual([]);
    expect(report.isComplete).toBe(true);
  });
});

describe("a customer who is handed over", () => {
  const withCases = (rules: Partial<CaseRules>) => ({
    ...QUICK_SETTINGS,
    cases: { ...DEFAULT_CASE_RULES, ...rules },
  });

  it.each([
    ["I want to talk to a person", "it opens again on Thursday, 1 January, 09:00 (UTC)"],
    ["我要找人工客服", "下次开放是1月1日星期四 09:00（UTC）"],
  ])("is told out of office hours when somebody is there: %s", async (text, words) => {
    const dialogue = startDialogue({
      settings: withCases({ hours: thursdays }),
      atDesk: () => Promise.resolve({ ahead: 2, online: 1 }),
    });

    const reply = await dialogue.say(text);

    expect(reply?.text).toContain(words);
    expect(reply?.text).not.toMatch(/before yours|前面/u);
    expect(dialogue.told[0]?.event.type).toBe("case.requested");
  });

  it.each([
    ["I want to talk to a person", "Nobody is at the desk at this moment"],
    ["我要找人工客服", "现在没有同事在线"],
  ])("is told when nobody is there: %s", async (text, words) => {
    const dialogue = startDialogue({ atDesk: () => Promise.resolve({ ahead: 0, online: 0 }) });

    expect((await dialogue.say(text))?.text).toContain(words);
  });

  it.each([
    ["I want to talk to a person", "30 other cases are before yours, so it may take a good while"],
    ["我要找人工客服", "您前面还有 30 个工单，可能要等较长时间"],
  ])("is told when the queue is long: %s", async (text, words) => {
    const dialogue = startDialogue({
      settings: withCases({ longQueueAt: 30 }),
      atDesk: () => Promise.resolve({ ahead: 30, online: 3 }),
    });

    expect((await dialogue.say(text))?.text).toContain(words);
  });
});
