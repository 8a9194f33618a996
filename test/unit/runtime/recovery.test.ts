import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import {
  createDeadLetterOffice,
  createReducer,
  silentObserver,
} from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
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

const HOUR_MS = 3_600_000;

let world: RuntimeWorld | null = null;

async function open(clock?: Parameters<typeof createRuntimeWorld>[0]): Promise<RuntimeWorld> {
  world = await createRuntimeWorld(clock);
  return world;
}

afterEach(async () => {
  await world?.dispose();
  world = null;
});

/** Puts this snapshot text into the store as some worker would have. */
async function plant(at: RuntimeWorld, name: string, snapshot: string, version = 1): Promise<void> {
  await at.tell(dialogueOf(name), { type: "weather.changed" });
  const [claim] = await at.store.claim({
    owner: "planter",
    leaseMs: 1_000,
    limit: 1,
    supports: { dialogue: 99 },
  });
  if (claim === undefined) throw new Error("nothing to claim");
  await at.store.commit(claim.lease, {
    commitId: randomUUID(),
    consumedThrough: claim.inbox[0]?.seq ?? null,
    snapshot,
    version,
    timers: [],
    release: true,
    idleTtlMs: null,
  });
}

describe("recovery", () => {
  test("what may have been sent by a dead worker is looked for only after its post cannot arrive any more", async () => {
    const clock = createFakeClock();
    const { say, startWorker, settled } = await open(clock);
    const channel = createMemoryChannel({ settleMs: 5_000 });
    channel.fail("post", { type: "hangs" });
    const first = await startWorker({ channels: [channel], tuning: { sendTimeoutMs: 60_000 } });
    await say("c", "hello");
    await eventually("the post", () => channel.calls().length === 1);
    await first.close();

    await startWorker({ channels: [channel] });
    await settled();
    expect(channel.calls()).toEqual(["post"]);
    clock.advance(5_000);
    await eventually("a reply", () => channel.texts().length > 0);

    expect(channel.calls()).toEqual(["post", "find", "post"]);
    expect(channel.texts()).toEqual(["answer to: hello"]);
  });

  test("a wait that a platform asked for outlives the worker that was asked", async () => {
    const clock = createFakeClock();
    const { say, startWorker, settled } = await open(clock);
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rate-limited", retryAfterMs: HOUR_MS });
    const first = await startWorker({ channels: [channel] });
    await say("c", "hello");
    await eventually("the refusal", () => channel.calls().length === 1);
    await settled();
    await first.close();

    await startWorker({ channels: [channel] });
    await settled();
    expect(channel.calls()).toEqual(["post"]);
    clock.advance(HOUR_MS);
    await eventually("a reply", () => channel.texts().length > 0);

    expect(channel.calls()).toEqual(["post", "post"]);
  });

  test("a refusal while looking leaves an uncertain post uncertain", async () => {
    const { say, startWorker, settled } = await open();
    const channel = createMemoryChannel();
    channel.fail("post", { type: "arrived-unheard" });
    channel.fail("find", { type: "rate-limited", retryAfterMs: 1 });
    await startWorker({ channels: [channel] });

    await say("c", "hello");
    await eventually("the second look", () => channel.calls().length === 3);
    await settled();

    expect(channel.calls()).toEqual(["post", "find", "find"]);
    expect(channel.texts()).toEqual(["answer to: hello"]);
  });

  test("an unreadable snapshot goes to a person, and its text is kept", async () => {
    const at = await open();
    const channel = createMemoryChannel();
    const fallen: string[] = [];
    await plant(at, "c", "{ this is no snapshot");
    await at.startWorker({
      channels: [channel],
      observer: { ...silentObserver, fellBack: ({ kind }) => void fallen.push(kind) },
    });

    await at.say("c", "hello");
    await eventually("a word of the fallback", () => channel.texts().length > 0);
    await at.settled();

    expect(channel.texts()).toEqual(["a person will take over"]);
    expect(fallen).toEqual(["dialogue"]);
    const snapshot: unknown = JSON.parse((await at.store.read(dialogueOf("c"))) ?? "null");
    expect(snapshot).toMatchObject({
      value: "withPerson",
      context: { pending: ["hello"] },
      quarantine: [{ raw: "{ this is no snapshot" }],
    });
  });

  test("a newer snapshot is left alone by an older worker and handled by a newer one", async () => {
    const at = await open();
    const reducer = createReducer(smallKind({ version: 2, migrations: { 1: (s) => s } }));
    const text = JSON.stringify(reducer.init("console:c", 1));
    await plant(at, "c", text, 2);
    const channel = createMemoryChannel();
    await at.startWorker({ channels: [channel] });
    await at.say("c", "hello");
    await at.say("d", "hello");
    await eventually("the other conversation", () => channel.texts("d").length === 1);

    expect(await at.store.read(dialogueOf("c"))).toBe(text);
    const newer = smallKind({ version: 2, migrations: { 1: (s) => s } });
    await at.startWorker({ kinds: [newer], channels: [channel] });
    await eventually("a reply", () => channel.texts("c").length === 1);

    expect(channel.texts("c")).toEqual(["answer to: hello"]);
  });

  test("a migrated instance goes on where it was", async () => {
    const at = await open();
    const channel = createMemoryChannel();
    const old = await at.startWorker({
      channels: [channel],
      tasks: { ...echoTasks, answer: () => new Promise(() => {}) },
      tuning: { foldMs: 1 },
    });
    await at.say("c", "hello");
    await eventually("a commit", () => at.store.read(dialogueOf("c")));
    await old.close();

    const newer = smallKind({ version: 2, migrations: { 1: (s) => s } });
    await at.startWorker({ kinds: [newer], channels: [channel] });
    await eventually("a reply", () => channel.texts().length > 0);
    await at.settled();

    expect(channel.texts()).toEqual(["answer to: hello"]);
    const [summary] = await at.store.list({ kind: "dialogue", limit: 1 });
    expect(summary?.version).toBe(2);
  });

  test("a mailbox of more than one page is read to its end, in order", async () => {
    const at = await open();
    const notes: unknown[] = [];
    const wanted = Array.from({ length: 150 }, (_, index) => index);
    await Promise.all(wanted.map((note) => at.tell(dialogueOf("c"), { type: "note.made", note })));

    await at.startWorker({
      effects: {
        "note.keep": async (params) => {
          notes.push(params);
        },
      },
    });
    await eventually("all notes", () => notes.length === wanted.length);

    expect(notes).toEqual(wanted.map((note) => ({ note })));
  });

  test("a lost announcement is made up for by looking again", async () => {
    const at = await open();
    const channel = createMemoryChannel();
    const deaf = { ...at.store, watch: () => () => {} };
    const begun: string[] = [];
    await at.startWorker({
      store: deaf,
      channels: [channel],
      tasks: {
        ...echoTasks,
        answer: async (input, { signal }) => {
          begun.push(textOf(input));
          if (begun.length > 1) return `answer to: ${textOf(input)}`;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          throw signal.reason;
        },
      },
    });

    await at.say("c", "one");
    await eventually("the answer to begin", () => begun.length === 1);
    await at.say("c", "two");
    await eventually("a reply", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["answer to: one | two"]);
  });

  test("an announced message interrupts without waiting for the next look", async () => {
    const at = await open();
    const channel = createMemoryChannel();
    const begun: string[] = [];
    await at.startWorker({
      channels: [channel],
      tuning: { pollMs: HOUR_MS, mailboxPollMs: HOUR_MS, leaseMs: HOUR_MS },
      tasks: {
        ...echoTasks,
        answer: async (input, { signal }) => {
          begun.push(textOf(input));
          if (begun.length > 1) return `answer to: ${textOf(input)}`;
          await new Promise((resolve) => signal.addEventListener("abort", resolve));
          throw signal.reason;
        },
      },
    });

    await at.say("c", "one");
    await eventually("the answer to begin", () => begun.length === 1);
    await at.say("c", "two");
    await eventually("a reply", () => channel.texts().length > 0);

    expect(channel.texts()).toEqual(["answer to: one | two"]);
  });

  test("a store that is away for a while costs nothing but time", async () => {
    const at = await open();
    const channel = createMemoryChannel();
    const { FrontdeskError } = await import("../../../src/core/index.ts");
    let failures = 3;
    const away = (): void => {
      failures -= 1;
      if (failures >= 0) throw new FrontdeskError("store_unavailable", "away", { retryable: true });
    };
    await at.say("c", "hello");

    await at.startWorker({
      channels: [channel],
      store: {
        ...at.store,
        commit: async (lease, commit) => {
          away();
          await at.store.commit(lease, commit);
        },
      },
    });
    await eventually("a reply", () => channel.texts().length > 0);
    await at.settled();

    expect(channel.texts()).toEqual(["answer to: hello"]);
    expect(failures).toBeLessThan(0);
  });

  test("metrics hear of turns, commits, tasks and deliveries in numbers and names", async () => {
    const at = await open();
    const channel = createMemoryChannel();
    channel.fail("post", { type: "lost" });
    const heard: unknown[] = [];
    const hear = (name: string) => (fields: object) => void heard.push({ name, ...fields });
    await at.startWorker({
      channels: [channel],
      observer: {
        turnFinished: ({ kind, decision }) => void heard.push({ name: "turn", kind, decision }),
        committed: () => {},
        taskFinished: ({ src, error }) => void heard.push({ name: "task", src, error }),
        delivered: hear("delivered"),
        leaseLost: hear("lost"),
        fellBack: hear("fellBack"),
      },
    });

    await at.say("c", "hello");
    await eventually("the turn", () => heard.length >= 5);

    expect(heard).toEqual([
      { name: "task", src: "understand", error: null },
      { name: "task", src: "answer", error: null },
      { name: "delivered", kind: "dialogue", type: "reply.post", outcome: "retried", attempts: 1 },
      { name: "delivered", kind: "dialogue", type: "reply.post", outcome: "sent", attempts: 2 },
      { name: "turn", kind: "dialogue", decision: "answer" },
    ]);
  });

  test("dead letters of an unreadable snapshot are not lost", async () => {
    const at = await open();
    const channel = createMemoryChannel();
    channel.fail("post", { type: "rejected" });
    const first = await at.startWorker({ channels: [channel] });
    const office = createDeadLetterOffice(at.store);
    await at.say("c", "hello");
    await eventually("a letter", async () => (await office.list({ limit: 1 })).length > 0);
    await at.settled();
    await first.close();
    const text = (await at.store.read(dialogueOf("c"))) ?? "";
    await plant(at, "c", text.replace('"value":"idle"', '"value":"gone"'));

    await at.startWorker({ channels: [channel] });
    await at.say("c", "again");
    await eventually("a word of the fallback", () => channel.texts().length > 0);
    await at.settled();

    expect(await office.list({ limit: 10 })).toHaveLength(1);
  });
});
