import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { ConversationStore } from "../../../src/ports/conversation-store.ts";
import type { EffectContext } from "../../../src/ports/effect.ts";
import { type Logger, silentLogger } from "../../../src/ports/logger.ts";
import { createDeadLetterOffice, silentObserver } from "../../../src/runtime/index.ts";
import { createMemoryChannel } from "../../support/memory-channel.ts";
import { eventually } from "../../support/runtime-eventually.ts";
import { smallKind } from "../../support/runtime-machines.ts";
import { createRuntimeWorld, dialogueOf, type RuntimeWorld } from "../../support/runtime-world.ts";

let world: RuntimeWorld;

beforeEach(async () => {
  world = await createRuntimeWorld();
});

afterEach(async () => {
  await world.dispose();
});

describe("delivery", () => {
  test("a post that arrived although the connection broke is found and not sent again", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "arrived-unheard" });
    await world.startWorker({ channels: [channel] });

    await world.say("c", "hello");
    await eventually("the post to be looked for", () => channel.calls().includes("find"));
    await world.settled();

    expect(channel.calls()).toEqual(["post", "find"]);
    expect(channel.texts()).toEqual(["answer to: hello"]);
  });

  test("a post that was lost is looked for and then sent again", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "lost" });
    await world.startWorker({ channels: [channel] });

    await world.say("c", "hello");
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    expect(channel.calls()).toEqual(["post", "find", "post"]);
    expect(channel.texts()).toEqual(["answer to: hello"]);
  });

  test("a refusal for its rate is tried again without looking, and nothing overtakes it", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rate-limited", retryAfterMs: 30 });
    const notes: unknown[] = [];
    await world.startWorker({
      channels: [channel],
      effects: { "note.keep": async (params) => void notes.push(channel.texts().length, params) },
    });

    await world.say("c", "hello");
    await eventually("the refusal", () => channel.calls().length === 1);
    await world.tell(dialogueOf("c"), { type: "note.made", note: "after" });
    await eventually("the note", () => notes.length > 0);
    await world.settled();

    expect(channel.calls()).toEqual(["post", "post"]);
    expect(notes).toEqual([1, { note: "after" }]);
  });

  test("a conversation that waits for its platform does not hold others up", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rate-limited", retryAfterMs: 60_000 });
    await world.startWorker({ channels: [channel], tuning: { concurrency: 1 } });
    await world.say("slow", "hello");
    await eventually("the refusal", () => channel.calls().length === 1);

    await world.say("quick", "hello");
    await eventually("the other reply", () => channel.texts("quick").length === 1);

    expect(channel.texts("slow")).toEqual([]);
    await eventually("a durable wait", async () => (await world.store.counts()).timers === 1);
  });

  test("effects that wait for their next attempt are counted, whether or not the instance is held", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rate-limited", retryAfterMs: 60_000 });
    const engine = await world.startWorker({ channels: [channel] });
    expect((await world.store.counts()).waiting).toBe(0);

    await world.say("slow", "hello");
    await eventually("the refusal", () => channel.calls().length === 1);
    await world.say("quick", "hello");
    await eventually("the other reply", () => channel.texts("quick").length === 1);
    await world.settled();

    await eventually("both to be given back", () => engine.active() === 0);
    expect((await world.store.counts()).waiting).toBe(1);
  });

  test("nothing is counted any more once it is sent", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rate-limited", retryAfterMs: 30 });
    await world.startWorker({ channels: [channel] });
    const waiting = async () => (await world.store.counts()).waiting;

    await world.say("c", "hello");
    await eventually("the refusal to be counted", async () => (await waiting()) === 1);
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    await eventually("an empty outbox", async () => (await waiting()) === 0);
  });

  test("a send that never ends is cut off and then looked for", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "hangs" });
    await world.startWorker({ channels: [channel], tuning: { sendTimeoutMs: 500 } });

    await world.say("c", "hello");
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    expect(channel.calls()).toEqual(["post", "find", "post"]);
  });

  test("a refused reply becomes a dead letter, and the conversation goes on", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rejected" });
    await world.startWorker({ channels: [channel] });
    const office = createDeadLetterOffice(world.store);

    await world.say("c", "one");
    await eventually("a dead letter", async () => (await office.list({ limit: 10 })).length > 0);
    await world.say("c", "two");
    await eventually("the next reply", () => channel.texts().length > 0);
    await world.settled();

    expect(channel.texts()).toEqual(["answer to: two"]);
    const letters = await office.list({ limit: 10 });
    expect(letters).toMatchObject([{ instance: dialogueOf("c"), type: "reply.post" }]);
    expect(letters[0]?.reason).toContain("delivery_rejected");
  });

  test("an operator can have a dead letter sent again", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rejected" });
    await world.startWorker({ channels: [channel] });
    const office = createDeadLetterOffice(world.store);
    await world.say("c", "one");
    const letter = await eventually(
      "a dead letter",
      async () => (await office.list({ limit: 1 }))[0],
    );

    expect(await office.resolve(letter, "retry")).toBe(true);

    await eventually("the reply", () => channel.texts().length > 0);
    await world.settled();
    expect(channel.texts()).toEqual(["answer to: one"]);
    expect(await office.list({ limit: 10 })).toEqual([]);
    expect(await office.resolve(letter, "retry")).toBe(false);
  });

  test.each(["rejected", "rate-limited"] as const)(
    "a dead letter whose first attempt arrived unheard is found when it is retried, although looking was then %s",
    async (type) => {
      const channel = createMemoryChannel();
      channel.fail("post", { type: "arrived-unheard" });
      channel.fail("find", type === "rejected" ? { type } : { type, retryAfterMs: 1 });
      await world.startWorker({ channels: [channel], tuning: { deliveryAttempts: 2 } });
      const office = createDeadLetterOffice(world.store);
      await world.say("c", "one");
      const letter = await eventually(
        "a dead letter",
        async () => (await office.list({ limit: 1 }))[0],
      );
      expect(letter.reason).not.toContain("delivery_uncertain");

      await office.resolve(letter, "retry");
      await eventually("no letter", async () => (await office.count()) === 0);
      await world.settled();

      expect(channel.calls()).toEqual(["post", "find", "find"]);
      expect(channel.texts()).toEqual(["answer to: one"]);
    },
  );

  test("of very many dead letters of one conversation the oldest are dropped, and the log says so", async () => {
    const dropped: unknown[] = [];
    const logger: Logger = {
      ...silentLogger,
      child: () => logger,
      error: (fields, message) => {
        if (message.includes("dropped")) dropped.push(fields);
      },
    };
    await world.startWorker({
      logger,
      effects: {
        "note.keep": async (params) => {
          throw new FrontdeskError("delivery_rejected", `no ${JSON.stringify(params)}`);
        },
      },
    });
    const office = createDeadLetterOffice(world.store);

    for (let note = 1; note <= 52; note += 1) {
      await world.tell(dialogueOf("c"), { type: "note.made", note });
    }
    await eventually("two to be dropped", () => dropped.length === 2);
    await world.settled();

    const reasons = (await office.list({ limit: 100 })).map(({ reason }) => reason);
    expect(reasons).toHaveLength(50);
    expect(reasons[0]).toContain('{"note":3}');
    expect(reasons.at(-1)).toContain('{"note":52}');
    expect(dropped).toMatchObject([{ effect: "note.keep" }, { effect: "note.keep" }]);
  });

  test("an operator can drop a dead letter", async () => {
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rejected" });
    await world.startWorker({ channels: [channel] });
    const office = createDeadLetterOffice(world.store);
    await world.say("c", "one");
    const letter = await eventually(
      "a dead letter",
      async () => (await office.list({ limit: 1 }))[0],
    );

    await office.resolve(letter, "drop");

    await eventually("no letter", async () => (await office.list({ limit: 10 })).length === 0);
    await world.settled();
    expect(channel.texts()).toEqual([]);
  });

  test("an effect that keeps failing is given up after its last attempt", async () => {
    const attempts: boolean[] = [];
    await world.startWorker({
      tuning: { deliveryAttempts: 3, deliveryRetryMs: 1 },
      effects: {
        "note.keep": async (_, { isRetry }) => {
          attempts.push(isRetry);
          throw new FrontdeskError("delivery_uncertain", "not now", { retryable: true });
        },
      },
    });
    const office = createDeadLetterOffice(world.store);

    await world.tell(dialogueOf("c"), { type: "note.made", note: 1 });
    await eventually("a dead letter", async () => (await office.list({ limit: 1 }))[0]);

    expect(attempts).toEqual([false, true, true]);
  });

  test.each(["disk_full", "store_unavailable"] as const)(
    "while a store answers %s an effect waits and uses up no attempts",
    async (code) => {
      let tries = 0;
      await world.startWorker({
        tuning: { deliveryAttempts: 3, deliveryRetryMs: 1, outageRetryCapMs: 5 },
        effects: {
          "note.keep": async () => {
            tries += 1;
            if (tries < 8) throw new FrontdeskError(code, "not now", { retryable: true });
          },
        },
      });
      const office = createDeadLetterOffice(world.store);

      await world.tell(dialogueOf("c"), { type: "note.made", note: 1 });
      await eventually("the eighth try", () => tries === 8);
      await world.settled();

      expect(await office.list({ limit: 1 })).toEqual([]);
    },
  );

  test("a tell that another mailbox has no room for waits until there is", async () => {
    let isFull = true;
    let refused = 0;
    const append: ConversationStore["append"] = async (request) => {
      if (isFull) {
        refused += 1;
        throw new FrontdeskError("disk_full", "Redis is full", { retryable: true });
      }
      return world.store.append(request);
    };
    await world.startWorker({
      store: { ...world.store, append },
      tuning: { deliveryAttempts: 2, deliveryRetryMs: 1, outageRetryCapMs: 5 },
    });
    const office = createDeadLetterOffice(world.store);

    await world.tell(dialogueOf("c"), {
      type: "colleague.asked",
      to: dialogueOf("d"),
      key: "k",
    });
    await eventually("five refusals", () => refused >= 5);
    isFull = false;
    await world.settled();

    expect(await office.list({ limit: 1 })).toEqual([]);
  });

  test("a reply for a platform that this worker does not have is left to one that has it", async () => {
    const tuning = { deliveryRetryMs: 1, outageRetryCapMs: 5 };
    await world.startWorker({ owner: "without", channels: [], tuning });
    await world.say("c", "hello");
    await eventually("a reply that waits", async () => (await world.store.counts()).waiting > 0);
    const channel = createMemoryChannel();
    await world.startWorker({ owner: "with", channels: [channel], tuning });

    await eventually("the reply", () => channel.texts().length === 1);

    expect(channel.texts()).toEqual(["answer to: hello"]);
    expect(await createDeadLetterOffice(world.store).list({ limit: 1 })).toEqual([]);
  });

  test("a reply that came too late is left unsaid, and is counted neither as sent nor as a turn", async () => {
    const channel = createMemoryChannel();
    const outcomes: string[] = [];
    const turns: string[] = [];
    await world.startWorker({
      kinds: [{ ...smallKind(), isObsolete: () => true }],
      channels: [channel],
      observer: {
        ...silentObserver,
        delivered: ({ outcome }) => void outcomes.push(outcome),
        turnFinished: ({ decision }) => void turns.push(decision),
      },
    });

    await world.say("c", "hello");
    await eventually("its end", () => outcomes.length > 0);
    await world.settled();

    expect(outcomes).toEqual(["obsolete"]);
    expect([turns, channel.calls()]).toEqual([[], []]);
  });

  test("an effect keeps its key over all attempts", async () => {
    const seen: EffectContext[] = [];
    await world.startWorker({
      effects: {
        "note.keep": async (_, context) => {
          seen.push(context);
          if (seen.length < 3)
            throw new FrontdeskError("rate_limited", "wait", { retryable: true });
        },
      },
    });

    await world.tell(dialogueOf("c"), { type: "note.made", note: 1 });
    await eventually("three attempts", () => seen.length === 3);
    await world.settled();

    expect(new Set(seen.map(({ key }) => key)).size).toBe(1);
    expect(seen[0]?.instance).toEqual(dialogueOf("c"));
    expect(seen.map(({ isRetry }) => isRetry)).toEqual([false, false, false]);
  });

  test("what no worker could deliver for an hour becomes a dead letter that says so", async () => {
    await world.startWorker({ channels: [], tuning: { otherWorkerMs: 0 } });
    const office = createDeadLetterOffice(world.store);

    await world.say("c", "hello");
    await world.tell(dialogueOf("d"), { type: "note.made", note: 1 });

    const letters = await eventually("two letters", async () => {
      const found = await office.list({ limit: 10 });
      return found.length === 2 && found;
    });
    expect(letters.map(({ reason }) => reason).toSorted()).toEqual([
      "unsupported: no channel for console is configured here",
      "unsupported: no handler for the effect note.keep is configured here",
    ]);
  });

  test("a lease that is lost before a send leaves the reply to the next holder", async () => {
    const channel = createMemoryChannel();
    const losses: string[] = [];
    let isSabotaged = false;
    const observer = { leaseLost: ({ kind }: { kind: string }) => void losses.push(kind) };
    await world.startWorker({
      owner: "first",
      channels: [channel],
      observer: { ...silentObserver, ...observer },
      tasks: {
        understand: async () => ({ intent: "ask" }),
        answer: async () => {
          if (!isSabotaged) {
            isSabotaged = true;
            await world.store.expireOwner("first");
          }
          return "the answer";
        },
      },
    });

    await world.say("c", "hello");
    await eventually("a reply", () => channel.texts().length > 0);
    await world.settled();

    expect(losses).toEqual(["dialogue"]);
    expect(channel.texts()).toEqual(["the answer"]);
  });
});
