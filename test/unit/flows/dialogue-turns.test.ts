import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dialogueKind } from "../../../flows/index.ts";
import { messageId } from "../../../src/core/index.ts";
import { aMessage, anAddress, aPrincipal } from "../../support/flows-builders.ts";
import { QUICK_SETTINGS, startDialogue } from "../../support/flows-dialogue.ts";
import { startHarness } from "../../support/flows-harness.ts";
import { someAssessment, someRetrieved, someVerified } from "../../support/flows-outputs.ts";

const QUESTION = "How many days of annual leave do I get?";

function received(text: string, by = "ana", parts: object = {}) {
  const message = aMessage(text, { by, ...parts });
  return { type: "message.received", message, at: 1 } as const;
}

describe("turns of a dialogue", () => {
  it("waits for the rest of a burst and answers it once", async () => {
    const dialogue = startDialogue({ settings: { ...QUICK_SETTINGS, gatherMs: 300 } });

    dialogue.send(received("hi"));
    dialogue.send(received("how many days of annual leave"));
    dialogue.send(received("do I get?"));
    const waiting = dialogue.pending();
    await dialogue.settle();

    expect(waiting).toEqual([]);
    expect(dialogue.posted).toHaveLength(1);
    expect(dialogue.posted[0]?.reply.question).toBe("how many days of annual leave do I get?");
  });

  it("takes the wait of the message where it says one", () => {
    const dialogue = startDialogue({ settings: { ...QUICK_SETTINGS, gatherMs: 300 } });

    dialogue.send({ ...received(QUESTION), gatherMs: 0 });

    expect(dialogue.pending()).toEqual(["understand"]);
  });

  it("stops and joins what is under way when the same person writes again", async () => {
    const dialogue = startDialogue();

    dialogue.send(received("How do I reset my password?"));
    await dialogue.runTask();
    const before = dialogue.pending();
    dialogue.send(received("for the VPN"));
    const after = dialogue.pending();
    await dialogue.settle();

    expect([before, after]).toEqual([["retrieve"], ["understand"]]);
    expect(dialogue.posted).toHaveLength(1);
    expect(dialogue.posted[0]?.reply.citations[0]?.section).toBe("VPN password reset");
  });

  it.each([0, 300])(
    "answers each question of a command by itself, with %i ms to gather",
    async (gatherMs) => {
      const dialogue = startDialogue({ settings: { ...QUICK_SETTINGS, gatherMs } });
      const ask = (text: string, id: string) =>
        received(text, "ana", {
          address: anAddress({ ephemeral: true, replyTo: messageId(id) }),
          isAddressed: true,
        });

      dialogue.send(ask(QUESTION, "first"));
      dialogue.send(ask("How do I reset my VPN password?", "second"));
      await dialogue.settle();

      expect(dialogue.posted.map(({ address }) => address.replyTo)).toEqual(["first", "second"]);
      expect(dialogue.posted[0]?.reply.question).toBe(QUESTION);
    },
  );

  it.each([
    ["What about the VPN?", "en", "40 seconds"],
    ["年假有几天？", "zh", "40 秒"],
  ])(
    "says to who asks too much when to ask again, in the language of %s",
    async (text, language, wait) => {
      const dialogue = startDialogue();
      dialogue.send(received(QUESTION));
      const before = dialogue.pending();

      const message = aMessage(text);
      dialogue.send({ type: "message.limited", message, retryInMs: 39_500, at: 2 });
      const told = dialogue.posted[0];
      await dialogue.settle();

      expect(told?.reply).toMatchObject({ language, decision: "decline" });
      expect(told?.reply.text).toContain(wait);
      expect(told?.address).toEqual(message.address);
      expect(before).toEqual(["understand"]);
      expect(dialogue.posted).toHaveLength(2);
      expect(dialogue.posted[1]?.reply.question).toBe(QUESTION);
    },
  );

  it("drops the question when the same person writes never mind", async () => {
    const dialogue = startDialogue();

    dialogue.send(received(QUESTION));
    await dialogue.runTask();
    dialogue.send(received("never mind"));
    await dialogue.settle();

    expect(dialogue.posted).toHaveLength(1);
    expect(dialogue.posted[0]?.reply.text).toContain("dropped");
  });

  it("answers another person after the turn under way, each at his own address and with his own rights", async () => {
    const asked: string[] = [];
    const dialogue = startDialogue({
      retriever: {
        retrieve: async ({ query, principal }) => {
          asked.push(`${principal.userId}: ${query}`);
          return someEmptyResult();
        },
      },
    });

    dialogue.send(received(QUESTION, "ana", { address: anAddress({ channelId: "for-ana" }) }));
    dialogue.send(
      received("Where do I park?", "bo", { address: anAddress({ channelId: "for-bo" }) }),
    );
    await dialogue.settle();

    expect(dialogue.posted.map(({ address }) => address.channelId)).toEqual(["for-ana", "for-bo"]);
    expect(asked[0]).toBe(`ana: ${QUESTION}`);
    expect(asked.at(-1)).toMatch(/^bo: Where do I park/u);
  });

  it("says so when more people write than can wait", () => {
    const dialogue = startDialogue();

    dialogue.send(received(QUESTION, "ana"));
    for (let at = 0; at < 21; at += 1) dialogue.send(received(QUESTION, `person${at}`));

    expect(dialogue.posted).toHaveLength(1);
    expect(dialogue.posted[0]?.reply.text).toContain("many questions are waiting");
  });

  it("ends a running answer with a mark when it is stopped", async () => {
    const dialogue = startDialogue();

    dialogue.send(received(QUESTION));
    await dialogue.runTask();
    dialogue.send({ type: "stop.requested", at: 2 });

    expect(dialogue.pending()).toEqual([]);
    expect(dialogue.posted[0]?.reply.marks).toEqual(["stopped"]);
    expect(dialogue.state()).toBe("followUp");
  });

  it("keeps what readers have seen of an answer that is stopped", async () => {
    const dialogue = startDialogue();

    dialogue.send(received(QUESTION));
    await dialogue.runTask();
    dialogue.send({ type: "stop.requested", shown: "You have thirty days of ", at: 2 });

    expect(dialogue.posted[0]?.reply).toMatchObject({
      text: "You have thirty days of…\n\nStopped. Ask again whenever you like.",
      marks: ["stopped"],
    });
  });

  it("keeps it as well when the one who asked is named as the one who pressed", async () => {
    const dialogue = startDialogue();

    dialogue.send(received(QUESTION, "ana"));
    await dialogue.runTask();
    dialogue.send({ type: "stop.requested", by: "ana", isPressed: true, shown: "You have", at: 2 });

    expect(dialogue.posted[0]?.reply.text).toBe(
      "You have…\n\nStopped. Ask again whenever you like.",
    );
  });

  it("lets an answer go on when somebody else takes back what he asked", async () => {
    const dialogue = startDialogue();

    dialogue.send(received(QUESTION, "ana"));
    await dialogue.runTask();
    dialogue.send({ type: "stop.requested", by: "ben", at: 2 });
    const goesOn = dialogue.pending().length;
    dialogue.send({ type: "stop.requested", by: "ana", shown: "You have", at: 3 });

    expect(goesOn).toBe(1);
    expect(dialogue.pending()).toEqual([]);
    expect(dialogue.posted[0]?.reply.marks).toEqual(["stopped"]);
    expect(dialogue.posted[0]?.reply.text).toBe("Stopped. Ask again whenever you like.");
  });

  it("lets an answer go on when its asker mends another question of his, or one of several", async () => {
    const dialogue = startDialogue();
    const [first, second] = [messageId("C1/1"), messageId("C1/2")];
    const stop = (id: typeof first, at: number) =>
      dialogue.send({ type: "stop.requested", by: "ana", of: [id], at });

    dialogue.send(received(QUESTION, "ana", { id: second }));
    await dialogue.runTask();
    stop(first, 2);
    const goesOn = dialogue.pending().length;
    stop(second, 3);

    expect(goesOn).toBe(1);
    expect(dialogue.pending()).toEqual([]);
    dialogue.send(received(QUESTION, "ana", { id: first }));
    dialogue.send(received("And for parents?", "ana", { id: second }));
    stop(second, 4);
    expect(dialogue.pending()).toHaveLength(1);
  });

  it("ends a running answer when the conversation is reset, and forgets", async () => {
    const dialogue = startDialogue();

    await dialogue.say(QUESTION);
    dialogue.send(received("And sick leave?"));
    dialogue.send({ type: "conversation.reset", at: 2 });

    expect(dialogue.posted).toHaveLength(2);
    expect(dialogue.context()).toMatchObject({ turns: [], focus: null, active: null });
  });

  it("ignores talk that does not name it, unless the person it spoke with plainly asks on", async () => {
    const dialogue = startDialogue();

    const before = await dialogue.say("what about lunch?", { isAddressed: false });
    await dialogue.say(QUESTION);
    const statement = await dialogue.say("I will tell Bo", { isAddressed: false });
    const toOther = await dialogue.say("@bo what do you think?", { isAddressed: false });
    const byOther = await dialogue.say("and sick leave?", { isAddressed: false, by: "bo" });
    const on = await dialogue.say("and sick leave?", { isAddressed: false });

    expect([before, statement, toOther, byOther]).toEqual([null, null, null, null]);
    expect(on?.citations[0]?.section).toBe("Sick leave");
  });

  it("drops an unanswered question back after its time", async () => {
    const dialogue = startDialogue();

    const asked = await dialogue.say("How do I reset my password?");
    await dialogue.settle(QUICK_SETTINGS.clarifyTimeoutMs + 1);
    const late = await dialogue.press(asked?.options[0]?.id ?? "");

    expect(dialogue.posted).toHaveLength(2);
    expect(late?.text).toContain("no longer open");
  });

  it("lets later questions stand on their own after the follow-up time", async () => {
    const dialogue = startDialogue();

    await dialogue.say(QUESTION);
    await dialogue.settle(QUICK_SETTINGS.followUpWindowMs + 1);
    const state = dialogue.state();
    const reply = await dialogue.say("and sick leave?");

    expect(state).toBe("idle");
    expect(reply?.question).toBe("and sick leave?");
  });

  it("takes lines that were said elsewhere, and completes a follow-up from them", async () => {
    const dialogue = startDialogue();
    const line = { at: 1, language: "en", decision: null } as const;

    dialogue.send({
      type: "conversation.seeded",
      turns: [
        { ...line, role: "user", text: QUESTION, name: "ana" },
        { ...line, role: "bot", text: "26 days.", name: "" },
      ],
      at: 1,
    });
    const reply = await dialogue.say("and sick leave?");

    expect(reply?.question).toBe("How many days of sick leave do I get?");
  });

  it("keeps the last twenty lines and the questions of the older ones", async () => {
    const dialogue = startDialogue();

    for (let at = 0; at < 15; at += 1) await dialogue.say("thanks!");
    await dialogue.say(QUESTION);
    await dialogue.settle(60_000);

    const context = dialogue.context();
    expect(context).toHaveProperty("turns.19");
    expect(context).not.toHaveProperty("turns.20");
    expect(context).toHaveProperty("summary", expect.stringContaining("thanks!"));
    expect(JSON.stringify(context).length).toBeLessThan(16_000);
  });
});

