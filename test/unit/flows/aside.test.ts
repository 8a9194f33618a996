import { describe, expect, it } from "vitest";
import { textsIn } from "../../../flows/texts/index.ts";
import { type CaseId, caseId } from "../../../src/core/index.ts";
import { anAddress } from "../../support/flows-builders.ts";
import { aChatModel } from "../../support/flows-chat-model.ts";
import { startDialogue } from "../../support/flows-dialogue.ts";

const SECRET = "your salary is 5,600";
const SHARED = { kind: "shared", visible: ["public", "internal"] } as const;
/** Where all see it. */
const open = {
  audience: SHARED,
  isSharedTalk: true,
  address: anAddress({ channelId: "C1" }),
} as const;
/** Where Ana sees it alone, in the same talk. */
const aside = {
  audience: { kind: "private" },
  isSharedTalk: true,
  address: anAddress({ channelId: "C1", ephemeral: true }),
} as const;

/** Ana asks for a person where she alone sees it, in a talk to which Ben belongs. */
async function handedOverAside(parts: Parameters<typeof startDialogue>[0] = {}) {
  const dialogue = startDialogue(parts);
  await dialogue.say("How many days of annual leave do I get?", open);
  await dialogue.say("I want to talk to a person", aside);
  const { event } = dialogue.told[0] ?? {};
  const id: CaseId = event?.type === "case.requested" ? event.caseId : caseId("none");
  const claimed = { type: "case.claimed", caseId: id, agent: "Mia", at: 5 } as const;
  const replied = { type: "case.replied", caseId: id, agent: "Mia", text: SECRET, at: 6 } as const;
  return { dialogue, id, claimed, replied };
}

describe("a case that one person opens alone, in talk to which others belong", () => {
  it("leaves nothing of what the agent says with the talk, while it is open and after", async () => {
    const { dialogue, id, claimed, replied } = await handedOverAside();

    dialogue.send(claimed);
    dialogue.send(replied);
    const whileOpen = JSON.stringify(dialogue.context());
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 7 });
    dialogue.send({ ...replied, at: 8 });
    const told = dialogue.posted.filter(({ reply }) => reply.text === SECRET);

    expect(told.map(({ address }) => address.ephemeral)).toEqual([true, true]);
    expect(whileOpen).not.toContain(SECRET);
    expect(JSON.stringify(dialogue.context())).not.toContain(SECRET);
  });

  it("leaves nothing of what its customer adds where she alone sees it", async () => {
    const { dialogue } = await handedOverAside();

    await dialogue.say("my salary slip of May is wrong", aside);
    const added = dialogue.told.at(-1)?.event;

    expect(added).toMatchObject({ type: "customer.wrote", text: "my salary slip of May is wrong" });
    expect(JSON.stringify(dialogue.context())).not.toContain("salary slip");
  });

  it("is in no transcript, and in nothing that a model is told for the others", async () => {
    const chatModel = aChatModel("You get 26 days [1].", "You get 26 days [1].");
    const { dialogue, id, claimed, replied } = await handedOverAside({ chatModel });
    dialogue.send(claimed);
    dialogue.send(replied);
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 7 });
    const before = chatModel.requests.length;

    const transcript = await dialogue.say("send me the transcript", { ...open, by: "ben" });
    const answer = await dialogue.say("How many days of annual leave do part-time people get?", {
      ...open,
      by: "ben",
    });

    expect(transcript?.text).toContain(textsIn("en").answeredPrivately);
    expect(transcript?.text).not.toContain(SECRET);
    expect(answer).not.toBeNull();
    expect(chatModel.requests.length).toBeGreaterThan(before);
    expect(JSON.stringify(chatModel.requests.slice(before))).not.toContain("5,600");
  });

  it("tells the others nothing of what the agent wants to be tried", async () => {
    const { dialogue, id, claimed } = await handedOverAside();
    dialogue.send(claimed);

    const hint = "How many days of parental leave does an expecting mother get?";
    dialogue.send({ type: "case.returned", caseId: id, agent: "Mia", hint, at: 7 });
    await dialogue.settle();
    const tried = dialogue.posted.at(-1);
    dialogue.send({ type: "case.resolved", caseId: id, agent: "Mia", at: 9 });
    const repeated = await dialogue.say("please repeat that", { ...open, by: "ben" });

    expect(tried?.address.ephemeral).toBe(true);
    expect(JSON.stringify(repeated)).not.toContain("expecting mother");
    expect(JSON.stringify(dialogue.context())).not.toContain("expecting mother");
  });

  it("is kept in the talk when it was opened before all", async () => {
    const dialogue = startDialogue();
    await dialogue.say("I want to talk to a person", open);
    const { event } = dialogue.told[0] ?? {};
    const id = event?.type === "case.requested" ? event.caseId : caseId("none");

    dialogue.send({ type: "case.replied", caseId: id, agent: "Mia", text: "By Friday.", at: 6 });
    await dialogue.say("thank you, Friday is fine", open);

    expect(JSON.stringify(dialogue.context())).toContain("By Friday.");
    expect(JSON.stringify(dialogue.context())).toContain("Friday is fine");
  });
});
