import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemoryChannel } from "../../support/memory-channel.ts";
import { eventually } from "../../support/runtime-eventually.ts";
import { smallKind } from "../../support/runtime-machines.ts";
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

describe("engine", () => {
  test("a message is understood, answered and posted once", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel] });

    await world.say("c", "hello");
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    expect(channel.texts()).toEqual(["answer to: hello"]);
    expect(channel.calls()).toEqual(["post"]);
  });

  test("a turn of quick tasks takes two commits", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel] });

    await world.say("c", "hello");
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    expect(world.commits()).toBe(2);
  });

  test("a redelivered message gives no second reply", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel] });

    expect(await world.say("c", "hello", "event:1")).toBe(true);
    await eventually("a reply", () => channel.texts().length > 0);
    expect(await world.say("c", "hello", "event:1")).toBe(false);
    await world.settled();

    expect(channel.texts()).toEqual(["answer to: hello"]);
  });

  test("messages that wait are answered in their order, conversation by conversation", async () => {
    const channel = createMemoryChannel();
    for (const text of ["one", "two", "three"]) await world.say("c", text);
    await world.say("d", "four");

    await world.startWorker({ channels: [channel] });
    await eventually("replies", () => channel.texts().length === 2);
    await world.settled();

    // What is unread when a turn begins is read together.
    expect(channel.texts("c")).toEqual(["answer to: one | two | three"]);
    expect(channel.texts("d")).toEqual(["answer to: four"]);
  });

  test("many conversations are worked on by two workers without a double and in order", async () => {
    const channel = createMemoryChannel();
    const options = { channels: [channel], tuning: { concurrency: 4 } };
    await world.startWorker(options);
    await world.startWorker(options);
    const names = Array.from({ length: 15 }, (_, index) => `c${index}`);

    for (const round of ["first", "second"]) {
      await Promise.all(names.map((name) => world.say(name, round)));
      await eventually("all replies of a round", () =>
        names.every((name) => channel.texts(name).at(-1) === `answer to: ${round}`),
      );
    }
    await world.settled();

    for (const name of names) {
      expect(channel.texts(name)).toEqual(["answer to: first", "answer to: second"]);
    }
  });

  test("a new message interrupts the running answer and joins it", async () => {
    const channel = createMemoryChannel();
    const started: string[] = [];
    const aborted: string[] = [];
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (input, { signal }) => {
          started.push(textOf(input));
          if (textOf(input).includes("wait")) return `answer to: ${textOf(input)}`;
          await once(signal, "abort");
          aborted.push(textOf(input));
          throw signal.reason;
        },
      },
    });
    await world.say("c", "first question");
    await eventually("the first answer to begin", () => started.length === 1);

    await world.say("c", "wait, second");
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    expect(aborted).toEqual(["first question"]);
    expect(channel.texts()).toEqual(["answer to: first question | wait, second"]);
  });

  test("the late result of an interrupted task that does not heed its signal is dropped", async () => {
    const channel = createMemoryChannel();
    const finish: (() => void)[] = [];
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (input) => {
          const isFirst = finish.length === 0;
          await new Promise<void>((resolve) => {
            finish.push(resolve);
            if (!isFirst) resolve();
          });
          return `answer to: ${textOf(input)}`;
        },
      },
    });
    await world.say("c", "one");
    await eventually("the first answer to begin", () => finish.length === 1);
    await world.say("c", "two");
    await eventually("a reply", () => channel.texts().length > 0);

    finish[0]?.();
    await world.settled();

    expect(channel.texts()).toEqual(["answer to: one | two"]);
  });

  test("a burst is gathered into one answer", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel], kinds: [smallKind({ gatherMs: 1_000 })] });

    await world.say("c", "one");
    await world.say("c", "two");
    await world.say("c", "three");
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    expect(channel.texts()).toEqual(["answer to: one | two | three"]);
  });

  test("a timer goes off after a restart", async () => {
    const channel = createMemoryChannel();
    const kinds = [smallKind({ followUpMs: 80 })];
    const first = await world.startWorker({ channels: [channel], kinds });
    await world.say("c", "hello");
    await eventually("a reply", () => channel.texts().length === 1);
    await first.close();

    await world.startWorker({ channels: [channel], kinds });
    await eventually("the follow-up", () => channel.texts().length === 2);

    expect(channel.texts()).toEqual(["answer to: hello", "anything else?"]);
  });

  test("a timer of a busy state interrupts its task", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({
      channels: [channel],
      kinds: [smallKind({ answerLimitMs: 40 })],
      tasks: { ...echoTasks, answer: () => new Promise(() => {}) },
    });

    await world.say("c", "hello");
    await eventually("an apology", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["sorry: too slow"]);
  });

  test("an event that means nothing to the machine is consumed without a word", async () => {
    const channel = createMemoryChannel();
    // There is no other worker that could know it.
    await world.startWorker({ channels: [channel], tuning: { otherWorkerMs: 0 } });

    await world.tell(dialogueOf("c"), { type: "weather.changed" });
    await eventually("the event to be read", async () => (await world.store.counts()).unread === 0);
    await world.settled();

    expect(channel.calls()).toEqual([]);
  });

  test("a machine that throws hands over to a person and keeps what it failed on", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel] });

    await world.tell(dialogueOf("c"), { type: "defect.met" });
    await eventually("a word of the fallback", () => channel.texts().length > 0);
    await world.settled();

    expect(channel.texts()).toEqual(["a person will take over"]);
    const snapshot: unknown = JSON.parse((await world.store.read(dialogueOf("c"))) ?? "null");
    expect(snapshot).toMatchObject({
      value: "withPerson",
      quarantine: [{ event: { event: { type: "defect.met" } } }],
    });
  });

  test("one instance tells another, once, however often it is asked to", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel] });
    const asked = { type: "colleague.asked", to: dialogueOf("d"), key: "k" };

    await world.tell(dialogueOf("c"), asked);
    await world.tell(dialogueOf("c"), asked);
    await eventually("word from the colleague", () => channel.texts().length > 0);
    await world.settled();

    expect(channel.texts()).toEqual(["told by console:c"]);
  });

  test("a reply carries the timings of the runtime", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel] });

    await world.say("c", "hello");
    await eventually("a reply", () => channel.messages().length > 0);

    const timings = channel.messages()[0]?.timings ?? {};
    expect(Object.keys(timings).toSorted()).toEqual(["commitMs", "queueMs", "totalMs"]);
    expect(timings["totalMs"]).toBeGreaterThanOrEqual(timings["queueMs"] ?? 0);
  });

  test("an idle conversation is forgotten, and its name begins anew with keys of its own", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel], kinds: [smallKind({ idleTtlMs: 10 })] });
    await world.say("c", "hello");
    await eventually("the end of the conversation", async () => {
      const isGone = (await world.store.read(dialogueOf("c"))) === null;
      return channel.texts().length === 1 && isGone;
    });

    await world.say("c", "hello again");
    await eventually("a second reply", () => channel.texts().length === 2);

    const keys = channel.messages().map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  test("a conversation in which something is still owed is kept however long it is silent, and forgotten afterwards", async () => {
    const channel = createMemoryChannel();
    let owed = "console:kept";
    const isKept = (context: unknown) =>
      typeof context === "object" && context !== null && "id" in context && context.id === owed;
    const isGone = async (name: string) => (await world.store.read(dialogueOf(name))) === null;
    await world.startWorker({ channels: [channel], kinds: [smallKind({ idleTtlMs: 10, isKept })] });

    await world.say("kept", "hello");
    await eventually("a reply", () => channel.texts().length === 1);
    await world.settled();
    await world.say("other", "hello");
    await eventually("the end of a later one", () => isGone("other"));

    expect(await isGone("kept")).toBe(false);
    owed = "";
    await world.say("kept", "that is all");
    await eventually("its end", () => isGone("kept"));
  });

  test("a conversation that had a defect is forgotten after its silence like any other", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel], kinds: [smallKind({ idleTtlMs: 10 })] });

    await world.tell(dialogueOf("c"), { type: "defect.met" });
    await eventually("a word of the fallback", () => channel.texts().length > 0);

    await eventually("its end", async () => (await world.store.read(dialogueOf("c"))) === null);
  });
});
