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

/** What operators see, and removing an instance. */
export function directoryTests({ store, open }: SuiteContext): void {
  describe("directory", () => {
    test("an unknown instance has no snapshot and cannot be removed", async () => {
      expect(await store().read(dialogue("a"))).toBeNull();
      expect(await store().remove(dialogue("a"))).toBeNull();
    });

    test("instances are listed newest first, by kind and up to a limit", async () => {
      for (const id of ["a", "b", "c"]) {
        await settle(store(), dialogue(id), { version: 2 });
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
      await settle(store(), { kind: "case", id: "1" });

      const dialogues = await store().list({ kind: "dialogue", limit: 2 });
      const all = await store().list({ kind: null, limit: 10 });

      expect(dialogues.map(({ instance }) => instance.id)).toEqual(["c", "b"]);
      expect(dialogues[0]).toMatchObject({
        version: 2,
        unread: 0,
        isLeased: false,
        timers: 0,
        deadLetters: 0,
      });
      expect(dialogues[0]?.updatedAt).toBeGreaterThan(0);
      expect(all).toHaveLength(4);
      expect(all[0]?.instance).toEqual({ kind: "case", id: "1" });
    });

    test("a summary tells of unread events, lease, timers and dead letters", async () => {
      await say(store(), dialogue("a"), "one");
      await say(store(), dialogue("a"), "two");
      const claim = await claimOne(store());
      await store().commit(
        claim.lease,
        committing({
          consumedThrough: claim.inbox[0]?.seq ?? null,
          timers: [{ id: "t", token: "1.1", dueAt: claim.now + 60_000 }],
          deadLetters: 2,
        }),
      );

      const [summary] = await store().list({ kind: null, limit: 10 });

      expect(summary).toMatchObject({
        instance: dialogue("a"),
        unread: 1,
        isLeased: true,
        timers: 1,
        deadLetters: 2,
      });
    });

    test("effects that wait are counted over all instances, held or not, until they are gone", async () => {
      const waiting = async () => (await store().counts()).waiting;
      await settle(store(), dialogue("quiet"));
      await settle(store(), dialogue("stuck"), { waiting: 2 });
      await say(store(), dialogue("busy"), "one");
      const claim = await claimOne(store());
      await store().commit(claim.lease, committing({ release: false, waiting: 3 }));

      expect(await waiting()).toBe(5);
      await store().commit(claim.lease, committing({ waiting: 0 }));
      expect(await waiting()).toBe(2);
      await settle(store(), dialogue("stuck"), { waiting: 1 });
      expect(await waiting()).toBe(1);
      await store().remove(dialogue("stuck"));
      expect(await waiting()).toBe(0);
    });

    test("only instances with dead letters are found among them, until they have none", async () => {
      await settle(store(), dialogue("fine"));
      await settle(store(), dialogue("older"), { deadLetters: 1 });
      await new Promise((resolve) => setTimeout(resolve, 3));
      await settle(store(), dialogue("newer"), { deadLetters: 3 });

      const found = await store().deadLettered({ limit: 10 });
      const one = await store().deadLettered({ limit: 1 });
      const paged: string[] = [];
      for (let skip = 0; skip < 3; skip += 1) {
        const page = await store().deadLettered({ limit: 1, skip });
        paged.push(...page.map(({ instance }) => instance.id));
      }
      const { deadLetters } = await store().counts();
      await settle(store(), dialogue("newer"), { deadLetters: 0 });
      const after = await store().deadLettered({ limit: 10 });

      expect(found.map(({ instance, deadLetters }) => [instance.id, deadLetters])).toEqual([
        ["newer", 3],
        ["older", 1],
      ]);
      expect(one[0]?.instance.id).toBe("newer");
      expect([...new Set(paged)].toSorted()).toEqual(["newer", "older"]);
      expect(deadLetters).toBe(4);
      expect((await store().counts()).deadLetters).toBe(1);
      expect(after.map(({ instance }) => instance.id)).toEqual(["older"]);
    });

    test("counts follow what happens", async () => {
      await settle(store(), dialogue("idle"));
      await say(store(), dialogue("held"), "one");
      await claimOne(store());
      await say(store(), dialogue("waiting"), "one");
      await say(store(), dialogue("waiting"), "two");

      const counts = await store().counts();

      expect(counts).toMatchObject({ instances: 3, ready: 1, leased: 1, unread: 3, timers: 0 });
    });

    test("removing takes snapshot, mailbox and timers", async () => {
      await settle(store(), dialogue("a"), {
        snapshot: '"secret"',
        timers: [{ id: "t", token: "1.1", dueAt: Number.MAX_SAFE_INTEGER }],
        deadLetters: 1,
      });
      await say(store(), dialogue("a"), "unread");

      expect(await store().remove(dialogue("a"))).toEqual({ snapshot: '"secret"' });

      expect(await store().read(dialogue("a"))).toBeNull();
      expect(await store().claim(claiming())).toEqual([]);
      expect(await store().list({ kind: null, limit: 10 })).toEqual([]);
      expect(await store().deadLettered({ limit: 10 })).toEqual([]);
      expect(await store().counts()).toEqual({
        instances: 0,
        ready: 0,
        leased: 0,
        unread: 0,
        timers: 0,
        deadLetters: 0,
        waiting: 0,
      });
    });

    test("an instance that was never committed is removed without a snapshot", async () => {
      await say(store(), dialogue("a"), "unread");

      expect(await store().remove(dialogue("a"))).toEqual({ snapshot: null });
    });

    test("who watches hears that an instance is removed, so that its holder stops", async () => {
      await say(store(), dialogue("a"), "one");
      const heard: string[] = [];
      const stop = store().watch(({ id }) => heard.push(id));
      await eventually("listening", async () => {
        await say(store(), dialogue("other"), "anything");
        return heard.includes("other");
      });

      await store().remove(dialogue("a"));

      await eventually("word of the removal", () => heard.includes("a"));
      stop();
    });

    test("a running turn of a removed instance is fenced off, even when the instance is born again", async () => {
      const other = await open();
      await say(store(), dialogue("a"), "one");
      const old = await claimOne(store());
      await other.remove(dialogue("a"));

      expect(await store().renew(old.lease, 60_000)).toBeNull();
      await say(other, dialogue("a"), "reborn");
      const reborn = await claimOne(other, { owner: "worker-2" });
      await expect(
        store().commit(old.lease, committing({ snapshot: '"ghost"' })),
      ).rejects.toMatchObject({ code: "lease_lost" });

      expect(reborn.snapshot).toBeNull();
      expect(texts(reborn.inbox)).toEqual(["reborn"]);
      expect(await other.renew(reborn.lease, 60_000)).not.toBeNull();
    });
  });
}
