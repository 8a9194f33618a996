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

  test("loses what was acknowledged and had not reached the replica, nothing older, and takes it when it is sent again", async () => {
    const pair = await openFailover({ lagMs: 0 });
    cleanups.push(pair.close);
    const reached = Array.from({ length: 20 }, (_, index) => `reached ${index}`);
    const late = Array.from({ length: 20 }, (_, index) => `late ${index}`);
    for (const text of reached) await say(pair.store, dialogue("a"), text, [text]);
    await pair.caughtUp();
    pair.loseWhatIsReplicated();
    for (const text of late) await say(pair.store, dialogue("a"), text, [text]);

    await pair.failOver();

    expect(await say(pair.store, dialogue("a"), "late 0", ["late 0"])).toBe(true);
    expect(await say(pair.store, dialogue("a"), "reached 0", ["reached 0"])).toBe(false);
    expect(await pair.survivors()).toEqual([...reached, "late 0"]);
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
    // The server counts a replica only once it has heard of it.
    await eventually("the replica to count", () =>
      say(pair.store, dialogue("a"), "one", ["one"]).then(
        () => true,
        () => false,
      ),
    );

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
