import { describe, expect, test } from "vitest";
import { eventually } from "../support/runtime-eventually.ts";
import type { SuiteContext } from "./conversation-store-context.ts";
import { claiming, claimOne, committing, dialogue, say } from "./conversation-store-steps.ts";

/** Durable timers: armed by a commit, delivered once as events. */
export function timerTests({ store, open }: SuiteContext): void {
  describe("timers", () => {
    test("a due timer makes its instance claimable and lies in the mailbox once", async () => {
      const dueAt = await arm([{ id: "follow-up", token: "3.1", inMs: 15 }]);

      const claim = await claimOne(store());

      expect(claim.inbox.map(({ event }) => event)).toEqual([
        { type: "timer.due", id: "follow-up", token: "3.1" },
      ]);
      expect(claim.now).toBeGreaterThanOrEqual(dueAt);
      await store().commit(
        claim.lease,
        committing({ consumedThrough: claim.inbox[0]?.seq ?? null, release: true }),
      );
      expect(await store().claim(claiming())).toEqual([]);
    });

    test("a timer of the past is due at once", async () => {
      await arm([{ id: "t", token: "1.1", inMs: -1_000 }]);

      expect(await store().claim(claiming())).toHaveLength(1);
    });

    test("a timer of the future waits", async () => {
      await arm([{ id: "t", token: "1.1", inMs: 3_600_000 }]);

      expect(await store().claim(claiming())).toEqual([]);
      expect((await store().counts()).timers).toBe(1);
    });

    test("a timer survives its handle", async () => {
      await arm([{ id: "t", token: "1.1", inMs: 10 }]);
      const other = await open();

      const claim = await claimOne(other);

      expect(claim.inbox[0]?.event).toEqual({ type: "timer.due", id: "t", token: "1.1" });
    });

    test("a commit replaces all timers of its instance", async () => {
      await arm([
        { id: "cancelled", token: "1.1", inMs: 3_600_000 },
        { id: "kept", token: "1.2", inMs: 3_600_000 },
      ]);
      await say(store(), dialogue("a"), "again");
      const claim = await claimOne(store());
      await store().commit(
        claim.lease,
        committing({
          consumedThrough: claim.inbox[0]?.seq ?? null,
          timers: [{ id: "kept", token: "2.1", dueAt: claim.now - 1 }],
          release: true,
        }),
      );

      const next = await claimOne(store());

      expect(next.inbox.map(({ event }) => event)).toEqual([
        { type: "timer.due", id: "kept", token: "2.1" },
      ]);
      expect((await store().counts()).timers).toBe(0);
    });

    test("a timer that falls due while its instance is held reaches the holder by renewing", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store());
      await store().commit(
        claim.lease,
        committing({
          consumedThrough: claim.inbox[0]?.seq ?? null,
          timers: [{ id: "limit", token: "1.1", dueAt: claim.now + 10 }],
        }),
      );

      const inbox = await eventually("the timer's event", async () => {
        const renewal = await store().renew(claim.lease, 60_000);
        return renewal !== null && renewal.inbox.length > 0 ? renewal.inbox : null;
      });

      expect(inbox.map(({ event }) => event)).toEqual([
        { type: "timer.due", id: "limit", token: "1.1" },
      ]);
      expect(await store().claim(claiming({ owner: "worker-2" }))).toEqual([]);
    });

    test("a timer whose event was read can be armed again under the same id and token", async () => {
      await say(store(), dialogue("a"), "hello");
      for (const round of ["first", "second"]) {
        const claim = await claimOne(store());
        const timers = [{ id: "runtime.wake", token: "3", dueAt: claim.now + 5 }];
        const consumedThrough = claim.inbox.at(-1)?.seq ?? null;
        await store().commit(
          claim.lease,
          committing({ consumedThrough, snapshot: `{"round":"${round}"}`, timers, release: true }),
        );
      }

      const third = await claimOne(store());

      expect(third.snapshot).toBe('{"round":"second"}');
      expect(third.inbox.map(({ event }) => event)).toEqual([
        { type: "timer.due", id: "runtime.wake", token: "3" },
      ]);
    });

    test("a timer whose event is unread is not armed a second time by a commit that still has it", async () => {
      await say(store(), dialogue("a"), "hello");
      const claim = await claimOne(store());
      const consumedThrough = claim.inbox.at(-1)?.seq ?? null;
      const timers = [{ id: "limit", token: "1.1", dueAt: claim.now - 1 }];
      await store().commit(claim.lease, committing({ consumedThrough, timers }));
      await eventually("the timer's event", async () => {
        const renewal = await store().renew(claim.lease, 60_000);
        return renewal !== null && renewal.inbox.length > 0;
      });
      await store().commit(claim.lease, committing({ consumedThrough, timers, release: true }));

      const next = await claimOne(store());

      expect(next.inbox.map(({ event }) => event)).toEqual([
        { type: "timer.due", id: "limit", token: "1.1" },
      ]);
    });

    test("an instance with a timer is not forgotten before it was due", async () => {
      await arm([{ id: "t", token: "1.1", inMs: 25 }], 1);

      const claim = await claimOne(store());

      expect(claim.snapshot).toBe("{}");
    });

    test("several timers come in the order in which they were due", async () => {
      await arm([
        { id: "later", token: "1.1", inMs: -10 },
        { id: "sooner", token: "1.2", inMs: -20 },
      ]);

      const claim = await claimOne(store());

      expect(claim.inbox.map(({ event }) => event)).toEqual([
        { type: "timer.due", id: "sooner", token: "1.2" },
        { type: "timer.due", id: "later", token: "1.1" },
      ]);
    });
  });

  /** Arms timers on instance `a`, relative to the store's clock, and returns when the first is due. */
  async function arm(
    timers: readonly { readonly id: string; readonly token: string; readonly inMs: number }[],
    idleTtlMs: number | null = null,
  ): Promise<number> {
    await say(store(), dialogue("a"), "hello");
    const claim = await claimOne(store());
    const stored = timers.map(({ id, token, inMs }) => ({ id, token, dueAt: claim.now + inMs }));
    await store().commit(
      claim.lease,
      committing({
        consumedThrough: claim.inbox.at(-1)?.seq ?? null,
        timers: stored,
        release: true,
        idleTtlMs,
      }),
    );
    return Math.min(...stored.map(({ dueAt }) => dueAt));
  }
}
