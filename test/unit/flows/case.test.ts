import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { DEFAULT_CASE_RULES } from "../../../flows/case/rules.ts";
import { caseKind, DEFAULT_DIALOGUE_SETTINGS, dialogueKind } from "../../../flows/index.ts";
import {
  type CaseEvent,
  type CaseId,
  caseId,
  conversationId,
  type DialogueEvent,
  messageId,
} from "../../../src/core/index.ts";
import { createReducer, type Persisted } from "../../../src/runtime/index.ts";
import { aMessage } from "../../support/flows-builders.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";
import { startHarness } from "../../support/flows-harness.ts";
import { caseWalk } from "../../support/flows-walk.ts";
import { aPacket } from "../../support/reply-builder.ts";
import { walkMachine } from "../../support/runtime-walk.ts";

const ID = caseId("C-AAAAA-BBBBB");
const requested: CaseEvent = {
  type: "case.requested",
  caseId: ID,
  conversationId: conversationId("console:test"),
  packet: aPacket(),
  at: 1,
};

const stateShown = z.object({
  update: z.object({
    type: z.literal("state"),
    state: z.string(),
    agent: z.string().nullable(),
    isQuiet: z.boolean().default(false),
  }),
});

function openedCase() {
  const harness = startHarness(caseKind(DEFAULT_DIALOGUE_SETTINGS), {}, ID);
  harness.send(requested);
  return harness;
}

