import { describe, expect, it } from "vitest";
import { z } from "zod";
import { caseKind, DEFAULT_DIALOGUE_SETTINGS } from "../../../flows/index.ts";
import { type Attachment, type CaseEvent, caseId, messageId } from "../../../src/core/index.ts";
import { aMessage } from "../../support/flows-builders.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";
import { type Harness, startHarness } from "../../support/flows-harness.ts";
import { aPacket } from "../../support/reply-builder.ts";

const SECRET = "my password is Tangerine77";
const LEAVE = "How many days of annual leave do I get?";
const GATHERING = { ...QUICK_SETTINGS, gatherMs: 1_000 };
const packetSchema = z.object({
  transcript: z.array(z.object({ role: z.string(), text: z.string() })),
  question: z.string().nullable(),
  summary: z.string(),
  files: z.array(z.object({ name: z.string(), line: z.string().optional() })).optional(),
});

function aFile(name: string): Attachment {
  return { name, mediaType: "text/plain", sizeBytes: 3, url: `https://files.test/${name}` };
}

/** What the case was told it was opened with last. */
function packetOf(dialogue: Harness) {
  const asked = dialogue.told.findLast(({ event }) => event.type === "case.requested");
  return packetSchema.parse(z.object({ packet: z.unknown() }).parse(asked?.event).packet);
}

function caseIdOf(dialogue: Harness) {
  return caseId(dialogue.told[0]?.to.id ?? "");
}

function withdraw(dialogue: Harness, id: string): void {
  dialogue.send({ type: "message.withdrawn", message: messageId(id), at: 9 });
}

/** Sends messages at one moment, before anything is done about them. */
function sayAtOnce(dialogue: Harness, said: Readonly<Record<string, string>>): void {
  for (const [id, text] of Object.entries(said)) {
    const message = aMessage(text, { id: messageId(id), attachments: [aFile(id)] });
    dialogue.send({ type: "message.received", message, at: 1 });
  }
}

/** A customer with whom somebody has spoken, and whose case has ended. */
async function afterCase(): Promise<Harness> {
  const dialogue = startDialogue();
  await dialogue.say("I want to talk to a person", { id: messageId("opening") });
  const about = { caseId: caseIdOf(dialogue), agent: "Mia", at: 5 };
  dialogue.send({ type: "case.claimed", ...about });
  await dialogue.say(SECRET, { id: messageId("slip") });
  dialogue.send({ type: "case.resolved", ...about });
  return dialogue;
}

describe("words that are taken back", () => {
  it("are told to the case that has ended, in the name of who said them", async () => {
    const dialogue = await afterCase();

    withdraw(dialogue, "slip");

    expect(dialogue.told.at(-1)).toMatchObject({
      to: { kind: "case", id: caseIdOf(dialogue) },
      event: { type: "customer.withdrew", line: "slip", name: "ana" },
    });
    expect(JSON.stringify(dialogue.context())).not.toContain("Tangerine77");
  });

  it("stand in no later packet, nor does what the bot answered to them", async () => {
    const dialogue = startDialogue();
    await dialogue.say(LEAVE, { id: messageId("asked") });
    withdraw(dialogue, "asked");
    await dialogue.say("I want to talk to a person");

    const packet = packetOf(dialogue);

    expect(JSON.stringify(packet)).not.toMatch(/annual leave/iu);
    expect(packet.transcript.map(({ text }) => text)).toEqual(["I want to talk to a person"]);
  });

  it("stand in no transcript that is asked for later", async () => {
    const dialogue = await afterCase();
    withdraw(dialogue, "slip");

    expect((await dialogue.say("send me the transcript"))?.text).not.toContain("Tangerine77");
  });

  it("leave the summary of what was said before", async () => {
    const dialogue = startDialogue();
    await dialogue.say("Who may use the Tangerine printer?", { id: messageId("asked") });
    for (let at = 0; at < 14; at += 1) await dialogue.say(`${LEAVE} ${at}`);
    await dialogue.settle(400_000);
    const before = JSON.stringify(dialogue.context());

    withdraw(dialogue, "asked");
    await dialogue.say("I want to talk to a person");

    expect(before).toContain("Tangerine");
    expect(JSON.stringify(packetOf(dialogue))).not.toContain("Tangerine");
  });

  it("take only themselves out of several messages that were answered together", async () => {
    const dialogue = startDialogue({ settings: GATHERING });
    sayAtOnce(dialogue, { first: "I want to talk to a person", second: SECRET });
    await dialogue.settle();

    expect(packetOf(dialogue).files).toMatchObject([
      { name: "first", line: "first" },
      { name: "second", line: "second" },
    ]);
    withdraw(dialogue, "second");

    const { turns } = z
      .object({ turns: z.array(z.object({ text: z.string() })) })
      .parse(dialogue.context());
    expect(turns[0]?.text).toBe("I want to talk to a person");
  });

  it("are answered no more while the rest of several messages is", async () => {
    const dialogue = startDialogue({ settings: GATHERING });
    sayAtOnce(dialogue, { first: LEAVE, second: SECRET });

    withdraw(dialogue, "second");
    await dialogue.settle();

    expect(dialogue.posted).toHaveLength(1);
    expect(dialogue.posted[0]?.address.replyTo).toBe("first");
    expect(JSON.stringify(dialogue.context())).not.toContain("Tangerine77");
  });

  it("do not come with the case that is being opened over them", async () => {
    const dialogue = startDialogue();
    sayAtOnce(dialogue, { opening: `I want to talk to a person. ${SECRET}` });
    while (dialogue.state() !== "escalating") await dialogue.runTask();

    withdraw(dialogue, "opening");
    await dialogue.settle();

    expect(packetOf(dialogue).transcript).toEqual([]);
    expect(JSON.stringify(dialogue.told)).not.toContain("Tangerine77");
  });
});

