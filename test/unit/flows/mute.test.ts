import fc from "fast-check";
import { expect, it } from "vitest";
import { caseId, type DialogueEvent, messageId } from "../../../src/core/index.ts";
import { aMessage, anAddress, aPrincipal } from "../../support/flows-builders.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";

const WORDS = [
  "How many days of annual leave do I get?",
  "I want to talk to a person",
  "this is useless, you idiots",
  "send me the transcript",
  "start over",
  "never mind",
  "thanks",
  "5 quick",
  "help",
  "",
  "把对话记录发给我",
  "转人工",
];
const PEOPLE = ["ana", "bo"];

const aSaying = fc
  .record({
    text: fc.constantFrom(...WORDS),
    by: fc.constantFrom(...PEOPLE),
    isAddressed: fc.boolean(),
    n: fc.nat(),
  })
  .map(({ text, by, isAddressed, n }): DialogueEvent => {
    const message = aMessage(text, { by, isAddressed, id: messageId(`m${n}`) });
    return { type: "message.received", message, at: 10 };
  });
const aPress = fc.constantFrom("c1.1", "c1.none", "rate.C-1.5").map((optionId): DialogueEvent => {
  const who = { principal: aPrincipal("ana"), audience: { kind: "private" } } as const;
  const rest = { messageId: messageId("press"), address: anAddress(), at: 10 };
  return { type: "option.chosen", optionId, ...who, ...rest };
});
const aStop = fc.constant<DialogueEvent>({ type: "stop.requested", at: 10 });

it("the bot says nothing and begins nothing while a person is in charge, whatever is said or pressed", async () => {
  const dialogue = startDialogue();
  const opened = await dialogue.say("I want to talk to a person");
  const id = caseId(opened?.case ?? "");
  dialogue.send({ type: "case.claimed", caseId: id, agent: "Mia", at: 5 });
  const before = dialogue.posted.length;

  fc.assert(
    fc.property(fc.array(fc.oneof(aSaying, aPress, aStop), { maxLength: 30 }), (events) => {
      for (const event of events) dialogue.send(event);

      expect(dialogue.posted.slice(before)).toEqual([]);
      expect([dialogue.state(), dialogue.pending()]).toEqual(["withAgent", []]);
    }),
    { numRuns: 30 },
  );
  expect(dialogue.told.some(({ event }) => event.type === "customer.wrote")).toBe(true);
});