describe("a case", () => {
  it("says once whose it is, and shows what else becomes of it without a word", async () => {
    const opened = openedCase();
    const { firstReplyMs } = DEFAULT_CASE_RULES;
    await opened.settle(firstReplyMs);
    const steps: readonly CaseEvent[] = [
      { type: "agent.claimed", agent: "Mia", at: 2 },
      { type: "agent.replied", agent: "Mia", text: "Which car?", at: 3 },
      { type: "customer.wrote", name: "Ana", text: "The blue one", at: 4 },
      { type: "agent.prioritised", agent: "Mia", priority: "urgent", at: 5 },
      { type: "agent.released", agent: "Mia", at: 6 },
      { type: "agent.replied", agent: "Ben", text: "It is me now", at: 7 },
      { type: "agent.resolved", agent: "Ben", at: 8 },
      { type: "customer.rated", stars: 4, comment: null, at: 9 },
    ];
    for (const step of steps) opened.send(step);

    const states = opened.published.flatMap((one) => {
      const { data } = stateShown.safeParse(one);
      return data === undefined ? [] : [data.update];
    });
    expect(
      states.map(({ state, agent, isQuiet }) => [state, agent, isQuiet ? "shown" : "said"]),
    ).toEqual([
      ["waiting", null, "shown"],
      ["claimed", "Mia", "said"],
      ["claimed", "Mia", "shown"],
      ["claimed", "Mia", "shown"],
      ["claimed", "Mia", "shown"],
      ["waiting", null, "said"],
      ["claimed", "Ben", "said"],
      ["resolved", "Ben", "said"],
      ["resolved", "Ben", "shown"],
    ]);
  });

  it("is shown at the desk when it is asked for", () => {
    const opened = openedCase();

    expect(opened.state()).toBe("queued");
    expect(opened.published).toMatchObject([
      { update: { type: "opened", record: { id: ID, state: "waiting" } } },
    ]);
  });

  it("tells the dialogue once each who took it, what was replied, and that it is over", () => {
    const opened = openedCase();

    opened.send({ type: "agent.claimed", agent: "Mia", at: 2 });
    opened.send({ type: "agent.replied", agent: "Mia", text: "Hello", at: 3 });
    opened.send({ type: "agent.resolved", agent: "Mia", at: 4 });

    expect(opened.told.map(({ event }) => event.type)).toEqual([
      "case.claimed",
      "case.replied",
      "case.resolved",
    ]);
    expect(new Set(opened.told.map(({ key }) => key)).size).toBe(3);
    expect(opened.told[0]?.to).toEqual({ kind: "dialogue", id: "console:test" });
    expect(opened.state()).toBe("resolved");
  });

  it("keeps a note at the desk", () => {
    const opened = openedCase();

    opened.send({ type: "agent.noted", agent: "Mia", text: "a difficult one", at: 2 });

    expect(opened.told).toEqual([]);
    expect(opened.published.at(-1)).toMatchObject({
      update: { type: "entry", entry: { kind: "note", text: "a difficult one" } },
    });
  });

  it("stays with whoever claimed it first", () => {
    const opened = openedCase();

    opened.send({ type: "agent.claimed", agent: "Mia", at: 2 });
    opened.send({ type: "agent.claimed", agent: "Ben", at: 3 });

    expect(opened.told).toHaveLength(1);
    expect(opened.context()).toMatchObject({ agent: "Mia" });
    expect(JSON.stringify(opened.published.at(-1))).toContain("Mia");
    expect(opened.published.at(-1)).toMatchObject({
      update: { type: "entry", entry: { kind: "event" } },
    });
  });

  it("goes back to the queue when its holder releases it, and only then", () => {
    const opened = openedCase();

    opened.send({ type: "agent.claimed", agent: "Mia", at: 2 });
    opened.send({ type: "agent.released", agent: "Ben", at: 3 });
    const afterStranger = opened.state();
    opened.send({ type: "agent.released", agent: "Mia", at: 4 });

    expect([afterStranger, opened.state()]).toEqual(["claimed.forAgent", "queued"]);
  });

  it("is over when the customer no longer needs a person", () => {
    const opened = openedCase();

    opened.send({ type: "customer.cancelled", at: 2 });

    expect(opened.state()).toBe("resolved");
    expect(opened.published.at(-1)).toMatchObject({ update: { state: "resolved" } });
    expect(opened.told).toEqual([]);
  });

  it("still delivers a reply that comes after its end", () => {
    const opened = openedCase();

    opened.send({ type: "agent.resolved", agent: "Mia", at: 2 });
    opened.send({ type: "agent.replied", agent: "Mia", text: "one more thing", at: 3 });

    expect(opened.told.at(-1)?.event).toMatchObject({ text: "one more thing" });
  });

  it("goes to the team of its topic, and upset customers come first", () => {
    const cases = { ...DEFAULT_CASE_RULES, teams: [{ name: "parking", topics: ["parking"] }] };
    const settings = { ...DEFAULT_DIALOGUE_SETTINGS, cases };
    const harness = startHarness(caseKind(settings), {}, ID);

    harness.send({ ...requested, packet: aPacket({ reason: "anger" }) });

    expect(harness.context()).toMatchObject({ team: "parking", priority: "high" });
  });

  it("is passed to a team, and to a certain person, whoever had it", () => {
    const opened = openedCase();

    opened.send({ type: "agent.claimed", agent: "Mia", at: 2 });
    opened.send({ type: "agent.transferred", agent: "Ben", team: "billing", at: 3 });
    const inTeam = { state: opened.state(), context: opened.context() };
    opened.send({ type: "agent.assigned", agent: "Ben", to: "Zoe", toBy: "slack:U9", at: 4 });

    expect(inTeam).toMatchObject({ state: "queued", context: { team: "billing", agent: null } });
    expect(opened.context()).toMatchObject({ agent: "Zoe", by: "slack:U9" });
    expect(opened.told.map(({ event }) => event.type)).toEqual([
      "case.claimed",
      "case.released",
      "case.claimed",
    ]);
  });

  it("waits for the agent until he answers, then for the customer, and then is taken to be done", async () => {
    const opened = openedCase();
    const { idleMs, closeMs } = DEFAULT_CASE_RULES;

    opened.send({ type: "agent.claimed", agent: "Mia", at: 2 });
    const claimed = opened.state();
    opened.send({ type: "agent.replied", agent: "Mia", text: "Which car?", at: 3 });
    const asked = opened.state();
    opened.send({ type: "customer.wrote", name: "Ana", text: "The blue one", at: 4 });
    const answered = opened.state();
    opened.send({ type: "agent.replied", agent: "Mia", text: "Done", at: 5 });
    await opened.settle(idleMs);
    const idle = opened.state();
    await opened.settle(closeMs);

    expect([claimed, asked, answered]).toEqual([
      "claimed.forAgent",
      "claimed.forCustomer",
      "claimed.forAgent",
    ]);
    expect([idle, opened.state()]).toEqual(["resolved", "closed"]);
    expect(opened.context()).toMatchObject({ resolution: "no-answer", isClosed: true });
  });

  it("is taken from an agent who leaves his customer waiting, after reminders", async () => {
    const opened = openedCase();
    const { firstReplyMs, reminders } = DEFAULT_CASE_RULES;

    opened.send({ type: "agent.claimed", agent: "Mia", at: 2 });
    await opened.settle(firstReplyMs * reminders);
    const reminded = { state: opened.state(), lines: JSON.stringify(opened.published) };
    await opened.settle(firstReplyMs);

    expect(reminded.state).toBe("claimed.forAgent");
    expect(reminded.lines.split("Mia, the customer is waiting")).toHaveLength(reminders + 1);
    expect(opened.context()).toMatchObject({ agent: null });
    expect(opened.told.at(-1)?.event).toMatchObject({ type: "case.released", agent: "Mia" });
  });

  it("that nobody takes is reminded of and becomes more urgent", async () => {
    const opened = openedCase();
    const { firstReplyMs, reminders } = DEFAULT_CASE_RULES;

    await opened.settle(firstReplyMs * (reminders + 2));

    expect(opened.state()).toBe("queued");
    expect(opened.context()).toMatchObject({ priority: "high", reminders });
  });

  it("goes on with words that were under way when it was resolved, but not with thanks", () => {
    const opened = openedCase();
    opened.send({ type: "agent.claimed", agent: "Mia", at: 2 });
    opened.send({ type: "agent.resolved", agent: "Mia", at: 3 });

    opened.send({ type: "customer.wrote", name: "Ana", text: "Thank you!", at: 4 });
    const thanked = opened.state();
    opened.send({ type: "customer.wrote", name: "Ana", text: "It broke again", at: 5 });

    expect([thanked, opened.state()]).toEqual(["resolved", "claimed.forAgent"]);
    expect(opened.context()).toMatchObject({ agent: "Mia", reopened: 1, resolvedAt: null });
    expect(opened.told.at(-1)?.event).toMatchObject({ type: "case.reopened", isClaimed: true });
  });

  it("refuses the reply of somebody who does not have it, and says so at the desk", () => {
    const opened = openedCase();
    opened.send({ type: "agent.claimed", agent: "Mia", by: "slack:U1", at: 2 });

    opened.send({ type: "agent.replied", agent: "Mia", by: "slack:U2", text: "me", at: 3 });

    expect(opened.told.map(({ event }) => event.type)).toEqual(["case.claimed"]);
    expect(JSON.stringify(opened.published.at(-1))).toContain("This case is with Mia");
  });

  it("shows customers the agent's name as the team wants it", () => {
    const cases = { ...DEFAULT_CASE_RULES, shownName: "first" } as const;
    const harness = startHarness(caseKind({ ...DEFAULT_DIALOGUE_SETTINGS, cases }), {}, ID);
    harness.send(requested);

    harness.send({ type: "agent.claimed", agent: "Mia Lindqvist", at: 2 });

    expect(harness.told.at(-1)?.event).toMatchObject({ agent: "Mia" });
    expect(harness.context()).toMatchObject({ agent: "Mia Lindqvist" });
  });

  it("is over without a word to its customer when he is blocked, and reopening it lifts that", () => {
    const harness = startHarness(caseKind(DEFAULT_DIALOGUE_SETTINGS), {}, ID);
    const packet = aPacket({ platform: "slack", customerId: "U1" });
    harness.send({ ...requested, packet });
    const block = { platform: "slack", customerId: "U1", caseId: ID };

    harness.send({ type: "agent.blocked", agent: "Mia", at: 2 });
    const blocked = { state: harness.state(), told: harness.told.at(-1)?.event };
    harness.send({ type: "agent.reopened", agent: "Mia", at: 3 });

    expect(blocked.state).toBe("resolved");
    expect(blocked.told).toMatchObject({ type: "case.resolved", isSilent: true });
    expect(harness.state()).toBe("claimed.forAgent");
    expect(harness.published).toContainEqual({ ...block, isBlocked: true });
    expect(harness.published).toContainEqual({ ...block, isBlocked: false });
  });

  it("has a way out of every state, and never throws, whatever comes in whatever order", () => {
    const report = walkMachine(caseWalk);

    expect(report.thrown).toEqual([]);
    expect(report.stuck).toEqual([]);
    expect(report.isComplete).toBe(true);
    expect([...report.states].toSorted()).toEqual([
      '"closed"',
      '"opening"',
      '"queued"',
      '"resolved"',
      '{"claimed":"forAgent"}',
      '{"claimed":"forCustomer"}',
    ]);
  });

  it("is told on by whoever is in charge alone, in every state", () => {
    const kind = caseKind(DEFAULT_DIALOGUE_SETTINGS);
    const reducer = createReducer(kind);
    const states: Persisted[] = [];
    walkMachine({ ...caseWalk, onConfiguration: (state) => void states.push(state) });
    const stranger = { type: "agent.replied", agent: "Eve", text: "hello", at: 9 };
    const held = states.filter(({ value }) => JSON.stringify(value).includes("claimed"));

    const told = held.map((state) => {
      const next = reducer.step({ ...state, outbox: [] }, { type: "event", event: stranger }, 9);
      return next.outbox.filter(({ type }) => type === "tell").length;
    });

    expect(held.length).toBeGreaterThan(10);
    expect(new Set(told)).toEqual(new Set([0]));
  });
});

