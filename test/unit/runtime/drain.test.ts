import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMemoryChannel } from "../../support/memory-channel.ts";
import { eventually } from "../../support/runtime-eventually.ts";
import {
  createRuntimeWorld,
  dialogueOf,
  echoTasks,
  type RuntimeWorld,
} from "../../support/runtime-world.ts";

let world: RuntimeWorld;

beforeEach(async () => {
  world = await createRuntimeWorld();
});

afterEach(async () => {
  await world.dispose();
});

/** Answers when told to; notes attempts and aborts. */
function slowTasks(end: AbortSignal) {
  const attempts: number[] = [];
  const aborted: unknown[] = [];
  const tasks = {
    ...echoTasks,
    answer: async (_: unknown, { attempt, signal }: { attempt: number; signal: AbortSignal }) => {
      attempts.push(attempt);
      if (!end.aborted) {
        await Promise.race([once(end, "abort"), once(signal, "abort")]);
        if (signal.aborted) aborted.push(signal.reason);
        signal.throwIfAborted();
      }
      return "the answer";
    },
  };
  return { tasks, attempts, aborted };
}

describe("draining", () => {
  test("a running turn ends, new messages are left for the next worker", async () => {
    const channel = createMemoryChannel();
    const end = new AbortController();
    const { tasks, attempts } = slowTasks(end.signal);
    const engine = await world.startWorker({ channels: [channel], tasks });
    await world.say("c", "one");
    await eventually("the answer to begin", () => attempts.length === 1);

    const drained = engine.drain({ timeoutMs: 10_000 });
    await world.say("c", "two");
    await world.say("d", "three");
    end.abort();
    await drained;

    expect(channel.texts()).toEqual(["the answer"]);
    expect(await world.store.counts()).toMatchObject({ unread: 2, ready: 2, leased: 0 });
  });

  test("a turn that takes too long is aborted, and the next worker takes it over at once", async () => {
    const channel = createMemoryChannel();
    const { tasks, attempts, aborted } = slowTasks(new AbortController().signal);
    const engine = await world.startWorker({ channels: [channel], tasks });
    await world.say("c", "one");
    await eventually("the answer to begin", () => attempts.length === 1);

    await engine.drain({ timeoutMs: 10 });

    expect(aborted).toHaveLength(1);
    expect(engine.active()).toBe(0);
    expect(await world.store.counts()).toMatchObject({ ready: 1, leased: 0 });
    const next = slowTasks(AbortSignal.abort());
    await world.startWorker({ channels: [channel], tasks: next.tasks });
    await eventually("a reply", () => channel.texts().length > 0);
    expect(channel.texts()).toEqual(["the answer"]);
    expect(next.attempts).toEqual([1]);
  });

  test("an aborted signal ends the patience early", async () => {
    const { tasks, attempts, aborted } = slowTasks(new AbortController().signal);
    const engine = await world.startWorker({ channels: [createMemoryChannel()], tasks });
    await world.say("c", "one");
    await eventually("the answer to begin", () => attempts.length === 1);
    const hurry = new AbortController();

    const drained = engine.drain({ timeoutMs: 3_600_000, signal: hurry.signal });
    hurry.abort();
    await drained;

    expect(aborted).toHaveLength(1);
  });

  test("closing twice, or without a start, is fine", async () => {
    const engine = await world.startWorker();

    await Promise.all([engine.close(), engine.close()]);
    await engine.close();

    expect(engine.active()).toBe(0);
  });

  test("a new process of the same name takes over at once what the old one held", async () => {
    const channel = createMemoryChannel();
    await world.say("c", "hello");
    const request = { owner: "desk", leaseMs: 3_600_000, limit: 1, supports: { dialogue: 1 } };
    expect(await world.store.claim(request)).toHaveLength(1);

    await world.startWorker({ owner: "desk", channels: [channel] });
    await eventually("a reply", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["answer to: hello"]);
    expect(await world.store.read(dialogueOf("c"))).not.toBeNull();
  });
});
