import { describe, expect, test } from "vitest";
import { eventually } from "../support/runtime-eventually.ts";
import type { SuiteContext } from "./conversation-store-context.ts";
import {
  claiming,
  claimOne,
  committing,
  dialogue,
  say,
  settle,
  texts,
} from "./conversation-store-steps.ts";

/** One atomic step of an instance. */
export function commitTests({ store, open }: SuiteContext): void {
  describe("commit", () => {
    test("a snapshot comes back as the very text that was committed", async () => {
      const snapshot = JSON.stringify({
        text: "你好 👋 \u0000 \u2028",
        list: [],
        big: "x".repeat(200_000),
      });
      await settle(store(), dialogue("a"), { snapshot });
      await say(store(), dialogue("a"), "again");

      const claim = await claimOne(store());

      expect(claim.snapshot).toBe(snapshot);
    });

    test("only events up to the given number are consumed", async () => {
      for (const text of ["one", "two", "three"]) await say(store(), dialogue("a"), text);
      const claim = await claimOne(store());

      await store().commit(
        claim.lease,
        committing({ consumedThrough: claim.inbox[1]?.seq ?? null }),
      );

      const renewal = await store().renew(claim.lease, 60_000);
      expect(texts(renewal?.inbox ?? [])).toEqual(["three"]);
    });

    test("a commit that consumes nothing leaves all events unread", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store());

      await store().commit(claim.lease, committing({ release: true }));

      expect(texts((await claimOne(store())).inbox)).toEqual(["one"]);
    });

    test("numbers go on growing by one after everything was consumed", async () => {
      await say(store(), dialogue("a"), "one");
      const first = await claimOne(store());
      const seq = first.inbox[0]?.seq ?? 0;
      await store().commit(first.lease, committing({ consumedThrough: seq, release: true }));
      await say(store(), dialogue("a"), "two");

      const second = await claimOne(store());

      expect(second.inbox.map((stored) => stored.seq)).toEqual([seq + 1]);
    });

    test("an event that arrived before the release is not left lying", async () => {
      const other = await open();
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store());
      await say(other, dialogue("a"), "two");

      await store().commit(
        claim.lease,
        committing({ consumedThrough: claim.inbox[0]?.seq ?? null, release: true }),
      );

      const [next] = await store().claim(claiming());
      expect(texts(next?.inbox ?? [])).toEqual(["two"]);
    });

    test("a released instance with nothing unread is not claimed", async () => {
      await settle(store(), dialogue("a"));

      expect(await store().claim(claiming())).toEqual([]);
    });

    test("the same commit repeated changes nothing, even after the lease was given back", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store());
      const commit = committing({
        consumedThrough: claim.inbox[0]?.seq ?? null,
        snapshot: '"done"',
        release: true,
      });
      await store().commit(claim.lease, commit);
      await say(store(), dialogue("a"), "two");

      await store().commit(claim.lease, commit);

      const next = await claimOne(store());
      expect(texts(next.inbox)).toEqual(["two"]);
      expect(next.snapshot).toBe('"done"');
    });

    test("a repeated commit does not take the lease from the next holder", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store());
      const commit = committing({ release: true });
      await store().commit(claim.lease, commit);
      const next = await claimOne(store(), { owner: "worker-2" });

      await store().commit(claim.lease, commit);

      expect(await store().renew(next.lease, 60_000)).not.toBeNull();
      expect(await store().claim(claiming())).toEqual([]);
    });

    test("commits, renewals and appends from two handles do not get in one another's way", async () => {
      const other = await open();
      await say(store(), dialogue("a"), "first");
      const claim = await claimOne(store());
      const appended = Promise.all(
        Array.from({ length: 10 }, (_, index) => say(other, dialogue("a"), `m${index}`)),
      );
      for (let round = 0; round < 5; round += 1) {
        await store().commit(claim.lease, committing({ snapshot: String(round) }));
        expect(await store().renew(claim.lease, 60_000)).not.toBeNull();
      }
      await appended;

      const renewal = await store().renew(claim.lease, 60_000);

      expect(texts(renewal?.inbox ?? []).toSorted()).toEqual(
        ["first", ...Array.from({ length: 10 }, (_, index) => `m${index}`)].toSorted(),
      );
      expect(await other.read(dialogue("a"))).toBe("4");
    });

    test("an idle instance is forgotten after its time, and starts anew afterwards", async () => {
      await settle(store(), dialogue("a"), { snapshot: '"old"', idleTtlMs: 20 });

      await eventually("the end of an idle instance", async () => {
        return (await store().read(dialogue("a"))) === null;
      });

      await say(store(), dialogue("a"), "hello again");
      const claim = await claimOne(store());
      expect(claim.snapshot).toBeNull();
      expect(texts(claim.inbox)).toEqual(["hello again"]);
    });

    test("an instance with an unread event is never forgotten", async () => {
      await say(store(), dialogue("a"), "one");
      const claim = await claimOne(store());
      await say(store(), dialogue("a"), "two");
      await store().commit(
        claim.lease,
        committing({
          consumedThrough: claim.inbox[0]?.seq ?? null,
          snapshot: '"kept"',
          release: true,
          idleTtlMs: 1,
        }),
      );
      await new Promise((resolve) => setTimeout(resolve, 15));

      const next = await claimOne(store());

      expect(next.snapshot).toBe('"kept"');
      expect(texts(next.inbox)).toEqual(["two"]);
    });

    test("a new event stops the time of silence", async () => {
      await settle(store(), dialogue("a"), { snapshot: '"kept"', idleTtlMs: 60_000 });
      await say(store(), dialogue("a"), "again");
      const claim = await claimOne(store());
      expect(claim.snapshot).toBe('"kept"');

      await store().commit(
        claim.lease,
        committing({
          consumedThrough: claim.inbox[0]?.seq ?? null,
          snapshot: '"later"',
          release: true,
          idleTtlMs: null,
        }),
      );

      expect(await store().read(dialogue("a"))).toBe('"later"');
    });
  });
}