/** Everything that an agent or a customer may do, in some order. */
const DOINGS: readonly ((n: number) => CaseEvent)[] = [
  () => requested,
  (n) => ({ type: "agent.noted", agent: "Mia", text: `SECRET ${n}`, at: n }),
  (n) => ({ type: "agent.noted", agent: "Ben", text: `!r SECRET ${n}`, at: n }),
  (n) => ({ type: "agent.claimed", agent: n % 2 === 0 ? "Mia" : "Ben", at: n }),
  (n) => ({ type: "agent.released", agent: "Mia", at: n }),
  (n) => ({ type: "agent.assigned", agent: "Ben", to: "Mia", at: n }),
  (n) => ({ type: "agent.transferred", agent: "Mia", team: "SECRET team", at: n }),
  (n) => ({ type: "agent.prioritised", agent: "Mia", priority: "urgent", at: n }),
  (n) => ({ type: "agent.replied", agent: "Mia", text: `public ${n}`, origin: "slack:C/1", at: n }),
  (n) => ({
    type: "agent.revised",
    agent: "Mia",
    of: "note",
    origin: "slack:C/2",
    text: `SECRET ${n}`,
    at: n,
  }),
  (n) => ({ type: "agent.withdrew", agent: "Mia", of: "note", origin: "slack:C/2", at: n }),
  (n) => ({
    type: "agent.revised",
    agent: "Mia",
    of: "reply",
    origin: "slack:C/1",
    text: `public again ${n}`,
    at: n,
  }),
  (n) => ({ type: "agent.resolved", agent: "Mia", resolution: "solved", at: n }),
  (n) => ({ type: "agent.reopened", agent: "Ben", at: n }),
  (n) => ({ type: "agent.returned", agent: "Mia", hint: null, at: n }),
  (n) => ({ type: "customer.wrote", name: "Ana", text: `words ${n}`, at: n }),
  (n) => ({ type: "customer.cancelled", at: n }),
  (n) => ({ type: "customer.rated", stars: 3, comment: null, at: n }),
];