describe("words that are mended", () => {
  it("after the case has ended are told to it, and are no new question", async () => {
    const dialogue = await afterCase();
    const before = dialogue.posted.length;

    await dialogue.say(LEAVE, { id: messageId("slip-2"), revisionOf: messageId("slip") });

    expect(dialogue.posted).toHaveLength(before);
    expect(dialogue.told.at(-1)?.event).toMatchObject({
      type: "customer.revised",
      line: "slip",
      text: LEAVE,
    });
    expect(JSON.stringify(dialogue.context())).not.toContain("Tangerine77");
  });

  it("are answered anew where the bot had answered them, and stand once in what was said", async () => {
    const dialogue = await afterCase();
    await dialogue.say("How many days of annual leav", { id: messageId("own") });

    const revised = { id: messageId("own-2"), revisionOf: messageId("own") };
    const reply = await dialogue.say(LEAVE, revised);
    await dialogue.say("I want to talk to a person");

    expect(reply?.decision).toBe("answer");
    const { transcript } = packetOf(dialogue);
    const asked = transcript.filter(({ role, text }) => role === "user" && text.includes("leav"));
    expect(asked.map(({ text }) => text)).toEqual([LEAVE]);
  });

  it("of several messages under way take the place of those they mend", async () => {
    const dialogue = startDialogue({ settings: GATHERING });
    sayAtOnce(dialogue, { first: "Hello", second: SECRET });

    const mended = aMessage(LEAVE, { id: messageId("v2"), revisionOf: messageId("second") });
    dialogue.send({ type: "message.received", message: mended, at: 2 });
    await dialogue.settle();

    expect(dialogue.posted).toHaveLength(1);
    expect(JSON.stringify(dialogue.context())).not.toContain("Tangerine77");
  });
});

const shown = z.object({ update: z.looseObject({ type: z.string() }) });

describe("a case", () => {
  const ID = caseId("C-AAAAA-BBBBB");
  const start = () => {
    const harness = startHarness(caseKind(DEFAULT_DIALOGUE_SETTINGS), {}, ID);
    const send = (event: CaseEvent): void => harness.send(event);
    const said = { role: "user", at: 1, language: "en", decision: null, name: "Ann" } as const;
    const transcript = [
      { ...said, text: "Hello", line: "greeting" },
      { ...said, text: SECRET, line: "opening" },
    ];
    const opening = { transcript, line: "opening", question: SECRET, summary: SECRET };
    const packet = aPacket({ ...opening, customerId: "ann" });
    const { conversationId } = packet;
    send({ type: "case.requested", caseId: ID, conversationId, packet, at: 1 });
    const last = () => shown.parse(harness.published.at(-1)).update;
    return { harness, send, last };
  };

  it("forgets the words over which it was opened when they are taken back, and shows so", () => {
    const { harness, send, last } = start();

    send({ type: "customer.withdrew", name: "Ann", line: "opening", at: 3 });

    expect(JSON.stringify(harness.context())).not.toContain("Tangerine77");
    expect(last()).toMatchObject({
      type: "revised",
      entry: { line: "opening", revision: "deleted" },
      packet: { question: null, transcript: [{ text: "Hello" }] },
    });
  });

  it("shows what the words over which it was opened say now", () => {
    const { send, last } = start();

    send({ type: "customer.revised", name: "Ann", line: "opening", text: "Sorry: 12", at: 3 });

    expect(last()).toMatchObject({
      packet: {
        question: "Sorry: 12",
        summary: "Sorry: 12",
        transcript: [{ text: "Hello" }, { text: "Sorry: 12" }],
      },
    });
  });

  it("stays closed for words that were on their way when its customer was blocked", () => {
    const { harness, send } = start();
    send({ type: "agent.claimed", agent: "Mia", at: 2 });
    send({ type: "agent.blocked", agent: "Mia", at: 3 });

    send({ type: "customer.wrote", name: "Ann", text: "and another thing", line: "x", at: 4 });

    expect(harness.state()).toBe("resolved");
    expect(harness.told.map(({ event }) => event.type)).not.toContain("case.reopened");
  });

  const ENDINGS: readonly CaseEvent[] = [
    { type: "customer.cancelled", at: 3 },
    { type: "agent.assigned", agent: "Ben", to: "Mia", toBy: "slack:U1", at: 3 },
    { type: "agent.returned", agent: "Mia", hint: null, at: 3 },
    { type: "agent.blocked", agent: "Mia", at: 3 },
    { type: "agent.transferred", agent: "Mia", team: "x", at: 3 },
    { type: "agent.resolved", agent: "Mia", at: 3 },
    { type: "agent.released", agent: "Mia", at: 3 },
  ];
  it.each(ENDINGS)("tells the desk of $type in one line", (event) => {
    const { harness, send } = start();
    send({ type: "agent.claimed", agent: "Mia", at: 2 });
    const before = harness.published.length;

    send(event);

    const told = harness.published.slice(before).filter((one) => {
      const { data } = shown.safeParse(one);
      if (data === undefined) return false;
      const { type, isQuiet, isSaid } = data.update;
      return type === "entry" || (isQuiet !== true && isSaid !== true);
    });
    expect(told).toHaveLength(1);
  });
});