function someEmptyResult() {
  return {
    passages: [],
    features: {
      queryTerms: 0,
      coverage: 0,
      coverageTop3: 0,
      unseen: 1,
      lexicalPerIdf: 0,
      lexicalMargin: 0,
      topCosine: null,
      cosineMargin: null,
      overlapAt10: null,
      rerankTop: null,
      rerankMargin: null,
    },
    timings: {},
    degraded: [],
  };
}

const OUTPUTS = {
  understand: async () => ({
    language: "en",
    act: { type: "question", question: QUESTION, isRewritten: false },
  }),
  retrieve: async () => someRetrieved(someAssessment()),
  answer: async () => ({ kind: "model", text: "26 days [1].", citations: [], isRefusal: false }),
  verify: async () => someVerified("answer"),
  summarize: async () => ({ summary: "", suggestedAnswer: null }),
};

type Step =
  | { readonly kind: "message"; readonly by: string; readonly isAddressed: boolean }
  | { readonly kind: "press" | "stop" | "run" | "fail" };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("message" as const),
    by: fc.constantFrom("ana", "bo", "cy"),
    isAddressed: fc.boolean(),
  }),
  fc.record({ kind: fc.constantFrom("press", "stop", "run", "run", "fail") }),
);

describe("whatever comes in between", () => {
  it("runs one task at a time and posts exactly one reply for every turn that is addressed to it", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const dialogue = startHarness(dialogueKind(QUICK_SETTINGS), OUTPUTS);
        let owed = 0;
        for (const [at, each] of steps.entries()) {
          const before = dialogue.posted.length;
          const busyWith = activeAuthor(dialogue.context());
          if (each.kind === "message") {
            const { by, isAddressed } = each;
            const message = aMessage("ok", { by, isAddressed, id: messageId(`m${at}`) });
            dialogue.send({ type: "message.received", message, at });
            if (isAddressed && busyWith !== by) owed += 1;
          } else if (each.kind === "press") {
            dialogue.send(aPress(at));
            owed += 1;
          } else if (each.kind === "stop") {
            dialogue.send({ type: "stop.requested", at });
          } else if (dialogue.pending().length > 0) {
            if (each.kind === "run") await dialogue.runTask();
            else dialogue.failTask();
          }
          owed -= dialogue.posted.length - before;
          expect(dialogue.pending().length).toBeLessThanOrEqual(1);
          expect(owed).toBeGreaterThanOrEqual(0);
        }
        const before = dialogue.posted.length;
        await dialogue.settle();
        expect(owed - (dialogue.posted.length - before)).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});

function activeAuthor(context: unknown): string | null {
  const found: unknown = JSON.parse(JSON.stringify(context));
  return JSON.stringify(found).match(/"active":\{"incoming":.*?"userId":"(\w+)"/u)?.[1] ?? null;
}

function aPress(at: number) {
  return {
    type: "option.chosen",
    optionId: "c9.1",
    messageId: messageId(`p${at}`),
    principal: aPrincipal("bo"),
    audience: { kind: "private" },
    address: anAddress(),
    at,
  } as const;
}
