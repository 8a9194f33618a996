import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { TaskHandlers } from "../../../src/ports/task.ts";
import type { Engine } from "../../../src/runtime/index.ts";
import { createMemoryChannel, type MemoryChannel } from "../../support/memory-channel.ts";
import { eventually } from "../../support/runtime-eventually.ts";
import { createRuntimeWorld, textOf } from "../../support/runtime-world.ts";

const NAMES = ["a", "b", "c"];
const WORKERS = ["w1", "w2"];

/** One blow of fate. */
const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("say" as const), name: fc.constantFrom(...NAMES) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("restart" as const),
      worker: fc.constantFrom(...WORKERS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(8) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("fault" as const),
      call: fc.constantFrom("post" as const, "find" as const, "edit" as const),
      fault: fc.constantFrom(
        { type: "arrived-unheard" } as const,
        { type: "lost" } as const,
        { type: "hangs" } as const,
        { type: "rate-limited", retryAfterMs: 3 } as const,
      ),
    }),
  },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** Answers after a moment, with text on the way, and fails now and then for a passing reason. */
function tasksWith(pace: readonly number[]): TaskHandlers {
  let calls = 0;
  return {
    understand: async () => ({}),
    answer: async (input, { progress, signal }) => {
      const ms = pace[calls % pace.length] ?? 0;
      calls += 1;
      progress({ type: "text", delta: "thinking about it" });
      await sleep(ms, null, { signal });
      if (calls % 5 === 0) throw new FrontdeskError("model_busy", "not now", { retryable: true });
      progress({ type: "text", delta: ", still" });
      await sleep(ms, null, { signal });
      return textOf(input);
    },
  };
}

async function play(
  acts: readonly Act[],
  pace: readonly number[],
  channel: MemoryChannel,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const world = await createRuntimeWorld();
  const said = new Map<string, string[]>(NAMES.map((name) => [name, []]));
  const engines = new Map<string, Engine>();
  const start = async (owner: string): Promise<void> => {
    const tuning = { leaseMs: 2_000, foldMs: 1, sendTimeoutMs: 20, concurrency: 2 };
    engines.set(
      owner,
      await world.startWorker({ owner, channels: [channel], tasks: tasksWith(pace), tuning }),
    );
  };
  try {
    for (const owner of WORKERS) await start(owner);
    for (const [index, next] of acts.entries()) {
      if (next.kind === "say") {
        said.get(next.name)?.push(String(index));
        await world.say(next.name, String(index));
      } else if (next.kind === "restart") {
        await engines.get(next.worker)?.drain({ timeoutMs: index % 3 });
        await start(next.worker);
      } else if (next.kind === "fault") {
        channel.fail(next.call, next.fault);
      } else {
        await sleep(next.ms);
      }
    }
    await eventually("everything to be answered", async () => {
      const { ready, leased, unread, timers } = await world.store.counts();
      return ready + leased + unread + timers === 0;
    });
    return said;
  } finally {
    await world.dispose();
  }
}

/** The messages that the replies of a conversation answer, in order. */
function answered(channel: MemoryChannel, name: string): readonly string[] {
  return channel.texts(name).flatMap((text) => text.split(" | "));
}

describe("two workers in bad weather", () => {
  test("every message is answered once and in order, whatever breaks on the way", async () => {
    const pace = fc.array(fc.nat(6), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), pace, async (acts, ms) => {
        const channel = createMemoryChannel({ settleMs: 60 });

        const said = await play(acts, ms, channel);

        for (const name of NAMES) expect(answered(channel, name)).toEqual(said.get(name));
      }),
      { numRuns: 10 },
    );
  });

  test("the same with answers that grow as drafts, and nothing half stays behind", async () => {
    const pace = fc.array(fc.nat(6), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), pace, async (acts, ms) => {
        const channel = createMemoryChannel({ settleMs: 60, drafts: { minIntervalMs: 1 } });

        const said = await play(acts, ms, channel);

        for (const name of NAMES) expect(answered(channel, name)).toEqual(said.get(name));
      }),
      { numRuns: 10 },
    );
  });
});
