import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLogger } from "../../../src/ports/logger.ts";
import type { TaskHandlers } from "../../../src/ports/task.ts";
import { createDraftEraser } from "../../../src/runtime/index.ts";
import { createMemoryChannel, type MemoryChannel } from "../../support/memory-channel.ts";
import { eventually } from "../../support/runtime-eventually.ts";
import {
  createRuntimeWorld,
  dialogueOf,
  echoTasks,
  type RuntimeWorld,
  textOf,
} from "../../support/runtime-world.ts";

let world: RuntimeWorld;

beforeEach(async () => {
  world = await createRuntimeWorld();
});

afterEach(async () => {
  await world.dispose();
});

const drafting = () => createMemoryChannel({ drafts: { minIntervalMs: 5 } });

/** Writes word by word, each after the one before is seen on the platform, and ends when told to. */
function writing(channel: MemoryChannel, words: readonly string[], end: AbortSignal): TaskHandlers {
  return {
    ...echoTasks,
    answer: async (input, { progress, signal }) => {
      let text = "";
      for (const word of words) {
        progress({ type: "text", delta: word });
        text += word;
        await eventually(`"${text}" to be shown`, () => channel.texts().includes(text));
      }
      if (!end.aborted) {
        await Promise.race([once(end, "abort"), once(signal, "abort")]);
        signal.throwIfAborted();
      }
      return `answer to: ${textOf(input)}`;
    },
  };
}

