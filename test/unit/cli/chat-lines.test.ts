import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { runChat } from "../../../src/cli/chat.ts";
import { conversationId } from "../../../src/core/index.ts";
import type { Speaker } from "../../../src/ports/application.ts";
import { createFakeApplication } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { aCase, aCitation } from "../../support/reply-builder.ts";

const speaker: Speaker = { platform: "console", userId: "ann", displayName: "Ann", groups: [] };
const options = { conversation: null, speaker, verbose: false, json: false };
const signal = new AbortController().signal;

describe("the chat without a terminal", () => {
  it("answers each line before it takes the next, with an empty line between", async () => {
    const app = createFakeApplication({
      async onMessage(turn) {
        await nextTurn();
        turn.reply({ text: `re: ${turn.message.text}` });
      },
    });
    const pipes = fakePipes("one\n\n  \ntwo\r\nthree");

    expect(await runChat(app, options, pipes.io, signal)).toBe(0);

    expect(pipes.stdout()).toBe("re: one\n\nre: two\n\nre: three\n\n");
    expect(app.sent.map(({ conversationId: id }) => id)).toEqual([
      "console:ann",
      "console:ann",
      "console:ann",
    ]);
    expect(app.watching()).toBe(0);
  });

  it("writes plain text: no colours, no spinner, no prompt, no greeting", async () => {
    const app = createFakeApplication({
      onMessage(turn) {
        turn.progress({ type: "stage", stage: "searching" });
        turn.progress({ type: "text", delta: "**25" });
        turn.reply({ text: "**25 days** [1]", citations: [aCitation()], marks: ["extractive"] });
      },
    });
    const pipes = fakePipes("how many days?\n");

    await runChat(app, options, pipes.io, signal);

    expect(pipes.lines()).toEqual([
      "25 days [1]",
      "",
      "[1] Leave › Annual leave — docs/leave.md",
      "    “Every employee has 25 days of leave a year.”",
      "quoted from the documents, no language model",
      "",
    ]);
    expect(pipes.stderr()).toBe("");
  });

  it("prints one object for each turn with --json, commands go elsewhere", async () => {
    const app = createFakeApplication();
    const pipes = fakePipes("one\n/help\ntwo\n");

    await runChat(app, { ...options, conversation: "c1", json: true }, pipes.io, signal);

    expect(pipes.lines().map((line): unknown => JSON.parse(line))).toEqual([
      expect.objectContaining({ decision: "answer", text: "one", conversationId: "c1" }),
      expect.objectContaining({ decision: "answer", text: "two", conversationId: "c1" }),
    ]);
    expect(pipes.stderr()).toContain("/search words");
  });

  it("goes on after a message that was passed on or ignored", async () => {
    const app = createFakeApplication({
      onMessage: (turn) => turn.settle(turn.message.text === "one" ? "forwarded" : "ignored"),
    });
    const pipes = fakePipes("one\n随便说说\n");

    expect(await runChat(app, options, pipes.io, signal)).toBe(0);

    expect(pipes.stdout()).toContain("Passed on to the person");
    expect(pipes.stdout()).toContain("因此不作回答");
  });

  it("prints what a person of the desk says in between", async () => {
    const app = createFakeApplication({
      onMessage(turn) {
        app.say(conversationId("console:ann"), {
          text: "I am here.",
          speaker: { kind: "agent", displayName: "Zoë" },
        });
        turn.settle("forwarded");
      },
    });
    const pipes = fakePipes("hello?\n");

    await runChat(app, options, pipes.io, signal);

    expect(pipes.stdout()).toContain("Zoë (person)\nI am here.\n\n");
  });

  it("ends with 1 when a message was refused, and still answers the others", async () => {
    const pipes = fakePipes(`${"x".repeat(20_000)}\ntwo\n`);

    expect(await runChat(createFakeApplication(), options, pipes.io, signal)).toBe(1);

    expect(pipes.stderr()).toContain("at most 16,000 characters");
    expect(pipes.stdout()).toBe("two\n\n");
  });

  it("knows the commands, and leaves at /quit", async () => {
    const app = createFakeApplication();
    app.openCase(aCase());
    const pipes = fakePipes("/desk\n/nonsense\n/etc/hosts is what?\n/quit\nnever sent\n");

    expect(await runChat(app, options, pipes.io, signal)).toBe(0);

    expect(pipes.stdout()).toContain("How do I get my parking permit back?");
    expect(pipes.stderr()).toContain("There is no command /nonsense");
    expect(app.sent.map(({ text }) => text)).toEqual(["/etc/hosts is what?"]);
  });

  it("ends with 130 when it is interrupted while it waits for a reply or for a line", async () => {
    for (const input of ["waiting for a reply\n", ""]) {
      const controller = new AbortController();
      const pipes = fakePipes();
      const app = createFakeApplication({ onMessage: () => controller.abort() });
      const running = runChat(app, options, pipes.io, controller.signal);
      pipes.stdin.write(input);
      if (input === "") {
        while (app.watching() < 2) await nextTurn();
        controller.abort();
      }

      expect(await running).toBe(130);
    }
  });

  it("sends nothing when it was interrupted before it began", async () => {
    const app = createFakeApplication();
    const pipes = fakePipes();

    expect(await runChat(app, options, pipes.io, AbortSignal.abort())).toBe(130);
    expect(app.sent).toEqual([]);
  });
});
