import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { ConversationStore } from "../../../src/ports/conversation-store.ts";
import type { TaskHandlers } from "../../../src/ports/task.ts";
import { createMemoryChannel, type MemoryChannel } from "../../support/memory-channel.ts";
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

const drafting = () => createMemoryChannel({ drafts: { minIntervalMs: 5 } });

const stored = async (): Promise<string> => (await world.store.read(dialogueOf("c"))) ?? "";

const markOf = (snapshot: string): number =>
  z.object({ outbox: z.tuple([z.object({ attemptedAt: z.number() })]) }).parse(JSON.parse(snapshot))
    .outbox[0].attemptedAt;

/** Shows "half", waits until that stands there durably, then does the rest. */
function halfThen(
  channel: MemoryChannel,
  rest: (more: (text: string) => void, signal: AbortSignal) => Promise<string>,
): TaskHandlers {
  return {
    ...echoTasks,
    answer: async (_, { progress, signal }) => {
      progress({ type: "text", delta: "half" });
      await eventually("the draft", () => channel.texts().includes("half"));
      await eventually("its id", async () => (await stored()).includes("posted-1"));
      return rest((delta) => progress({ type: "text", delta }), signal);
    },
  };
}

/** A store that a worker can be cut off from: calls wait, and fail once it is connected again. */
function cuttable(store: ConversationStore) {
  const back = new AbortController();
  let isCut = false;
  const wait = async <T>(call: () => Promise<T>): Promise<T> => {
    if (!isCut) return call();
    if (!back.signal.aborted) await once(back.signal, "abort");
    throw new FrontdeskError("store_unavailable", "the line was cut", { retryable: true });
  };
  const line: ConversationStore = {
    ...store,
    renew: (...call) => wait(() => store.renew(...call)),
    commit: (...call) => wait(() => store.commit(...call)),
    claim: (...call) => wait(() => store.claim(...call)),
    expireOwner: (...call) => wait(() => store.expireOwner(...call)),
  };
  return {
    line,
    cut: (): void => {
      isCut = true;
    },
    connect: (): void => {
      isCut = false;
      back.abort();
    },
  };
}

describe("drafts in trouble", () => {
  test("a worker that lost its lease does not write over the reply that another made of its draft", async () => {
    const channel = drafting();
    const { line, cut, connect } = cuttable(world.store);
    const tuning = { leaseMs: 300, foldMs: 5 };
    const later = new AbortController();
    let hasWritten = false;
    const tasks = halfThen(channel, async (more) => {
      await once(later.signal, "abort");
      more(" of it");
      hasWritten = true;
      return "never said";
    });
    await world.startWorker({ channels: [channel], owner: "one", store: line, tuning, tasks });
    await world.say("c", "hello");
    await eventually("the id of the draft", async () => (await stored()).includes("posted-1"));

    cut();
    await world.startWorker({ channels: [channel], owner: "two", tuning });
    await eventually("the reply", () => channel.texts().includes("answer to: hello"));
    const calls = channel.calls().length;
    later.abort();
    await eventually("the zombie to write", () => hasWritten);
    connect();
    await world.settled();

    expect(channel.texts()).toEqual(["answer to: hello"]);
    expect(channel.calls()).toHaveLength(calls);
  });

  test("a reply that waits for its draft is marked when it is sent, not before", async () => {
    const channel = drafting();
    await world.startWorker({
      channels: [channel],
      tasks: halfThen(channel, async (more) => {
        channel.setLatency(300);
        more(" of it");
        await eventually("the edit to begin", () => channel.calls().includes("edit"));
        return "final";
      }),
    });

    await world.say("c", "hello");
    await eventually("the edit to end", () => channel.texts().includes("half of it"));
    const ended = Date.now();
    await eventually(
      "the second edit",
      () => channel.calls().filter((c) => c === "edit").length > 1,
    );
    const markedAt = markOf(await stored());
    await world.settled();

    expect(markedAt).toBeGreaterThanOrEqual(ended - 50);
    expect(channel.texts()).toEqual(["final"]);
  });

  test("a draft that may not be edited any more gives way to the reply", async () => {
    const channel = drafting();
    await world.startWorker({
      channels: [channel],
      tasks: halfThen(channel, async (more) => {
        channel.fail("edit", { type: "rejected" });
        channel.fail("edit", { type: "rejected" });
        more(" of it");
        await eventually("the refusal", () => channel.calls().includes("edit"));
        return "final";
      }),
    });

    await world.say("c", "hello");
    await eventually("the reply", () => channel.texts().includes("final"));
    await world.settled();

    expect(channel.texts()).toEqual(["final"]);
  });

  test("a draft that is being taken back when its worker stops is taken back by the next one", async () => {
    const channel = drafting();
    const first = await world.startWorker({
      channels: [channel],
      tasks: halfThen(channel, (_, signal) => {
        return new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => reject(new Error("stopped")), { once: true });
        });
      }),
    });
    await world.say("c", "hello");
    await eventually("the id of the draft", async () => (await stored()).includes("posted-1"));

    channel.fail("remove", { type: "hangs" });
    await world.tell(dialogueOf("c"), { type: "conversation.reset" });
    await eventually("the removal to begin", () => channel.calls().includes("remove"));
    await first.close();
    expect(channel.texts()).toEqual(["half"]);

    await world.startWorker({ channels: [channel] });
    await world.settled();
    await eventually("the draft to go", () => channel.texts().length === 0);
  });
});
