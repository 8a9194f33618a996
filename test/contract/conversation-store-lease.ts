import { describe, expect, test } from "vitest";
import { eventually } from "../support/runtime-eventually.ts";
import type { SuiteContext } from "./conversation-store-context.ts";
import {
  claiming,
  claimOne,
  committing,
  dialogue,
  say,
  texts,
} from "./conversation-store-steps.ts";

/** Who holds an instance, for how long, and what becomes of a holder that is late. */
export function leaseTests({ store, open }: SuiteContext): void {
  describe("leases", () => {
    test("an expired lease goes to the next worker with the same events and a higher fence", async () => {
      await say(store(), dialogue("a"), "one");
      const first = await claimOne(store(), { leaseMs: 20 });

      const second = await claimOne(store(), { owner: "worker-2" });

      expect(second.lease.fence).toBeGreaterThan(first.lease.fence);
      expect(texts(second.inbox)).toEqual(["one"]);
    });

    test("a late holder can neither commit nor renew", async () => {
      await say(store(), dialogue("a"), "one");
      const late = await claimOne(store(), { leaseMs: 20 });
      const next = await claimOne(store(), { owner: "worker-2" });

      await expect(
        store().commit(late.lease, committing({ snapshot: '"late"', release: true })),
      ).rejects.toMatchObject({ code: "lease_lost" });
      expect(await store().renew(late.lease, 60_000)).toBeNull();

      await store().commit(next.lease, committing({ snapshot: '"next"' }));
      expect(await store().read(dialogue("a"))).toBe('"next"');
    });

    test("a renewed lease is kept beyond its first end and sees what was appended meanwhile", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store(), { leaseMs: 5_000 });
      await say(store(), dialogue("a"), "two");

      const renewal = await store().renew(claim.lease, 60_000);

      expect(texts(renewal?.inbox ?? [])).toEqual(["one", "two"]);
      expect(renewal?.now).toBeGreaterThanOrEqual(claim.now);
      expect(await store().claim(claiming({ owner: "worker-2" }))).toEqual([]);
    });

    test("a renewal may shorten a lease", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store());

      await store().renew(claim.lease, 10);

      const next = await claimOne(store(), { owner: "worker-2" });
      expect(next.lease.fence).toBeGreaterThan(claim.lease.fence);
    });

    test("an expired lease is claimable even when every event was consumed", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store(), { leaseMs: 20 });
      await store().commit(
        claim.lease,
        committing({ consumedThrough: claim.inbox[0]?.seq ?? null, snapshot: '"working"' }),
      );

      const next = await claimOne(store(), { owner: "worker-2" });

      expect(next.snapshot).toBe('"working"');
      expect(next.inbox).toEqual([]);
    });

    test("a lease that was given back is void", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store());
      await store().commit(claim.lease, committing({ release: true }));

      expect(await store().renew(claim.lease, 60_000)).toBeNull();
      await expect(store().commit(claim.lease, committing())).rejects.toMatchObject({
        code: "lease_lost",
      });
    });

    test("what a dead owner held is claimable at once, what others hold is not", async () => {
      const other = await open();
      await say(store(), dialogue("a"), "one");
      const held = await claimOne(store(), { owner: "dead" });
      await say(store(), dialogue("b"), "one");
      await claimOne(store(), { owner: "alive" });

      expect(await other.expireOwner("dead")).toBe(1);

      const claims = await other.claim(claiming({ owner: "worker-2" }));
      expect(claims.map(({ lease }) => lease.instance.id)).toEqual(["a"]);
      expect(claims[0]?.lease.fence).toBeGreaterThan(held.lease.fence);
      expect(await other.expireOwner("nobody")).toBe(0);
    });

    test("two handles never hold one instance at the same time", async () => {
      const other = await open();
      const seen: string[] = [];
      await Promise.all(
        Array.from({ length: 12 }, (_, index) => say(store(), dialogue(`i${index}`), "hello")),
      );

      const work = async (handle: ReturnType<typeof store>, owner: string): Promise<void> => {
        for (;;) {
          const claims = await handle.claim(claiming({ owner, limit: 2 }));
          if (claims.length === 0) return;
          seen.push(...claims.map(({ lease }) => lease.instance.id));
        }
      };
      await Promise.all([work(store(), "w1"), work(other, "w2"), work(other, "w3")]);

      expect(seen).toHaveLength(12);
      expect(new Set(seen).size).toBe(12);
    });

    test("a watcher is told of an append", async () => {
      const heard: string[] = [];
      const stop = store().watch((instance) => heard.push(instance.id));
      // A subscription may take a moment to stand, and calls may be lost: callers look again, and so does this test.
      await eventually("a call to the watcher", async () => {
        await say(store(), dialogue("a"), "hello");
        return heard.includes("a");
      });
      stop();
      const before = heard.length;

      await say(store(), dialogue("b"), "hello");

      expect(heard.slice(before)).not.toContain("b");
    });
  });
}
