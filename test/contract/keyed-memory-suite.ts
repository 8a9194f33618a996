import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isFrontdeskError } from "../../src/core/index.ts";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";

/** Memories of one kind to try the contract on. */
export interface KeyedMemoryHarness {
  readonly memory: KeyedMemory;
  /** Another process of the same installation. */
  open(): Promise<KeyedMemory>;
  /** Lets time pass, by the clock that the memory goes by. */
  pass(ms: number): Promise<void>;
  dispose(): Promise<void>;
}

const HOUR_MS = 3_600_000;
let places = 0;

/** A part of the names that no other test uses. */
function place(): string {
  places += 1;
  return `test:${Date.now()}-${places}:`;
}

/** The promises of the port, for any implementation. */
export function describeKeyedMemory(name: string, start: () => Promise<KeyedMemoryHarness>): void {
  describe(`keyed memory: ${name}`, () => {
    let harness: KeyedMemoryHarness;
    let memory: KeyedMemory;
    beforeAll(async () => {
      harness = await start();
      memory = harness.memory;
    });
    afterAll(() => harness.dispose());

    it.each([
      ["an object", { question: "多少钱？", n: 3, parts: [null, true, "\u{1f680}"] }],
      ["a list", ["a", 1]],
      ["a text that looks like JSON", '{"a":1}'],
      ["an empty text", ""],
      ["a number", 0.25],
      ["false", false],
    ])("gives back %s as it was set", async (_what, value) => {
      const key = place();

      await memory.set(key, value, HOUR_MS);

      expect(await memory.get(key)).toEqual(value);
    });

    it("gives null for what was never set", async () => {
      expect(await memory.get(place())).toBeNull();
    });

    it("replaces what was set before", async () => {
      const key = place();

      await memory.set(key, "old", HOUR_MS);
      await memory.set(key, "new", HOUR_MS);

      expect(await memory.get(key)).toBe("new");
    });

    it("shows to one process what another has set", async () => {
      const key = place();
      const other = await harness.open();

      await memory.set(key, "shared", HOUR_MS);

      expect(await other.get(key)).toBe("shared");
    });

    it("forgets what was deleted; deleting it again does no harm", async () => {
      const key = place();
      await memory.set(key, "gone soon", HOUR_MS);

      await memory.delete(key);
      await memory.delete(key);

      expect(await memory.get(key)).toBeNull();
      expect(await memory.list(key, 10)).toEqual([]);
    });

    it("forgets what is too old, and a later set makes it live anew", async () => {
      const key = place();
      await memory.set(`${key}short`, 1, 200);
      await memory.set(`${key}long`, 2, HOUR_MS);

      await harness.pass(300);

      expect(await memory.get(`${key}short`)).toBeNull();
      expect(await memory.list(key, 10)).toEqual([{ name: `${key}long`, value: 2 }]);
      await memory.set(`${key}short`, 3, HOUR_MS);
      expect(await memory.get(`${key}short`)).toBe(3);
    });

    it("lets exactly one of many claim a name", async () => {
      const key = place();
      const other = await harness.open();

      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          (index % 2 === 0 ? memory : other).claim(key, index, HOUR_MS),
        ),
      );

      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await memory.get(key)).toBe(claims.indexOf(true));
    });

    it("takes what was set for claimed, and gives a name free when it is too old or deleted", async () => {
      const key = place();
      await memory.set(`${key}set`, 1, HOUR_MS);
      await memory.claim(`${key}old`, 1, 200);
      await memory.claim(`${key}deleted`, 1, HOUR_MS);

      await memory.delete(`${key}deleted`);
      await harness.pass(300);

      expect(await memory.claim(`${key}set`, 2, HOUR_MS)).toBe(false);
      expect(await memory.claim(`${key}old`, 2, HOUR_MS)).toBe(true);
      expect(await memory.claim(`${key}deleted`, 2, HOUR_MS)).toBe(true);
      expect(await memory.get(`${key}set`)).toBe(1);
      expect(await memory.get(`${key}old`)).toBe(2);
    });

    it("lists what begins so, newest first, at most as many as asked for", async () => {
      const key = place();
      for (const letter of ["a", "b", "c", "d"]) {
        await memory.set(`${key}${letter}`, letter, HOUR_MS);
        await harness.pass(2);
      }
      await memory.set(`${key}a`, "a again", HOUR_MS);
      await memory.set(`${place()}other`, "elsewhere", HOUR_MS);

      const newest = await memory.list(key, 3);
      const all = await memory.list(key, 100);

      expect(newest.map(({ value }) => value)).toEqual(["a again", "d", "c"]);
      expect(all).toHaveLength(4);
    });

    it.each([
      ["a star", "*"],
      ["a question mark", "?"],
      ["brackets", "[ab]"],
      ["a percent sign", "%"],
      ["an underscore", "_"],
      ["a backslash", "\\"],
      ["Chinese", "频道"],
      ["an emoji", "\u{1f680}"],
      ["a brace", "{x}"],
    ])("takes %s in a name for what it is", async (_what, odd) => {
      const key = place();
      await memory.set(`${key}${odd}1`, "odd", HOUR_MS);
      await memory.set(`${key}a1`, "plain", HOUR_MS);

      const found = await memory.list(`${key}${odd}`, 10);

      expect(found).toEqual([{ name: `${key}${odd}1`, value: "odd" }]);
      expect(await memory.get(`${key}${odd}1`)).toBe("odd");
    });

    it("refuses with store_unavailable when it was closed; closing twice does no harm", async () => {
      const closed = await harness.open();
      await closed.close();
      await closed.close();

      await expect(closed.get("x")).rejects.toSatisfy((error) =>
        isFrontdeskError(error, "store_unavailable"),
      );
    });
  });
}