describe("streamed drafts", () => {
  test("an answer grows by edits of one message, and the reply is its last edit", async () => {
    const channel = drafting();
    const tasks = writing(channel, ["one ", "two ", "three"], AbortSignal.abort());
    await world.startWorker({ channels: [channel], tasks });

    await world.say("c", "hello");
    await eventually("the reply", () => channel.texts().includes("answer to: hello"));
    await world.settled();

    expect(channel.messages()).toHaveLength(1);
    expect(channel.messages()[0]?.texts).toEqual([
      "one ",
      "one two ",
      "one two three",
      "answer to: hello",
    ]);
    expect(channel.mostAtOnce()).toBe(1);
  });

  test("the mark of a draft and its message id are durable before its second edit", async () => {
    const channel = drafting();
    const end = new AbortController();
    await world.startWorker({ channels: [channel], tasks: writing(channel, ["one"], end.signal) });

    await world.say("c", "hello");
    const snapshot = await eventually("a committed message id", async () => {
      const text = await world.store.read(dialogueOf("c"));
      return text?.includes("posted-1") && text;
    });

    expect(JSON.parse(snapshot)).toMatchObject({ draft: { messageId: "posted-1" } });
    end.abort();
    await world.settled();
  });

  test("text that comes faster than the platform allows is thinned out, and the last wins", async () => {
    const channel = createMemoryChannel({ drafts: { minIntervalMs: 20 } });
    channel.setLatency(5);
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (_, { progress }) => {
          for (let piece = 0; piece < 100; piece += 1) {
            progress({ type: "text", delta: `${piece} ` });
            if (piece % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
          }
          await eventually("the last piece", () => channel.texts().at(-1)?.endsWith("99 "));
          return "all";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("the reply", () => channel.texts().includes("all"));

    expect(channel.messages()).toHaveLength(1);
    expect(channel.calls().length).toBeLessThan(15);
    expect(channel.mostAtOnce()).toBe(1);
  });

  test("the reply waits for the end of an edit that is under way", async () => {
    const channel = drafting();
    channel.setLatency(15);
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (_, { progress }) => {
          progress({ type: "text", delta: "draft" });
          await eventually("the draft", () => channel.texts().length > 0);
          progress({ type: "text", delta: " and more" });
          await eventually("an edit to begin", () => channel.calls().includes("edit"));
          return "final";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("the reply", () => channel.texts().includes("final"));

    expect(channel.messages()[0]?.texts).toEqual(["draft", "draft and more", "final"]);
    expect(channel.mostAtOnce()).toBe(1);
  });

  test("a reply of which nothing was heard does not take the next answer's draft for its own", async () => {
    const channel = createMemoryChannel({ drafts: { minIntervalMs: 5 }, settleMs: 100 });
    channel.fail("post", { type: "arrived-unheard" });
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (input, { progress }) => {
          if (textOf(input) !== "first") {
            progress({ type: "text", delta: "half" });
            await eventually("the draft", () => channel.texts().includes("half"));
            await eventually("the look for the reply", () => channel.calls().includes("find"));
          }
          return `answer to: ${textOf(input)}`;
        },
      },
    });

    await world.say("c", "first");
    await eventually("the first reply", () => channel.texts().includes("answer to: first"));
    await world.say("c", "second");
    await eventually("the second reply", () => channel.texts().includes("answer to: second"));
    await world.settled();

    expect(channel.texts()).toEqual(["answer to: first", "answer to: second"]);
  });

  test("an interrupted answer goes on in the same message", async () => {
    const channel = drafting();
    const end = new AbortController();
    let isFirst = true;
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: (input, context) => {
          const words = isFirst ? ["first try"] : ["second try"];
          const until = isFirst ? end.signal : AbortSignal.abort();
          isFirst = false;
          return writing(channel, words, until)["answer"]?.(input, context) ?? Promise.resolve();
        },
      },
    });
    await world.say("c", "one");
    await eventually("the first draft", () => channel.texts().includes("first try"));

    await world.say("c", "two");
    await eventually("the reply", () => channel.texts().includes("answer to: one | two"));
    await world.settled();

    expect(channel.messages()).toHaveLength(1);
    expect(channel.messages()[0]?.texts).toEqual([
      "first try",
      "second try",
      "answer to: one | two",
    ]);
  });

  test("a draft of a worker that stopped is written on by the next one", async () => {
    const channel = drafting();
    const never = new AbortController().signal;
    const first = await world.startWorker({
      channels: [channel],
      tasks: writing(channel, ["half an answer"], never),
    });
    await world.say("c", "hello");
    await eventually("a committed draft", async () => {
      const text = await world.store.read(dialogueOf("c"));
      return text?.includes("posted-1");
    });

    await first.close();
    const tasks = writing(channel, ["another answer"], AbortSignal.abort());
    await world.startWorker({ channels: [channel], tasks });
    await eventually("the reply", () => channel.texts().includes("answer to: hello"));

    expect(channel.messages()).toHaveLength(1);
    expect(channel.messages()[0]?.texts).toEqual([
      "half an answer",
      "another answer",
      "answer to: hello",
    ]);
  });

  test("a draft whose post was not heard of is found and written on", async () => {
    const channel = drafting();
    channel.fail("post", { type: "arrived-unheard" });
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (_, { progress }) => {
          progress({ type: "text", delta: "draft" });
          await eventually("the draft", () => channel.texts().length > 0);
          return "final";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("the reply", () => channel.texts().includes("final"));
    await world.settled();

    expect(channel.messages()).toHaveLength(1);
    expect(channel.texts()).toEqual(["final"]);
  });

  test("a draft that was deleted meanwhile is followed by a new message", async () => {
    const channel = drafting();
    const end = new AbortController();
    await world.startWorker({
      channels: [channel],
      tasks: writing(channel, ["draft"], end.signal),
    });
    await world.say("c", "hello");
    await eventually("the draft", () => channel.texts().length > 0);

    channel.fail("edit", { type: "rejected" });
    end.abort();
    await eventually("the reply", () => channel.texts().includes("answer to: hello"));
    await world.settled();

    expect(channel.calls().filter((call) => call === "post")).toHaveLength(2);
  });

  test("a platform that refuses drafts still gets the reply", async () => {
    const channel = drafting();
    channel.fail("post", { type: "rejected" });
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (_, { progress }) => {
          progress({ type: "text", delta: "draft" });
          await eventually("the refusal", () => channel.calls().length === 1);
          return "final";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("the reply", () => channel.texts().length > 0);
    await world.settled();

    expect(channel.texts()).toEqual(["final"]);
    expect(channel.calls()).toEqual(["post", "post"]);
  });

  test("a draft beside a snapshot that became unreadable is turned into the word of the fallback", async () => {
    const channel = drafting();
    const never = new AbortController().signal;
    const tasks = writing(channel, ["half"], never);
    const first = await world.startWorker({ channels: [channel], tasks });
    await world.say("c", "hello");
    await eventually("a committed message id", async () =>
      (await world.store.read(dialogueOf("c")))?.includes("posted-1"),
    );
    await first.close();
    const [claim] = await world.store.claim({
      ...{ owner: "breaker", leaseMs: 60_000, limit: 1, supports: { dialogue: 1 } },
    });
    if (claim?.snapshot == null) throw new Error("the first worker gave it back");
    const known: unknown = JSON.parse(claim.snapshot);
    await world.store.commit(claim.lease, {
      ...{ commitId: "broken", consumedThrough: null, version: 1, timers: [], release: true },
      snapshot: JSON.stringify({ ...Object(known), value: "a state that is gone" }),
      idleTtlMs: null,
    });

    await world.startWorker({ channels: [channel], tasks });
    await world.say("c", "are you there?");
    await eventually("the word of the fallback", () =>
      channel.texts().includes("a person will take over"),
    );
    await world.settled();

    expect(channel.texts()).toEqual(["a person will take over"]);
    expect(channel.messages()).toHaveLength(1);
  });

  test("a draft that no reply follows is taken back", async () => {
    const channel = drafting();
    const never = new AbortController().signal;
    await world.startWorker({ channels: [channel], tasks: writing(channel, ["half"], never) });
    await world.say("c", "hello");
    await eventually("the draft", () => channel.texts().length > 0);

    await world.tell(dialogueOf("c"), { type: "conversation.reset" });
    await eventually("the draft to go", () => channel.texts().length === 0);
    await world.settled();

    expect(channel.calls().at(-1)).toBe("remove");
  });

  /** Removes the conversation as `conversations delete` does. */
  async function erase(channel: MemoryChannel): Promise<void> {
    const removed = await world.store.remove(dialogueOf("c"));
    if (removed?.snapshot == null) throw new Error("the draft's mark is committed");
    const eraser = createDraftEraser({ channels: [channel], logger: silentLogger });
    await eraser.takeBack(dialogueOf("c"), removed.snapshot);
  }

  test("an answer whose conversation is deleted stops at once, and what is shown of it is taken back", async () => {
    const channel = drafting();
    let wasStopped = false;
    const tasks: TaskHandlers = {
      ...echoTasks,
      answer: async (_, { progress, signal }) => {
        progress({ type: "text", delta: "half" });
        await once(signal, "abort");
        wasStopped = true;
        throw signal.reason;
      },
    };
    // No poll tells of it in time.
    const tuning = { mailboxPollMs: 60_000, pollMs: 60_000, leaseMs: 600_000 };
    await world.startWorker({ channels: [channel], tasks, tuning });
    await world.say("c", "hello");
    await eventually("a committed message id", async () =>
      (await world.store.read(dialogueOf("c")))?.includes("posted-1"),
    );

    await erase(channel);

    await eventually("the end of the task", () => wasStopped);
    expect(channel.texts()).toEqual([]);
    expect(await world.store.counts()).toMatchObject({ instances: 0, leased: 0 });
  });

  test("a post on its way while its conversation is deleted is taken back when it has arrived", async () => {
    const channel = createMemoryChannel({ drafts: { minIntervalMs: 5 }, settleMs: 60 });
    channel.setLatency(30);
    const never = new AbortController().signal;
    await world.startWorker({ channels: [channel], tasks: writing(channel, ["half"], never) });
    await world.say("c", "hello");
    await eventually("a post under way", () => channel.calls().includes("post"));

    await erase(channel);

    expect(channel.messages().map(({ isRemoved }) => isRemoved)).toEqual([true]);
  });

  test("void text is replaced from the beginning", async () => {
    const channel = drafting();
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (_, { progress }) => {
          progress({ type: "text", delta: "wrong" });
          await eventually("the draft", () => channel.texts().includes("wrong"));
          progress({ type: "reset" });
          progress({ type: "text", delta: "right" });
          await eventually("the edit", () => channel.texts().includes("right"));
          return "final";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("the reply", () => channel.texts().includes("final"));

    expect(channel.messages()[0]?.texts).toEqual(["wrong", "right", "final"]);
  });
});