describe("what was said in a case", () => {
  const line = "slack:C1/1.1";
  const by = { agent: "Mia", origin: line, of: "reply" } as const;

  it("changes for the customer when its agent changes it, and goes when he deletes it", () => {
    const opened = openedCase();
    opened.send({ type: "agent.replied", agent: "Mia", text: "Room 12", origin: line, at: 2 });

    opened.send({ type: "agent.revised", ...by, text: "Room 14", at: 3 });
    opened.send({ type: "agent.withdrew", ...by, at: 4 });

    expect(opened.told.slice(-2).map(({ event }) => event)).toMatchObject([
      { type: "case.revised", line, text: "Room 14", agent: "Mia" },
      { type: "case.withdrawn", line },
    ]);
    expect(opened.published.slice(-2)).toMatchObject([
      { update: { type: "revised", entry: { line, text: "Room 14" } } },
      { update: { type: "revised", entry: { line, text: "", revision: "deleted" } } },
    ]);
  });

  it("is not changed by somebody who does not have the case, who is told so", () => {
    const opened = openedCase();
    opened.send({ type: "agent.claimed", agent: "Ben", at: 2 });
    const before = opened.told.length;

    opened.send({ type: "agent.revised", ...by, text: "Room 14", at: 3 });
    opened.send({ type: "agent.withdrew", ...by, at: 4 });

    expect(opened.told).toHaveLength(before);
    expect(JSON.stringify(opened.published.at(-1))).toContain("This case is with Ben");
  });

  it("changes at the desk when its customer changes it, and goes when he deletes it", async () => {
    const dialogue = startDialogue();
    await dialogue.say("I want to talk to a person");
    const first = messageId("m7");
    await dialogue.say("my password is hunter2", { id: first });

    await dialogue.say("my password is a secret", { id: messageId("m7#2"), revisionOf: first });
    dialogue.send({ type: "message.withdrawn", message: first, at: 9 });

    expect(dialogue.told.slice(-3).map(({ event }) => event)).toMatchObject([
      { type: "customer.wrote", line: first, text: "my password is hunter2" },
      { type: "customer.revised", line: first, text: "my password is a secret" },
      { type: "customer.withdrew", line: first, name: "ana" },
    ]);
    expect(JSON.stringify(dialogue.context())).not.toContain("hunter2");
    expect(JSON.stringify(dialogue.context())).not.toContain("a secret");
  });

  it("goes with the files that came with it when its customer deletes the words that opened the case", async () => {
    const dialogue = startDialogue();
    const first = messageId("m1");
    const photo = { name: "a.jpg", mediaType: null, sizeBytes: 1, url: "https://files.test/a" };
    await dialogue.say("I want to talk to a person", { id: first, attachments: [photo] });

    dialogue.send({ type: "message.withdrawn", message: first, at: 9 });

    expect(dialogue.told.map(({ event }) => event)).toMatchObject([
      { type: "case.requested", packet: { files: [{ name: "a.jpg" }], line: first } },
      { type: "customer.withdrew", line: first },
    ]);
  });

  it("is mended without a bot that takes it for a question, where nobody addressed the bot", async () => {
    const dialogue = startDialogue();
    await dialogue.say("How many days of annual leave do I get?");
    const before = dialogue.posted.length;

    await dialogue.say("How many days of parental leave do I get?", {
      id: messageId("m9#2"),
      revisionOf: messageId("m9"),
      isAddressed: false,
    });

    expect(dialogue.posted).toHaveLength(before);
  });
});

