import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../src/ports/clock.ts";
import { createReducer } from "../../src/runtime/index.ts";
import { createMemoryChannel, type MemoryChannel } from "../support/memory-channel.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { messageIn, smallKind } from "../support/runtime-machines.ts";
import { done, due, external, stepAll } from "../support/runtime-steps.ts";
import { createRuntimeWorld, type RuntimeWorld, textOf } from "../support/runtime-world.ts";

const said = (text: string) =>
  external({ type: "message.received", message: messageIn("c", text), at: 1 });

describe("a message at the very moment at which an answer is complete", () => {
  const reducer = createReducer(smallKind());
  const asked = stepAll(reducer, reducer.init("console:c", 0), said("one"));
  const answering = stepAll(reducer, asked, done(asked, "understand", {}));

  test("before the answer: it stops and joins, and the late answer means nothing", () => {
    const late = done(answering, "answer", "answer to one");

    const joined = stepAll(reducer, answering, said("two"));
    const after = stepAll(reducer, joined, late);

    expect(after).toBe(joined);
    expect(joined.outbox).toEqual([]);
    expect(joined.tasks).toMatchObject({ understand: { input: { text: "one | two" } } });
  });

  test("after the answer: the answer stands, and a second one comes", () => {
    const answered = stepAll(reducer, answering, done(answering, "answer", "answer to one"));
    const after = stepAll(reducer, answered, said("two"));

    expect(after.outbox).toMatchObject([{ params: { reply: { text: "answer to one" } } }]);
    expect(after.tasks).toMatchObject({ understand: { input: { text: "two" } } });
  });
});

describe("a message at the very moment at which a timer falls due", () => {
  const reducer = createReducer(smallKind({ followUpMs: 1_000 }));
  const asked = stepAll(reducer, reducer.init("console:c", 0), said("one"));
  const answering = stepAll(reducer, asked, done(asked, "understand", {}));
  const following = stepAll(reducer, answering, done(answering, "answer", "answer"));
  const timer = Object.keys(following.timers)[0] ?? "";

  test("before the timer: the timer that already lies in the mailbox means nothing any more", () => {
    const ring = due(following, timer);

    const talking = stepAll(reducer, following, said("two"));
    const after = stepAll(reducer, talking, ring);

    expect(after).toBe(talking);
    expect(after.outbox).toHaveLength(1);
  });

  test("after the timer: its word stands, and the message is answered", () => {
    const after = stepAll(reducer, following, due(following, timer), said("two"));

    expect(after.outbox).toMatchObject([{}, { params: { reply: { text: "anything else?" } } }]);
    expect(after.tasks).toMatchObject({ understand: { input: { text: "two" } } });
  });
});

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
});

describe.each(["SQLite", "Redis"])("messages that meet the end of an answer, on %s", (name) => {
  let world: RuntimeWorld;
  let channel: MemoryChannel;

  beforeEach(async () => {
    const given = name === "Redis" ? (await redisStoreFixture(redis.url)).store : undefined;
    world = await createRuntimeWorld(systemClock, given);
    channel = createMemoryChannel();
  });

  afterEach(async () => {
    await world.dispose();
  });

  test("whichever comes first, each message stands in exactly one reply, and in order", async () => {
    const texts = Array.from({ length: 40 }, (_, index) => String(index));
    let finish: () => void = () => {};
    await world.startWorker({
      channels: [channel],
      tasks: {
        understand: async () => ({}),
        answer: (input) =>
          new Promise((resolve) => {
            finish = () => resolve(textOf(input));
          }),
      },
      tuning: { pollMs: 2, mailboxPollMs: 2 },
    });

    const all = (): readonly string[] => channel.texts().flatMap((reply) => reply.split(" | "));
    const answered = (text: string): Promise<unknown> =>
      eventually("its reply", () => {
        finish();
        return all().includes(text);
      });

    for (const [index, text] of texts.entries()) {
      const saying = world.say("c", text);
      if (index % 2 === 0) await saying;
      finish();
      await saying;
      // No more may wait than the small assistant can hold.
      if (index % 10 === 9) await answered(text);
    }
    await world.settled();

    expect(all()).toEqual(texts);
  });

  test("a burst beyond what one answer takes is answered with the newest, and the conversation lives on", async () => {
    let isOpen = false;
    await world.startWorker({
      channels: [channel],
      tasks: {
        understand: async () => {
          await eventually("the whole burst", () => isOpen);
          return {};
        },
        answer: async (input) => textOf(input),
      },
    });
    const burst = Array.from({ length: 100 }, (_, index) => String(index));

    for (const text of burst) await world.say("c", text);
    isOpen = true;
    await eventually("a reply to the last", () => channel.texts().at(-1)?.endsWith("99"));
    await world.say("c", "after");
    await eventually("a reply to what came after", () => channel.texts().at(-1) === "after");
    await world.settled();

    const answered = channel.texts().flatMap((reply) => reply.split(" | "));
    expect(new Set(answered).size).toBe(answered.length);
    expect(answered.slice(-21)).toEqual([...burst.slice(-20), "after"]);
  });
});
