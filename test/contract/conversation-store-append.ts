import { describe, expect, test } from "vitest";
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

/** Appending, redelivery, order, and who may claim what. */
export function appendAndClaimTests({ store, open }: SuiteContext): void {
  describe("append and claim", () => {
    test("an appended event is claimed with its order, its number and the store's time", async () => {
      await say(store(), dialogue("a"), "one");
      await say(store(), dialogue("a"), "two");

      const claim = await claimOne(store());

      expect(claim.snapshot).toBeNull();
      expect(claim.lease).toMatchObject({ instance: dialogue("a"), owner: "worker-1" });
      expect(texts(claim.inbox)).toEqual(["one", "two"]);
      const [first, second] = claim.inbox;
      expect((second?.seq ?? 0) - (first?.seq ?? 0)).toBe(1);
      expect(first?.at).toBeLessThanOrEqual(claim.now);
      expect(first?.at).toBeGreaterThan(0);
    });

    test("an event survives as the JSON that it was", async () => {
      const event = {
        type: "said",
        text: '“naïve” 你好 👩‍💻 \u2028 \\ " \n',
        nested: { empty: {}, list: [], none: null, big: 2 ** 53 - 1, small: -0.5 },
      };
      await store().append({ instance: dialogue("a"), event, dedupeKeys: ["k"] });

      const claim = await claimOne(store());

      expect(claim.inbox[0]?.event).toEqual(event);
    });

    test("an event with a known dedupe key is ignored, whichever of its keys it is", async () => {
      expect(await say(store(), dialogue("a"), "one", ["event:1", "message:1"])).toBe(true);

      expect(await say(store(), dialogue("a"), "again", ["event:1"])).toBe(false);
      expect(await say(store(), dialogue("a"), "twin", ["event:2", "message:1"])).toBe(false);

      const claim = await claimOne(store());
      expect(texts(claim.inbox)).toEqual(["one"]);
    });

    test("a redelivery after the event was handled is still ignored", async () => {
      await say(store(), dialogue("a"), "one", ["event:1"]);
      const claim = await claimOne(store());
      await store().commit(
        claim.lease,
        committing({ consumedThrough: claim.inbox[0]?.seq ?? null, release: true }),
      );

      expect(await say(store(), dialogue("a"), "again", ["event:1"])).toBe(false);
      expect(await store().claim(claiming())).toEqual([]);
    });

    test("a dedupe key of one instance means nothing to another", async () => {
      await say(store(), dialogue("a"), "one", ["k"]);

      expect(await say(store(), dialogue("b"), "one", ["k"])).toBe(true);
    });

    test("an event without dedupe keys is always taken", async () => {
      expect(await say(store(), dialogue("a"), "one", [])).toBe(true);
      expect(await say(store(), dialogue("a"), "one", [])).toBe(true);
    });

    test("of many concurrent deliveries through two handles exactly one counts", async () => {
      const other = await open();

      const taken = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          say(index % 2 === 0 ? store() : other, dialogue("a"), "same", ["k"]),
        ),
      );

      expect(taken.filter(Boolean)).toHaveLength(1);
      expect(texts((await claimOne(store())).inbox)).toEqual(["same"]);
    });

    test("events appended without waiting keep the order of the calls", async () => {
      const said = Array.from({ length: 30 }, (_, index) => String(index));

      await Promise.all(said.map((text) => say(store(), dialogue("a"), text)));

      const claim = await claimOne(store());
      expect(texts(claim.inbox)).toEqual(said);
    });

    test("at most 64 events come at once and the rest follows in order", async () => {
      const said = Array.from({ length: 70 }, (_, index) => String(index));
      await Promise.all(said.map((text) => say(store(), dialogue("a"), text)));

      const claim = await claimOne(store());
      await store().commit(
        claim.lease,
        committing({ consumedThrough: claim.inbox.at(-1)?.seq ?? null }),
      );
      const renewal = await store().renew(claim.lease, 60_000);

      expect(claim.inbox).toHaveLength(64);
      expect(texts(renewal?.inbox ?? [])).toEqual(said.slice(64));
    });

    test("a claimed instance is nobody else's", async () => {
      const other = await open();
      await say(store(), dialogue("a"), "one");

      const claims = await Promise.all([
        store().claim(claiming()),
        other.claim(claiming({ owner: "worker-2" })),
        store().claim(claiming({ owner: "worker-3" })),
      ]);

      expect(claims.flat()).toHaveLength(1);
    });

    test("a claim takes no more than its limit, and the longest waiting first", async () => {
      for (const id of ["a", "b", "c"]) {
        await say(store(), dialogue(id), "hello");
        await waitForNextMillisecond();
      }

      const claims = await store().claim(claiming({ limit: 2 }));
      const rest = await store().claim(claiming({ limit: 2 }));

      expect(claims.map(({ lease }) => lease.instance.id)).toEqual(["a", "b"]);
      expect(rest.map(({ lease }) => lease.instance.id)).toEqual(["c"]);
    });

    test("an instance with much to do goes behind the others when it is given back", async () => {
      await say(store(), dialogue("busy"), "one");
      const busy = await claimOne(store());
      await say(store(), dialogue("other"), "hello");
      await say(store(), dialogue("busy"), "two");
      await waitForNextMillisecond();
      await store().commit(
        busy.lease,
        committing({ consumedThrough: busy.inbox[0]?.seq ?? null, release: true }),
      );

      const next = await claimOne(store());

      expect(next.lease.instance.id).toBe("other");
    });

    test("kinds that a worker does not know are left alone", async () => {
      await say(store(), { kind: "case", id: "1" }, "hello");

      expect(await store().claim(claiming())).toEqual([]);
      expect(await store().claim(claiming({ supports: { dialogue: 1, case: 1 } }))).toHaveLength(1);
    });

    test("snapshots newer than a worker understands are left alone and lose nothing", async () => {
      await settle(store(), dialogue("a"), { snapshot: '{"new":true}', version: 3 });
      await say(store(), dialogue("a"), "later");

      expect(await store().claim(claiming({ supports: { dialogue: 2 } }))).toEqual([]);

      const claim = await claimOne(store(), { supports: { dialogue: 3 } });
      expect(claim.snapshot).toBe('{"new":true}');
      expect(texts(claim.inbox)).toEqual(["later"]);
    });

    test("addresses with separators, spaces and other scripts stay apart", async () => {
      const ids = ["a/b", "a:b", "a b", "a{b}", "对话", "a/b/c", "%2F"];
      for (const id of ids) await say(store(), dialogue(id), id);

      const claims = await store().claim(claiming({ limit: 20 }));

      expect(claims.map(({ lease }) => lease.instance.id).toSorted()).toEqual(ids.toSorted());
      expect(claims.every(({ lease, inbox }) => texts(inbox)[0] === lease.instance.id)).toBe(true);
    });
  });
}

/** Orders are by milliseconds: two acts of one test must not share one. */
async function waitForNextMillisecond(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 3));
}
