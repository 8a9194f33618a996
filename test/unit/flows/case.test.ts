import { describe, expect, it } from "vitest";
import { caseKind, DEFAULT_DIALOGUE_SETTINGS } from "../../../flows/index.ts";
import { type CaseEvent, caseId, conversationId } from "../../../src/core/index.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";
import { startHarness } from "../../support/flows-harness.ts";
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

function openedCase() {
  const harness = startHarness(caseKind(DEFAULT_DIALOGUE_SETTINGS), {}, ID);
  harness.send(requested);
  return harness;
}

describe("a case", () => {
  it("is shown at the desk when it is asked for", () => {
    const opened = openedCase();

    expect(opened.state()).toBe("waiting");
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

    expect([afterStranger, opened.state()]).toEqual(["claimed", "waiting"]);
  });

  it("is closed when the customer no longer needs a person", () => {
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

  it("never throws, whatever comes in whatever order", () => {
    const agent = { agent: "Mia" };
    const report = walkMachine({
      kind: caseKind(DEFAULT_DIALOGUE_SETTINGS),
      events: () => [
        requested,
        { type: "customer.wrote", name: "ana", text: "hello" },
        { type: "customer.cancelled" },
        { type: "agent.claimed", ...agent },
        { type: "agent.claimed", agent: "Ben" },
        { type: "agent.released", ...agent },
        { type: "agent.replied", ...agent, text: "Hello" },
        { type: "agent.noted", ...agent, text: "note" },
        { type: "agent.resolved", ...agent },
      ],
      outputs: {},
      isResting: () => true,
    });

    expect(report.thrown).toEqual([]);
    expect(report.states.size).toBe(4);
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

  it("opens a case of another number the next time", async () => {
    const { dialogue, id } = await handedOver();

    await dialogue.say("never mind");
    const again = await dialogue.say("please get me a human");

    expect(again?.case).not.toBe(id);
  });
});