describe("a bot that is in charge again", () => {
  it("says so when the case ended because its customer had gone quiet", async () => {
    const opened = openedCase();
    opened.send({ type: "agent.replied", agent: "Mia", text: "Done", at: 2 });
    await opened.settle(DEFAULT_CASE_RULES.idleMs);
    const ended = opened.told.at(-1)?.event;
    const dialogue = startDialogue();
    const id = caseId((await dialogue.say("I want to talk to a person"))?.case ?? "");
    dialogue.send({ type: "case.replied", caseId: id, agent: "Mia", text: "Done", at: 3 });

    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", isIdle: true, at: 4 });

    expect(ended).toMatchObject({ type: "case.resolved", isIdle: true });
    expect(dialogue.posted.at(-1)?.reply).toMatchObject({ case: id, options: [] });
    expect(dialogue.posted.at(-1)?.reply.text).toContain("I am back");
    expect(dialogue.state()).toBe("followUp");
  });
});

describe("an internal note", () => {
  it("reaches no customer, over random sequences of commands", async () => {
    const dialogue = startDialogue();
    const id = caseId((await dialogue.say("I want to talk to a person"))?.case ?? "");
    const anyDoings = fc.array(fc.constantFrom(...DOINGS), { maxLength: 40 });

    fc.assert(
      fc.property(anyDoings, (doings) => {
        const opened = startHarness(caseKind(DEFAULT_DIALOGUE_SETTINGS), {}, id);

        for (const [at, doing] of [() => requested, ...doings].entries()) opened.send(doing(at));
        for (const { event } of opened.told) dialogue.send(event);

        expect(JSON.stringify(opened.told)).not.toContain("SECRET");
      }),
      { numRuns: 100 },
    );
    expect(JSON.stringify(dialogue.posted)).toContain("public");
    expect(JSON.stringify(dialogue.posted)).not.toContain("SECRET");
  });
});

