import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createMachine } from "xstate";
import { createDialogueTasks, dialogueKind } from "../../flows/index.ts";
import { systemClock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import type { Engine, MachineKind } from "../../src/runtime/index.ts";
import { QUICK_SETTINGS } from "../support/flows-dialogue.ts";
import { aRetriever } from "../support/flows-knowledge.ts";
import { createMemoryChannel, type MemoryChannel } from "../support/memory-channel.ts";
import { type RedisServer, startRedis } from "../support/redis-server.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { smallKind } from "../support/runtime-machines.ts";
import {
  createRuntimeWorld,
  dialogueOf,
  echoTasks,
  type RuntimeWorld,
} from "../support/runtime-world.ts";

const older: MachineKind = smallKind();
const newer: MachineKind = smallKind({ version: 2, migrations: { 1: (snapshot) => snapshot } });

let redis: RedisServer;

beforeAll(async () => {
  redis = await startRedis();
});

afterAll(async () => {
  await redis.stop();
});

describe.each(["SQLite", "Redis"])("a rolling deploy on %s", (name) => {
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

  const start = (kind: MachineKind): Promise<Engine> =>
    world.startWorker({ kinds: [kind], channels: [channel], tasks: echoTasks });
  const versionOf = async (conversation: string): Promise<number | undefined> =>
    (await world.store.list({ kind: "dialogue", limit: 1_000 })).find(
      ({ instance }) => instance.id === dialogueOf(conversation).id,
    )?.version;
  const replies = (conversation: string, count: number): Promise<unknown> =>
    eventually(`${count} replies`, () => channel.texts(conversation).length === count);

  test("while both versions are at work, every message is answered once and in order, and nothing goes back", async () => {
    const names = Array.from({ length: 12 }, (_, index) => `c${index}`);
    const first = await start(older);
    for (const one of names) await world.say(one, "1");
    for (const one of names) await replies(one, 1);

    await start(newer);
    for (const one of names) await world.say(one, "2");
    for (const one of names) await replies(one, 2);
    for (const one of names) await world.say(one, "3");
    for (const one of names) await replies(one, 3);
    await first.close();
    for (const one of names) await world.say(one, "4");
    for (const one of names) await replies(one, 4);

    await world.settled();
    for (const one of names) {
      expect(channel.texts(one)).toEqual(["1", "2", "3", "4"].map((text) => `answer to: ${text}`));
      expect(await versionOf(one)).toBe(2);
    }
  });

  test("a deploy that is taken back leaves what the newer version has touched for its return", async () => {
    const before = await start(older);
    for (const one of ["touched", "untouched"]) await world.say(one, "1");
    for (const one of ["touched", "untouched"]) await replies(one, 1);
    await before.close();
    const deployed = await start(newer);
    await world.say("touched", "2");
    await replies("touched", 2);
    await world.settled();
    await deployed.close();
    const snapshot = await world.store.read(dialogueOf("touched"));

    await start(older);
    await world.say("touched", "3");
    await world.say("untouched", "2");
    await replies("untouched", 2);

    expect(await world.store.read(dialogueOf("touched"))).toBe(snapshot);
    await eventually("nothing under way", async () => (await world.store.counts()).leased === 0);
    expect(await world.store.counts()).toMatchObject({ ready: 1, unread: 1 });
    await start(newer);
    await replies("touched", 3);
    expect(channel.texts("touched")).toEqual(["1", "2", "3"].map((text) => `answer to: ${text}`));
  });
});

/** A kind that knows an event of which the others have never heard. */
function knowingWeather(kind: MachineKind): MachineKind {
  const { config, implementations } = kind.machine;
  const note = { type: "note.keep", params: { note: "weather" } };
  const on = { ...config.on, "weather.changed": { actions: note } };
  const machine: MachineKind["machine"] = createMachine({ ...config, on });
  return { ...kind, machine: machine.provide(implementations) };
}

describe.each(["SQLite", "Redis"])(
  "an event on %s of which only the newer version knows",
  (name) => {
    let world: RuntimeWorld;

    beforeEach(async () => {
      const given = name === "Redis" ? (await redisStoreFixture(redis.url)).store : undefined;
      world = await createRuntimeWorld(systemClock, given);
    });

    afterEach(async () => {
      await world.dispose();
    });

    test("waits for a newer worker, with all that comes after it, and takes its turn there", async () => {
      const channel = createMemoryChannel();
      const done: unknown[] = [];
      const left: unknown[] = [];
      const common = {
        channels: [channel],
        tasks: echoTasks,
        tuning: { leaseMs: 100 },
        effects: { "note.keep": async () => void done.push(channel.texts()) },
      };
      const logger = {
        ...silentLogger,
        warn: (_: object, what: string) => void (what.includes("newer worker") && left.push(what)),
      };
      await world.startWorker({ ...common, kinds: [smallKind()], logger });
      await world.say("c", "1");
      await eventually("the first reply", () => channel.texts().length === 1);
      await world.settled();

      await world.tell(dialogueOf("c"), { type: "weather.changed" });
      await world.say("c", "2");
      await eventually("the older worker to leave it, twice", () => left.length > 1);
      expect(channel.texts()).toEqual(["answer to: 1"]);

      await world.startWorker({ ...common, kinds: [knowingWeather(smallKind())] });
      await eventually("the second reply", () => channel.texts().length === 2);
      await world.settled();
      expect(channel.texts()).toEqual(["answer to: 1", "answer to: 2"]);
      expect(done).toEqual([["answer to: 1"]]);
    });

    test("is passed over when nobody newer has come in time", async () => {
      const channel = createMemoryChannel();
      const tuning = { leaseMs: 100, otherWorkerMs: 150 };
      await world.startWorker({ channels: [channel], tasks: echoTasks, tuning });

      await world.tell(dialogueOf("c"), { type: "weather.changed" });
      await world.say("c", "2");
      await eventually("the reply", () => channel.texts().length === 1);

      expect(channel.texts()).toEqual(["answer to: 2"]);
    });
  },
);

describe.each(["SQLite", "Redis"])("a snapshot on %s that cannot be read", (name) => {
  let world: RuntimeWorld;

  beforeEach(async () => {
    const given = name === "Redis" ? (await redisStoreFixture(redis.url)).store : undefined;
    world = await createRuntimeWorld(systemClock, given);
  });

  afterEach(async () => {
    await world.dispose();
  });

  const kind = dialogueKind(QUICK_SETTINGS);
  const broken = JSON.stringify({ v: 1, value: "a state that is gone", context: { turns: 3 } });

  /** Puts a text where the runtime would have put a snapshot. */
  async function plant(text: string): Promise<void> {
    await world.tell(dialogueOf("c"), { type: "something.happened" });
    const request = { owner: "planter", leaseMs: 60_000, limit: 1, supports: { dialogue: 1 } };
    const [claim] = await world.store.claim(request);
    if (claim === undefined) throw new Error("there is something to claim");
    await world.store.commit(claim.lease, {
      commitId: randomUUID(),
      consumedThrough: claim.inbox.at(-1)?.seq ?? null,
      snapshot: text,
      version: 1,
      timers: [],
      release: true,
      idleTtlMs: null,
    });
  }

  test("goes to a person with the next message; the customer is told and the text is kept", async () => {
    await plant(broken);
    const channel = createMemoryChannel();
    await world.startWorker({
      kinds: [kind],
      channels: [channel],
      tasks: createDialogueTasks({
        retriever: aRetriever(),
        chatModel: null,
        webSearch: null,
        logger: silentLogger,
        settings: QUICK_SETTINGS,
      }),
    });

    await world.say("c", "How many days of annual leave do I get?");
    await eventually("a word to the customer", () => channel.texts().length > 0);

    const [message] = channel.messages();
    expect(message?.reply.decision).toBe("escalate");
    const stored: unknown = JSON.parse((await world.store.read(dialogueOf("c"))) ?? "null");
    expect(stored).toMatchObject({ quarantine: [{ raw: broken }] });
    await eventually(
      "the case in the mailbox of its own",
      async () => (await world.store.list({ kind: "case", limit: 9 })).length > 0,
    );
  });
});
