import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { runAsk } from "../../../src/cli/ask.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { Speaker } from "../../../src/ports/application.ts";
import { createFakeApplication, type FakeTurn } from "../../support/fake-application.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const speaker: Speaker = { platform: "console", userId: "ann", displayName: "Ann", groups: ["hr"] };
const signal = new AbortController().signal;
const batch = { text: null, batch: "-", conversation: null, speaker, json: true };

const outLine = z.looseObject({ id: z.unknown(), text: z.string().optional() });

function jsonl(...items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join("");
}

function parsed(lines: readonly string[]): readonly z.infer<typeof outLine>[] {
  return lines.map((line) => outLine.parse(JSON.parse(line)));
}

/** Answers in the reverse order of asking, as far as several are asked at once. */
function slowFirst(): (turn: FakeTurn) => void {
  const waiting: (() => void)[] = [];
  return (turn) => {
    waiting.push(() => void turn.reply({ text: `re: ${turn.message.text}` }));
    setImmediate(() => setImmediate(() => waiting.pop()?.()));
  };
}

describe("asking a batch", () => {
  it("gives one line for each, in order, however long each takes", async () => {
    const app = createFakeApplication({ onMessage: slowFirst() });
    const items = Array.from({ length: 20 }, (_value, n) => ({ id: `q${n}`, text: `text ${n}` }));
    const pipes = fakePipes(jsonl(...items));

    expect(await runAsk(app, batch, pipes.io, signal)).toBe(0);

    expect(parsed(pipes.lines()).map(({ id, text }) => ({ id, text }))).toEqual(
      items.map(({ id, text }) => ({ id, text: `re: ${text}` })),
    );
    expect(app.watching()).toBe(0);
  });

  it("asks lines of one conversation one after the other", async () => {
    let running = 0;
    let most = 0;
    const app = createFakeApplication({
      async onMessage(turn) {
        running += 1;
        most = Math.max(most, running);
        await nextTurn();
        running -= 1;
        turn.reply({ text: turn.message.text });
      },
    });
    const items = Array.from({ length: 6 }, (_value, n) => ({ conversation: "c", text: `${n}` }));

    await runAsk(app, batch, fakePipes(jsonl(...items)).io, signal);

    expect(most).toBe(1);
    expect(app.sent.map(({ text }) => text)).toEqual(["0", "1", "2", "3", "4", "5"]);
  });

  it("works on several conversations at once, but not on all", async () => {
    let running = 0;
    let most = 0;
    const app = createFakeApplication({
      async onMessage(turn) {
        running += 1;
        most = Math.max(most, running);
        for (let n = 0; n < 5; n += 1) await nextTurn();
        running -= 1;
        turn.reply({ text: turn.message.text });
      },
    });
    const items = Array.from({ length: 30 }, (_value, n) => ({ text: `${n}` }));

    await runAsk(app, batch, fakePipes(jsonl(...items)).io, signal);

    expect(most).toBe(4);
  });

  it("gives history, person and conversation as the line says, else a fresh conversation", async () => {
    const app = createFakeApplication();
    const history = [
      { role: "user", text: "hello" },
      { role: "bot", text: "Hi!" },
    ];

    await runAsk(
      app,
      batch,
      fakePipes(
        jsonl(
          { text: "a", conversation: "c9", user: "bob", history, expected: "unknown fields pass" },
          { text: "b" },
          { text: "c" },
        ),
      ).io,
      signal,
    );

    const [first, second, third] = app.sent;
    expect(first).toMatchObject({ conversationId: "c9", history });
    expect(first?.speaker).toEqual({ ...speaker, userId: "bob", displayName: "bob" });
    expect(second?.speaker).toEqual(speaker);
    expect(third?.conversationId).not.toBe(second?.conversationId);
  });

  it("puts an error on the place of a bad line, goes on, and ends with 1", async () => {
    const pipes = fakePipes(
      `{"id":"a","text":"one"}\nnot json\n{"id":3,"text":7}\n\n{"id":"b","text":"two"}\n`,
    );

    expect(await runAsk(createFakeApplication(), batch, pipes.io, signal)).toBe(1);

    const lines = parsed(pipes.lines());
    expect(lines[0]).toMatchObject({ id: "a", text: "one" });
    expect(lines[1]).toEqual({
      id: null,
      error: { code: "usage", message: "Line 2 is not JSON." },
    });
    expect(lines[2]).toMatchObject({ id: 3, error: { code: "usage" } });
    expect(JSON.stringify(lines[2])).toContain("Line 3 is not valid: text:");
    expect(lines[3]).toMatchObject({ id: "b", text: "two" });
    expect(lines).toHaveLength(4);
  });

  it("puts a refused message on its place too", async () => {
    const pipes = fakePipes(jsonl({ id: "a", text: "  " }, { id: "b", text: "two" }));

    expect(await runAsk(createFakeApplication(), batch, pipes.io, signal)).toBe(1);

    expect(parsed(pipes.lines())).toEqual([
      { id: "a", error: { code: "message_empty", message: "The message is empty." } },
      expect.objectContaining({ id: "b", text: "two" }),
    ]);
  });

  it("writes each answer before the input has ended", async () => {
    const pipes = fakePipes();
    const running = runAsk(createFakeApplication(), batch, pipes.io, signal);

    pipes.stdin.write(jsonl({ id: 1, text: "one" }));
    while (pipes.stdout() === "") await nextTurn();
    pipes.stdin.end(jsonl({ id: 2, text: "two" }));

    expect(await running).toBe(0);
    expect(parsed(pipes.lines()).map(({ id }) => id)).toEqual([1, 2]);
  });

  it("keeps the order over thousands of lines while answers are held back", async () => {
    const held: FakeTurn[] = [];
    const app = createFakeApplication({ onMessage: (turn) => void held.push(turn) });
    const pipes = fakePipes();
    const running = runAsk(app, batch, pipes.io, signal);
    for (let n = 0; n < 1_500; n += 1) pipes.stdin.write(jsonl({ id: n, text: `${n}` }));
    pipes.stdin.end();

    while (held.length < 4) await nextTurn();
    const releasing = setInterval(() => {
      for (const turn of held.splice(0)) turn.reply({ text: turn.message.text });
    }, 0);
    expect(await running).toBe(0);
    clearInterval(releasing);

    expect(parsed(pipes.lines()).map(({ id }) => id)).toEqual(
      Array.from({ length: 1_500 }, (_value, n) => n),
    );
  });

  it("reads a file, with a byte order mark and Windows line ends as well", async () => {
    const file = join(temporaryFolder(), "batch.jsonl");
    writeFileSync(file, `\ufeff{"id":"a","text":"one"}\r\n{"id":"b","text":"two"}`);
    const pipes = fakePipes();

    expect(await runAsk(createFakeApplication(), { ...batch, batch: file }, pipes.io, signal)).toBe(
      0,
    );

    expect(parsed(pipes.lines()).map(({ id }) => id)).toEqual(["a", "b"]);
  });

  it("says which file cannot be read", async () => {
    const running = runAsk(
      createFakeApplication(),
      { ...batch, batch: "/nowhere/batch.jsonl" },
      fakePipes().io,
      signal,
    );

    await expect(running).rejects.toThrow("/nowhere/batch.jsonl");
    await expect(running).rejects.toBeInstanceOf(FrontdeskError);
  });

  it("ends with 130 when it is interrupted, also while it waits for input", async () => {
    const controller = new AbortController();
    const pipes = fakePipes();
    const app = createFakeApplication({ onMessage: () => {} });
    const running = runAsk(app, batch, pipes.io, controller.signal);

    pipes.stdin.write(jsonl({ text: "one" }));
    while (app.sent.length === 0) await nextTurn();
    controller.abort();

    expect(await running).toBe(130);
  });

  it("asks nothing when it was interrupted before it began", async () => {
    const app = createFakeApplication();

    expect(await runAsk(app, batch, fakePipes().io, AbortSignal.abort())).toBe(130);
    expect(app.sent).toEqual([]);
  });

  it("stops at a defect instead of hiding it in the output", async () => {
    const app = createFakeApplication({
      onMessage: () => {
        throw new TypeError("a defect");
      },
    });

    const running = runAsk(app, batch, fakePipes(jsonl({ text: "one" })).io, signal);

    await expect(running).rejects.toThrow(TypeError);
  });
});
