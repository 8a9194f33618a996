import { randomUUID } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { isFrontdeskError } from "../../src/core/index.ts";
import { claimOne, dialogue, say, texts } from "../contract/conversation-store-steps.ts";
import { openFailover } from "../support/redis-failover.ts";
import { eventually } from "../support/runtime-eventually.ts";

const cleanups: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

describe("a failover to a replica that is promoted by hand", () => {
  test("loses nothing that the replica had, and knows what it was sent before", async () => {
    const pair = await openFailover({ lagMs: 0 });
    cleanups.push(pair.close);
    const sent = Array.from({ length: 50 }, (_, index) => String(index));
    for (const text of sent) await say(pair.store, dialogue("a"), text, [text]);
    await pair.caughtUp();

    await pair.failOver();

    expect(await say(pair.store, dialogue("a"), "0", ["0"])).toBe(false);
    expect(texts((await claimOne(pair.store)).inbox)).toEqual(sent);
  });

  test("loses what was acknowledged within the replica's lag and nothing older, and takes it when it is sent again", async () => {
    const lagMs = 300;
    const pair = await openFailover({ lagMs });
    cleanups.push(pair.close);

    const { acknowledged, diedAt } = await pair.appendUntilDeath(2_000);
    const kept = new Set(await pair.survivors());
    const lost = acknowledged.filter(({ text }) => !kept.has(text));

    expect(acknowledged.length).toBeGreaterThan(50);
    expect(lost.length).toBeGreaterThan(0);
    // The line to the replica holds everything back for its lag; a busy machine adds a moment of its own.
    for (const { at } of lost) expect(diedAt - at).toBeLessThan(lagMs + 1_000);
    // In order: what is lost is the end of what was sent.
    const firstLost = acknowledged.findIndex(({ text }) => !kept.has(text));
    expect(acknowledged.slice(firstLost)).toEqual(lost);
    const [again] = lost;
    if (again === undefined) throw new Error("something was lost");
    expect(await say(pair.store, dialogue("a"), again.text, [again.text])).toBe(true);
  });

  test("an old lease is void after it, and the next one has a higher fence", async () => {
    const pair = await openFailover({ lagMs: 0 });
    cleanups.push(pair.close);
    await say(pair.store, dialogue("a"), "one");
    await pair.caughtUp();
    await pair.cutOffReplica();
    const held = await claimOne(pair.store, { owner: "before" });

    await pair.failOver();
    const next = await claimOne(pair.store, { owner: "after" });

    expect(next.lease.fence).toBeGreaterThan(held.lease.fence);
    await expect(
      pair.store.commit(held.lease, {
        commitId: randomUUID(),
        consumedThrough: null,
        snapshot: '"late"',
        version: 1,
        timers: [],
        release: true,
        idleTtlMs: null,
      }),
    ).rejects.toMatchObject({ code: "lease_lost" });
  });
});

describe("a server that wants a replica to be there (min-replicas-to-write)", () => {
  test("takes no event without one, so that platforms send again, and takes them when it is back", async () => {
    const pair = await openFailover({ lagMs: 0 });
    cleanups.push(pair.close);
    await pair.wantReplicas(1);
    await say(pair.store, dialogue("a"), "one", ["one"]);

    await pair.cutOffReplica();
    const refused = await eventually("a refusal", () =>
      say(pair.store, dialogue("a"), "two", ["two"]).then(
        () => null,
        (error: unknown) => error,
      ),
    );

    expect(isFrontdeskError(refused, "store_unavailable") && refused.retryable).toBe(true);
    await pair.reconnectReplica();
    await eventually("the event to be taken", () =>
      say(pair.store, dialogue("b"), "three", ["three"]).then(
        () => true,
        () => false,
      ),
    );
  });
});
