import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { ConversationStore } from "../../../src/ports/conversation-store.ts";
import { createMemoryChannel } from "../../support/memory-channel.ts";
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

const passing = () => new FrontdeskError("model_busy", "not now", { retryable: true });

describe("tasks", () => {
  test("a passing failure is tried again by the same worker", async () => {
    const channel = createMemoryChannel();
    let tries = 0;
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async () => {
          tries += 1;
          if (tries < 3) throw passing();
          return "at last";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("a reply", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["at last"]);
    expect(tries).toBe(3);
  });

  test("a failure that does not pass goes to the machine with its code after the last try", async () => {
    const channel = createMemoryChannel();
    let tries = 0;
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async () => {
          tries += 1;
          throw passing();
        },
      },
    });

    await world.say("c", "hello");
    await eventually("an apology", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["sorry: model_busy"]);
    expect(tries).toBe(3);
  });

  test.each([
    [
      "a final failure",
      async () => Promise.reject(new FrontdeskError("prompt_too_long", "too long")),
      "prompt_too_long",
    ],
    ["a defect", async () => Promise.reject(new TypeError("x is not a function")), "task_failed"],
    ["an output that JSON cannot hold", async () => new Date(0), "task_failed"],
  ])("%s goes to the machine at once", async (_, answer, code) => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel], tasks: { ...echoTasks, answer } });

    await world.say("c", "hello");
    await eventually("an apology", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual([`sorry: ${code}`]);
  });

  test("a task without a handler goes to the machine as failed", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({ channels: [channel], tasks: {} });

    await world.say("c", "hello");
    await eventually("an apology", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["sorry: task_failed"]);
  });

  test("a task that five workers died of is given up with an apology", async () => {
    const channel = createMemoryChannel();
    const attempts: number[] = [];
    const deadly = async (_: unknown, { attempt }: { readonly attempt: number }) => {
      attempts.push(attempt);
      // As if the process had gone: the lease is taken away and the task never ends.
      await world.store.expireOwner("victim");
      return new Promise<never>(() => {});
    };
    await world.say("c", "hello");
    await new Promise((resolve) => setTimeout(resolve, 12));

    await world.startWorker({
      owner: "victim",
      channels: [channel],
      tasks: { ...echoTasks, answer: deadly },
      tuning: { leaseMs: 10_000, mailboxPollMs: 5, foldMs: 1 },
    });
    await eventually("an apology", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["sorry: task_failed"]);
    expect(Math.max(...attempts)).toBe(5);
  });

  test("of tasks that workers have died of twice one runs at a time, and who waits for that keeps nobody else waiting", async () => {
    const channel = createMemoryChannel();
    const names = ["a", "b", "c", "d"];
    const lives = { understand: echoTasks["understand"] ?? (async () => ({})) };
    const tuning = { leaseMs: 10_000, foldMs: 1 };
    const hanging = { ...lives, answer: () => new Promise<never>(() => {}) };
    const lost = new FrontdeskError("lease_lost", "this worker is dead");
    for (const name of names) await world.say(name, "hello");
    for (const attempt of [1, 2]) {
      // From its death on this worker reaches the store no more.
      let isDead = false;
      const store: ConversationStore = {
        ...world.store,
        claim: async (request) => (isDead ? [] : world.store.claim(request)),
        renew: async (lease, ms) => (isDead ? null : world.store.renew(lease, ms)),
        commit: (lease, commit) =>
          isDead ? Promise.reject(lost) : world.store.commit(lease, commit),
        expireOwner: async () => 0,
      };
      const owner = `victim-${attempt}`;
      await world.startWorker({ owner, store, channels: [channel], tasks: hanging, tuning });
      await eventually("all at work", async () => {
        const states = await Promise.all(names.map((name) => world.store.read(dialogueOf(name))));
        return states.every((text) => text?.includes(`"attempt":${attempt}`));
      });
      isDead = true;
      await world.store.expireOwner(owner);
    }

    let [atOnce, mostAtOnce] = [0, 0];
    let answerOther = (): void => {};
    const otherIsAnswered = new Promise<void>((resolve) => {
      answerOther = resolve;
    });
    await world.say("other", "another question");
    await world.startWorker({
      channels: [channel],
      tuning: { ...tuning, concurrency: 2 },
      tasks: {
        ...lives,
        answer: async (input) => {
          if (textOf(input).includes("another")) {
            answerOther();
            return "other";
          }
          await otherIsAnswered;
          atOnce += 1;
          mostAtOnce = Math.max(mostAtOnce, atOnce);
          await new Promise((resolve) => setTimeout(resolve, 10));
          atOnce -= 1;
          return "done";
        },
      },
    });
    await eventually("all answers", () => channel.texts().length > names.length);

    expect(mostAtOnce).toBe(1);
    expect(channel.texts().toSorted()).toEqual([...names.map(() => "done"), "other"]);
  });

  test("a task that came up while its predecessor's attempt was being committed is counted too", async () => {
    const channel = createMemoryChannel();
    const attempts: number[] = [];
    let renewals = 0;
    let isFirst = true;
    await world.say("c", "one");
    // Left lying by a dead worker, so that attempts are committed before they begin.
    const request = { owner: "dead", leaseMs: 1_000, limit: 1, supports: { dialogue: 1 } };
    expect(await world.store.claim(request)).toHaveLength(1);
    await world.store.expireOwner("dead");

    await world.startWorker({
      channels: [channel],
      tuning: { mailboxPollMs: 2 },
      tasks: {
        understand: async (_, { attempt }) => {
          attempts.push(attempt);
          return {};
        },
        answer: async () => "done",
      },
      store: {
        ...world.store,
        renew: (lease, leaseMs) => {
          renewals += 1;
          return world.store.renew(lease, leaseMs);
        },
        commit: async (lease, commit) => {
          if (isFirst) {
            isFirst = false;
            await world.say("c", "two");
            const before = renewals;
            await eventually("the message to be taken in", () => renewals > before + 1);
          }
          await world.store.commit(lease, commit);
        },
      },
    });
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    expect(attempts).toEqual([1]);
    expect(channel.texts()).toEqual(["done"]);
  });

  test("a task is told what its worker is about, and keeps its key over attempts", async () => {
    const seen: unknown[] = [];
    await world.startWorker({
      tasks: {
        understand: async (input, { attempt, instance, key }) => {
          seen.push({ input, attempt, instance, isKey: key.startsWith("dialogue/console:c#") });
          return {};
        },
        answer: async () => "x",
      },
      channels: [createMemoryChannel()],
    });

    await world.say("c", "hello");
    await eventually("the task", () => seen.length > 0);

    expect(seen).toEqual([
      { input: { text: "hello" }, attempt: 1, instance: dialogueOf("c"), isKey: true },
    ]);
  });

  test("progress of a task is shown where its conversation is, and only while it is current", async () => {
    const channel = createMemoryChannel();
    const late: (() => void)[] = [];
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        understand: async (_, { progress }) => {
          progress({ type: "stage", stage: "understanding" });
          late.push(() => progress({ type: "stage", stage: "searching" }));
          return {};
        },
        answer: async (_, { progress }) => {
          late[0]?.();
          progress({ type: "text", delta: "hi" });
          return "hi";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("a reply", () => channel.texts().length > 0);

    expect(channel.shown()).toEqual([
      { type: "stage", stage: "understanding" },
      { type: "text", delta: "hi" },
    ]);
  });

  test("an answer that is stopped keeps what was shown of it since it began anew", async () => {
    const channel = createMemoryChannel();
    await world.startWorker({
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (_, { progress, signal }) => {
          progress({ type: "text", delta: "wrong" });
          progress({ type: "reset" });
          progress({ type: "text", delta: "thirty days " });
          progress({ type: "stage", stage: "writing" });
          progress({ type: "text", delta: "of" });
          await once(signal, "abort");
          signal.throwIfAborted();
          return "never";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("the text", () => channel.shown().length === 5);
    await world.tell(dialogueOf("c"), { type: "stop.requested", shown: "made up" });
    await eventually("a reply", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["stopped after: thirty days of"]);
  });

  test("a task that runs on has its events committed meanwhile", async () => {
    const release = new AbortController();
    await world.startWorker({
      channels: [createMemoryChannel()],
      tuning: { foldMs: 5 },
      tasks: {
        ...echoTasks,
        answer: async () => {
          await once(release.signal, "abort");
          return "done";
        },
      },
    });

    await world.say("c", "hello");
    const snapshot = await eventually("a commit in the middle of the task", () =>
      world.store.read(dialogueOf("c")),
    );

    expect(JSON.parse(snapshot)).toMatchObject({ tasks: { answer: { attempt: 1 } } });
    expect((await world.store.counts()).unread).toBe(0);
    release.abort();
    await world.settled();
  });
});
