import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runAsk } from "../../../src/cli/ask.ts";
import { caseId, conversationId } from "../../../src/core/index.ts";
import type { Speaker } from "../../../src/ports/application.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { aCase, aCitation, aPacket } from "../../support/reply-builder.ts";

const speaker: Speaker = {
  platform: "console",
  userId: "ann",
  displayName: "Ann",
  groups: ["hr"],
};
const signal = new AbortController().signal;
const once = { text: "how many days?", batch: null, conversation: null, speaker, json: false };

describe("asking once", () => {
  it("prints the answer with its sources", async () => {
    const app = createFakeApplication({
      onMessage: (turn) => void turn.reply({ text: "25 days [1].", citations: [aCitation()] }),
    });
    const pipes = fakePipes();

    expect(await runAsk(app, once, pipes.io, signal)).toBe(0);

    expect(pipes.lines()).toEqual([
      "25 days [1].",
      "",
      "[1] Leave › Annual leave — docs/leave.md",
      "    “Every employee has 25 days of leave a year.”",
    ]);
    expect(app.watching()).toBe(0);
  });

  it("ends with a clear line when the conversation is deleted before its answer", async () => {
    const app = createFakeApplication({
      onMessage: ({ message }) =>
        void setImmediate(() => app.emit(message.conversationId, { type: "erased" })),
    });

    await expect(runAsk(app, once, fakePipes().io, signal)).rejects.toMatchObject({
      code: "conversation_deleted",
    });
    expect(app.watching()).toBe(0);
  });

  it.each([false, true])(
    "says on stderr alone why the model wrote nothing (json: %s)",
    async (json) => {
      const app = createFakeApplication({
        onMessage: (turn) => void turn.reply({ text: "25 days [1]." }),
        status: {
          chatModel: {
            model: "m.gguf",
            state: "unavailable",
            reason: "m.gguf is not a GGUF file.",
          },
        },
      });
      const pipes = fakePipes();

      expect(await runAsk(app, { ...once, json }, pipes.io, signal)).toBe(0);

      expect(pipes.stderr()).toBe(
        "Chat model: m.gguf is not a GGUF file. Meanwhile answers are quoted from the documents.\n",
      );
      expect(pipes.stdout()).not.toContain("GGUF");
    },
  );

  it("prints one JSON object with everything a program needs", async () => {
    const app = createFakeApplication({
      onMessage: (turn) =>
        void turn.reply({
          text: "25 days [1].",
          citations: [aCitation()],
          timings: { understandMs: 1, totalMs: 12 },
        }),
    });
    const pipes = fakePipes();

    await runAsk(app, { ...once, json: true, conversation: "c1" }, pipes.io, signal);

    expect(JSON.parse(pipes.stdout())).toEqual({
      decision: "answer",
      text: "25 days [1].",
      confidence: 0.82,
      question: "How many days of leave do I have?",
      citations: [
        {
          n: 1,
          title: "Leave",
          section: "Annual leave",
          source: "docs/leave.md",
          quote: "Every employee has 25 days of leave a year.",
        },
      ],
      options: [],
      case: null,
      conversationId: "c1",
      language: "en",
      timings: { understandMs: 1, totalMs: 12 },
    });
  });

  it("asks as the given person, at once, in a conversation of its own", async () => {
    const app = createFakeApplication();

    await runAsk(app, once, fakePipes().io, signal);
    await runAsk(app, once, fakePipes().io, signal);

    expect(app.sent[0]).toMatchObject({ text: once.text, speaker, gatherMs: 0, history: [] });
    expect(app.sent[1]?.conversationId).not.toBe(app.sent[0]?.conversationId);
  });

  it("takes the reply to a later message of the conversation for its own", async () => {
    const app = createFakeApplication({
      async onMessage(turn) {
        if (turn.message.text !== once.text) return;
        const later = app.send(
          {
            conversationId: turn.message.conversationId,
            speaker,
            text: "and carry-over?",
            history: [],
            gatherMs: null,
          },
          { signal },
        );
        turn.reply({ text: "both at once" }, (await later).id);
      },
    });
    const pipes = fakePipes();

    await runAsk(app, once, pipes.io, signal);

    expect(pipes.stdout()).toBe("both at once\n");
  });

  it("does not take the reply to an earlier message for its own", async () => {
    const app = createFakeApplication({
      async onMessage(turn) {
        if (turn.message.text === "earlier") return;
        turn.reply({ text: "to the earlier one" }, earlier.id);
        await nextTurn();
        turn.reply({ text: "to this one" });
      },
    });
    const id = conversationId("c1");
    const earlier = await app.send(
      { conversationId: id, speaker, text: "earlier", history: [], gatherMs: null },
      { signal },
    );
    const pipes = fakePipes();

    await runAsk(app, { ...once, conversation: id }, pipes.io, signal);

    expect(pipes.stdout()).toBe("to this one\n");
  });

  it("ends with decision ignore when the message was not meant for the bot", async () => {
    const app = createFakeApplication({ onMessage: (turn) => turn.settle("ignored") });
    const pipes = fakePipes();

    expect(await runAsk(app, { ...once, json: true }, pipes.io, signal)).toBe(0);

    expect(JSON.parse(pipes.stdout())).toMatchObject({ decision: "ignore", text: "", case: null });
  });

  it("ends with the case when the message was passed on to a person", async () => {
    const app = createFakeApplication({ onMessage: (turn) => turn.settle("forwarded") });
    app.openCase(
      aCase({ id: caseId("k7"), packet: aPacket({ conversationId: conversationId("c1") }) }),
    );
    const pipes = fakePipes();

    await runAsk(app, { ...once, conversation: "c1", json: true }, pipes.io, signal);

    expect(JSON.parse(pipes.stdout())).toMatchObject({ decision: "escalate", case: "k7" });
  });

  it("says in the asker's language that a message was passed on", async () => {
    const app = createFakeApplication({ onMessage: (turn) => turn.settle("forwarded") });
    const pipes = fakePipes();

    await runAsk(app, { ...once, text: "在吗？" }, pipes.io, signal);

    expect(pipes.stderr()).toContain("已转给");
    expect(pipes.stdout()).toBe("");
  });

  it("ends with 130 when it is interrupted while waiting", async () => {
    const controller = new AbortController();
    const app = createFakeApplication({ onMessage: () => controller.abort() });

    expect(await runAsk(app, once, fakePipes().io, controller.signal)).toBe(130);
    expect(app.watching()).toBe(0);
  });

  it("leaves refusals to the caller", async () => {
    const asking = runAsk(createFakeApplication(), { ...once, text: " " }, fakePipes().io, signal);

    await expect(asking).rejects.toMatchObject({ code: "message_empty" });
  });
});