describe("a dialogue with a case", () => {
  async function handedOver() {
    const dialogue = startDialogue();
    await dialogue.say("How many days of annual leave do I get?");
    const reply = await dialogue.say("I want to talk to a person");
    return { dialogue, id: caseId(reply?.case ?? "") };
  }

  it("hands over what was said, tried and asked, once", async () => {
    const { dialogue, id } = await handedOver();

    expect(dialogue.told).toHaveLength(1);
    expect(dialogue.told[0]).toMatchObject({
      to: { kind: "case", id },
      key: `${id}:requested`,
      event: {
        packet: {
          reason: "asked-for-person",
          customer: "ana",
          question: "How many days of annual leave do I get?",
          tried: [{ section: "Annual leave" }],
        },
      },
    });
    expect(dialogue.state()).toBe("waitingForAgent");
  });

  it.each([
    ["I want to talk to a person", "Nothing was asked of the bot before."],
    ["我要找人工客服", "此前没有向机器人提过问题。"],
  ])("does not say that nothing was found when nothing was searched: %s", async (text, summary) => {
    const dialogue = startDialogue();

    await dialogue.say(text);

    expect(dialogue.told[0]).toMatchObject({ event: { packet: { summary } } });
  });

  it("passes on what the customer adds while he waits, and says so", async () => {
    const { dialogue } = await handedOver();

    const reply = await dialogue.say("it is about next summer");

    expect(reply?.text).toContain("added this to your case");
    expect(dialogue.told.at(-1)?.event).toMatchObject({
      type: "customer.wrote",
      text: "it is about next summer",
    });
  });

  it("closes the case when the customer changes his mind", async () => {
    const { dialogue } = await handedOver();

    const reply = await dialogue.say("never mind");

    expect(reply?.text).toContain("no longer need them");
    expect(dialogue.told.at(-1)?.event.type).toBe("customer.cancelled");
    expect(dialogue.state()).toBe("followUp");
  });

  it("is mute while a person is in charge, and passes words both ways", async () => {
    const { dialogue, id } = await handedOver();

    dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
    const joined = dialogue.posted.at(-1)?.reply;
    const muted = await dialogue.say("How do I reset my password?");
    dialogue.send({ type: "case.replied", caseId: id, agent: "Mia", text: "Like this.", at: 6 });

    expect(joined?.text).toContain("Mia is here now");
    expect(muted).toBeNull();
    expect(dialogue.told.at(-1)?.event).toMatchObject({ type: "customer.wrote" });
    expect(dialogue.posted.at(-1)?.reply).toMatchObject({
      text: "Like this.",
      speaker: { kind: "agent", displayName: "Mia" },
    });
  });

  it("answers again after the case is over, with a clean slate", async () => {
    const { dialogue, id } = await handedOver();

    dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 6 });
    const back = dialogue.posted.at(-1)?.reply;
    const reply = await dialogue.say("Who won the football world cup?");

    expect(back?.text).toContain("I am back");
    expect(reply?.decision).toBe("decline");
  });

  it("ignores events of cases that are not its own", async () => {
    const { dialogue } = await handedOver();
    const before = dialogue.posted.length;

    dialogue.send({ type: "case.claimed", caseId: caseId("C-other"), agent: "Eve", at: 5 });
    dialogue.send({
      type: "case.replied",
      caseId: caseId("C-other"),
      agent: "Eve",
      text: "x",
      at: 6,
    });

    expect(dialogue.posted).toHaveLength(before);
    expect(dialogue.state()).toBe("waitingForAgent");
  });

  it("says how many cases come first", async () => {
    const dialogue = startDialogue({ atDesk: () => Promise.resolve({ ahead: 2, online: null }) });

    const reply = await dialogue.say("I want to talk to a person");

    expect(reply?.text).toContain("2 other cases are before yours");
  });

  it("asks for the place of the case that it opens: its team and how urgent it is", async () => {
    const asked: unknown[] = [];
    const dialogue = startDialogue({
      settings: {
        ...QUICK_SETTINGS,
        cases: { ...DEFAULT_CASE_RULES, teams: [{ name: "billing", topics: ["invoice"] }] },
      },
      atDesk: (place) => {
        asked.push(place);
        return Promise.resolve({ ahead: 0, online: null });
      },
    });

    await dialogue.say("I want to talk to a person about my invoice");
    const link = dialogue.told[0]?.to.id ?? "";
    dialogue.send({ type: "case.resolved", caseId: caseId(link), agent: "Mia", at: 6 });
    await dialogue.say("I want to talk to a person");

    expect(asked).toEqual([
      { reopens: null, team: "billing", priority: "normal" },
      { reopens: link, team: "billing", priority: "normal" },
    ]);
  });

  it("says so when the agent leaves, and takes words in for the next one", async () => {
    const { dialogue, id } = await handedOver();

    dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
    dialogue.send({ type: "case.released", caseId: id, agent: "Mia", at: 6 });
    const left = dialogue.posted.at(-1)?.reply;
    const reply = await dialogue.say("are you there?");

    expect(left?.text).toContain("Mia had to leave");
    expect(reply?.text).toContain("added this to your case");
  });

  it("asks how it was, and takes a button and words for an answer", async () => {
    const { dialogue, id } = await handedOver();
    dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 6 });

    const asked = dialogue.posted.at(-1)?.reply.options.map((option) => option.id) ?? [];
    const thanked = await dialogue.press(asked[4] ?? "");
    const rated = dialogue.told.at(-1)?.event;
    await dialogue.say("4 quick, but hard to find");

    expect(asked).toHaveLength(5);
    expect(thanked?.text).toContain("Thank you!");
    expect(rated).toMatchObject({ type: "customer.rated", stars: 5, comment: null });
    expect(dialogue.told.at(-1)).toMatchObject({
      to: { kind: "case", id },
      event: { type: "customer.rated", stars: 4, comment: "quick, but hard to find" },
    });
  });

  it("takes words for a rating only while one is awaited", async () => {
    type Ending = "resolved" | "idle" | "returned";
    const ended = (end: Ending, id: CaseId): DialogueEvent => {
      const facts = { caseId: id, agent: "Mia", at: 6 };
      if (end === "returned") return { ...facts, type: "case.returned", hint: null };
      return { ...facts, type: "case.resolved", ...(end === "idle" ? { isIdle: true } : {}) };
    };
    const rates = async (end: Ending, ...said: readonly string[]) => {
      const { dialogue, id } = await handedOver();
      dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
      dialogue.send(ended(end, id));
      for (const text of said) await dialogue.say(text);
      return dialogue.told.filter(({ event }) => event.type === "customer.rated").length;
    };

    expect(await rates("resolved", "4")).toBe(1);
    expect(await rates("resolved", "4", "5")).toBe(2);
    expect(await rates("resolved", "4 quick and friendly", "5")).toBe(1);
    expect(await rates("resolved", "How many days of annual leave do I get?", "2")).toBe(0);
    expect(await rates("idle", "4")).toBe(0);
    expect(await rates("returned", "4")).toBe(0);
  });

  it("takes words for a rating no longer than a day", async () => {
    const { dialogue, id } = await handedOver();
    const message = aMessage("4", { by: "ana" });
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 6 });

    dialogue.send({ type: "message.received", message, at: 7 + 24 * 60 * 60 * 1000 });

    expect(dialogue.told.at(-1)?.event.type).not.toBe("customer.rated");
  });

  it("is rated by its customer alone; others are told so", async () => {
    const { dialogue, id } = await handedOver();
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 6 });
    const before = dialogue.told.length;

    const refused = await dialogue.press(`rate.${id}.5`, "mia-herself");
    const toldByOther = dialogue.told.length;
    await dialogue.press(`rate.${id}.2`);

    expect(refused?.text).toContain("Only the person who was helped");
    expect(toldByOther).toBe(before);
    expect(dialogue.told.at(-1)?.event).toMatchObject({ type: "customer.rated", stars: 2 });
  });

  it("goes back to the same case when a person is needed again, and does not open another", async () => {
    const { dialogue, id } = await handedOver();
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 1_000_000 });

    const again = await dialogue.say("please get me a human");

    expect(again?.case).toBe(id);
    expect(dialogue.told.at(-1)).toMatchObject({
      key: `${id}:requested:1`,
      event: { type: "case.requested", caseId: id },
    });
  });

  it("tries what an agent says should be tried, and does not hand over again by itself", async () => {
    const settings = { ...QUICK_SETTINGS, missesToEscalate: 1 };
    const dialogue = startDialogue({ settings });
    const id = caseId((await dialogue.say("I want to talk to a person"))?.case ?? "");
    const hint = "Who won the football world cup?";

    dialogue.send({ type: "case.returned", caseId: id, agent: "Mia", hint, at: 5 });
    await dialogue.settle();
    const declined = dialogue.posted.at(-1)?.reply;

    expect(dialogue.posted.at(-2)?.reply.text).toContain("Mia has handed back to me");
    expect(declined).toMatchObject({ decision: "decline", question: hint });
    expect(dialogue.state()).toBe("followUp");
  });

  it("answers a hint from the documents", async () => {
    const { dialogue, id } = await handedOver();
    const hint = "How many days of annual leave do I get?";

    dialogue.send({ type: "case.returned", caseId: id, agent: "Mia", hint, at: 5 });
    await dialogue.settle();

    expect(dialogue.posted.at(-1)?.reply).toMatchObject({ decision: "answer", question: hint });
  });

  it("asks by what was offered, and not by the hint, once a hint has led to a question back", async () => {
    const dialogue = startDialogue();
    await dialogue.say("How many days of annual leave do I get?");
    const id = caseId((await dialogue.say("I want to talk to a person"))?.case ?? "");
    const hint = "How do I reset my password?";

    dialogue.send({ type: "case.returned", caseId: id, agent: "Mia", hint, at: 5 });
    await dialogue.settle();
    const asked = dialogue.posted.at(-1)?.reply;
    const chosen = await dialogue.say("1");

    expect(asked?.decision).toBe("clarify");
    expect(chosen?.decision).toBe("answer");
    expect(chosen?.question).toBe(asked?.options[0]?.label);
  });

  it("shows nobody the words of a hint, and takes them for nothing that the customer said", async () => {
    const { dialogue, id } = await handedOver();
    const hint = "SECRET Zorblax policy";
    dialogue.send({ type: "case.returned", caseId: id, agent: "Mia", hint, at: 5 });
    await dialogue.settle();
    const tried = dialogue.posted.at(-1)?.reply;

    const transcript = await dialogue.say("send me the transcript");
    await dialogue.say("I want to talk to a person");
    const told = dialogue.told.at(-1)?.event;

    expect(tried?.text).toContain("I could not find this in the documents.");
    expect(transcript?.text).toContain("I could not find this in the documents.");
    expect(told?.type).toBe("case.requested");
    expect(JSON.stringify([tried?.text, transcript?.text, told])).not.toMatch(/secret|zorblax/iu);
  });

  it("answers what is asked meanwhile after a hint, and hands the hint on as nobody's words", async () => {
    const { dialogue, id } = await handedOver();
    const hint = "SECRET Zorblax policy";
    const asked = "How many days of annual leave do I get?";
    dialogue.send({ type: "case.returned", caseId: id, agent: "Mia", hint, at: 5 });
    dialogue.send({ type: "message.received", message: aMessage(asked, { by: "ana" }), at: 6 });

    dialogue.send({ type: "case.reopened", caseId: id, agent: "Mia", isClaimed: true, at: 7 });

    const words = dialogue.told.flatMap(({ event }) =>
      event.type === "customer.wrote" ? [event.text] : [],
    );
    expect(words).toEqual([asked]);
    expect([dialogue.state(), dialogue.pending()]).toEqual(["withAgent", []]);
  });

  it("answers a hint to nobody's message when the customer has taken his first one back", async () => {
    const { dialogue, id } = await handedOver();
    const hint = "How many days of annual leave do I get?";
    const first = dialogue.posted.at(-1)?.address.replyTo;
    if (first === null || first === undefined) throw new Error("the case answers a message");

    dialogue.send({ type: "message.withdrawn", message: first, at: 4 });
    dialogue.send({ type: "case.returned", caseId: id, agent: "Mia", hint, at: 5 });
    await dialogue.settle();

    expect(dialogue.posted.at(-1)).toMatchObject({
      address: { replyTo: null },
      reply: { decision: "answer", question: hint },
    });
  });

  it("is a person's again when his words of the last moment reopen the case", async () => {
    const { dialogue, id } = await handedOver();
    dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 6 });

    dialogue.send({ type: "case.reopened", caseId: id, agent: "Mia", isClaimed: true, at: 7 });
    const muted = await dialogue.say("How do I reset my password?");

    expect(dialogue.posted.at(-1)?.reply.text).toContain("is open again");
    expect(muted).toBeNull();
    expect(dialogue.state()).toBe("withAgent");
  });

  it("is silent when an agent takes the case up again while it answers, and hands on what waited", async () => {
    const { dialogue, id } = await handedOver();
    dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 6 });
    for (const [text, by] of [
      ["It broke again", "ana"],
      ["Mine, too", "ben"],
    ] as const) {
      dialogue.send({ type: "message.received", message: aMessage(text, { by }), at: 7 });
    }

    dialogue.send({ type: "case.reopened", caseId: id, agent: "Mia", isClaimed: true, at: 8 });
    const muted = await dialogue.say("never mind");

    expect(muted).toBeNull();
    expect(dialogue.told.slice(-3).map(({ event }) => event)).toMatchObject([
      { type: "customer.wrote", text: "It broke again" },
      { type: "customer.wrote", text: "Mine, too" },
      { type: "customer.wrote", text: "never mind" },
    ]);
    expect([dialogue.state(), dialogue.pending()]).toEqual(["withAgent", []]);
  });

  it("hands on what it was about to answer when the case is reopened", async () => {
    const { dialogue, id } = await handedOver();
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 6 });
    const message = aMessage("It broke again", { by: "ana" });
    dialogue.send({ type: "message.received", message, at: 7 });

    dialogue.send({ type: "case.reopened", caseId: id, agent: "Mia", isClaimed: false, at: 8 });

    expect(dialogue.told.at(-1)?.event).toMatchObject({
      type: "customer.wrote",
      text: "It broke again",
    });
    expect([dialogue.state(), dialogue.pending()]).toEqual(["waitingForAgent", []]);
  });

  it("marks what it says about a waiting case, so that it is not said over a person", async () => {
    const { dialogue } = await handedOver();
    await dialogue.say("it is about next summer");
    const params = dialogue.posted.at(-1);
    const { isObsolete } = dialogueKind(QUICK_SETTINGS);

    const effect = { type: "reply.post", params };
    const joined = { type: "reply.post", params: dialogue.posted[0] };

    expect(isObsolete?.("withAgent", effect)).toBe(true);
    expect(isObsolete?.("waitingForAgent", effect)).toBe(false);
    expect(isObsolete?.("withAgent", joined)).toBe(false);
  });

  it("opens a case of another number the next time", async () => {
    const { dialogue, id } = await handedOver();

    await dialogue.say("never mind");
    const again = await dialogue.say("please get me a human");

    expect(again?.case).not.toBe(id);
  });
});
