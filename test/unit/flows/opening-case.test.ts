import { describe, expect, it } from "vitest";
import { messageId } from "../../../src/core/index.ts";
import { aMessage } from "../../support/flows-builders.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";
import type { Harness } from "../../support/flows-harness.ts";

const ASKED = { en: "I want to talk to a person", zh: "转人工" } as const;

function say(dialogue: Harness, text: string, parts: Parameters<typeof aMessage>[1] = {}): void {
  const message = aMessage(text, { isAddressed: false, ...parts });
  dialogue.send({ type: "message.received", message, at: 2 });
}

/** A dialogue whose case is not open yet. */
async function whileOpening(language: keyof typeof ASKED = "en"): Promise<Harness> {
  const dialogue = startDialogue();
  say(dialogue, ASKED[language], { isAddressed: true });
  for (let step = 0; step < 5 && dialogue.state() !== "escalating"; step += 1) {
    await dialogue.runTask();
  }
  expect([dialogue.state(), dialogue.told]).toEqual(["escalating", []]);
  return dialogue;
}

/** What the case was told, in order. */
function toldTo(dialogue: Harness): readonly unknown[] {
  return dialogue.told.map(({ event }) =>
    event.type === "customer.wrote" ? event.text : event.type,
  );
}

describe("words of the asker that are not for the bot, while it does not know yet that a case will come of it", () => {
  it.each([
    ["en", "the red one, at the door"],
    ["zh", "红色的那个，在门口"],
  ] as const)("reach the case all the same (%s)", async (language, text) => {
    const dialogue = startDialogue();
    say(dialogue, ASKED[language], { isAddressed: true });
    expect(dialogue.state()).toBe("understanding");

    say(dialogue, text, { id: messageId("more") });
    say(dialogue, "<@U7> lunch?", { id: messageId("aside") });
    say(dialogue, "me too", { id: messageId("other"), by: "bo" });
    say(dialogue, "my password is hunter2", { id: messageId("slip") });
    dialogue.send({ type: "message.withdrawn", message: messageId("slip"), at: 3 });
    await dialogue.settle();

    expect(dialogue.state()).toBe("waitingForAgent");
    expect(toldTo(dialogue)).toEqual(["case.requested", text]);
    expect(dialogue.posted).toHaveLength(1);
  });

  it("are nobody's when the bot answers itself", async () => {
    const dialogue = startDialogue();
    say(dialogue, "How many days of annual leave do I get?", { isAddressed: true });
    say(dialogue, "the red one, at the door");
    await dialogue.settle();
    say(dialogue, ASKED.en, { isAddressed: true });
    await dialogue.settle();

    expect(toldTo(dialogue)).toEqual(["case.requested"]);
  });
});

describe("words that come while a case is being opened", () => {
  it.each([
    ["en", "My order number is 4711"],
    ["zh", "我的订单号是 4711"],
  ] as const)(
    "reach it when they are the customer's, named or not (%s)",
    async (language, text) => {
      const dialogue = await whileOpening(language);

      say(dialogue, text, { id: messageId("order") });
      say(dialogue, "<@U7> knows of it", { id: messageId("aside") });
      await dialogue.settle();

      expect(dialogue.state()).toBe("waitingForAgent");
      expect(toldTo(dialogue)).toEqual(["case.requested", text, "<@U7> knows of it"]);
      expect(dialogue.posted).toHaveLength(1);
      expect(dialogue.published).toMatchObject([
        { outcome: "forwarded", address: { replyTo: "order" } },
        { outcome: "forwarded", address: { replyTo: "aside" } },
      ]);
    },
  );

  it("are acknowledged in words when they name the bot", async () => {
    const dialogue = await whileOpening();

    say(dialogue, "it is about my badge", { isAddressed: true });
    await dialogue.settle();

    expect(toldTo(dialogue)).toEqual(["case.requested", "it is about my badge"]);
    expect(dialogue.posted.map(({ reply }) => reply.decision)).toEqual(["escalate", "escalate"]);
    expect(dialogue.published).toEqual([]);
  });

  it("stay out of it when others talk among themselves", async () => {
    const dialogue = await whileOpening();

    say(dialogue, "lunch at noon then", { by: "bo" });
    await dialogue.settle();

    expect(toldTo(dialogue)).toEqual(["case.requested"]);
    expect(dialogue.posted).toHaveLength(1);
  });

  it("are gone when their author takes them back in time", async () => {
    const dialogue = await whileOpening();

    say(dialogue, "my password is hunter2", { id: messageId("slip") });
    dialogue.send({ type: "message.withdrawn", message: messageId("slip"), at: 3 });
    await dialogue.settle();

    expect(toldTo(dialogue)).toEqual(["case.requested"]);
  });

  it("are refused aloud when there are too many to keep", async () => {
    const dialogue = await whileOpening();

    for (let count = 1; count <= 21; count += 1) {
      say(dialogue, `line ${count}`, { id: messageId(`line-${count}`) });
    }
    const refused = dialogue.posted.map(({ address }) => address.replyTo);
    await dialogue.settle();

    expect(refused).toEqual(["line-21"]);
    expect(toldTo(dialogue)).toHaveLength(21);
  });
});
