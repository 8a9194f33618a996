import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  dedupeName,
  key,
  mailboxName,
  shardOf,
  timerMember,
} from "../../../src/runtime/stores/redis-keys.ts";
import { scripts } from "../../../src/runtime/stores/redis-scripts/index.ts";

describe("keys", () => {
  test("a shard's base has one hash tag, before everything that comes from outside", () => {
    expect(key("fd", 3)).toBe("fd:{3}:");
    expect(key("fd", "meta")).toBe("fd:meta");
  });

  test("an instance's shard is one of those that there are, and stays the same for ever", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 64 }), (instance, shards) => {
        const shard = shardOf(instance, shards);

        expect(Number.isInteger(shard) && shard >= 0 && shard < shards).toBe(true);
      }),
    );
    expect(shardOf("dialogue/slack:T1:C1:170000.1", 16)).toBe(2);
  });

  test("many conversations spread evenly over the shards", () => {
    const counts = new Map<number, number>();
    for (let index = 0; index < 16_000; index += 1) {
      const shard = shardOf(`dialogue/slack:T1:C1:${1_700_000_000 + index}.000100`, 16);
      counts.set(shard, (counts.get(shard) ?? 0) + 1);
    }

    expect(counts.size).toBe(16);
    expect(Math.max(...counts.values())).toBeLessThan(1_200);
  });

  test("a dedupe key has a short name of its own per instance, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, text) => {
        expect(dedupeName(a, text)).toMatch(/^[\w-]{22}$/u);
        expect(dedupeName(a, text) === dedupeName(b, text)).toBe(a === b);
      }),
    );
    expect(dedupeName("a", "bc")).not.toBe(dedupeName("ab", "c"));
    // The same in every release: what the one before took in must be known to this one.
    expect(dedupeName("dialogue/slack:T1:C1", "event:Ev1")).toBe("YgUq5Nj3RS0jTiJmlOsnJQ");
    expect(dedupeName("dialogue/é中文😀", "x\ud800")).toBe("3zSgXY7xTUA68mga84S-NQ");
  });

  test("a name that could not be told apart inside a timer is refused", () => {
    expect(() => mailboxName({ kind: "dialogue", id: "a\0b" })).toThrow(/NUL/u);
    expect(() => timerMember("dialogue/a", "t\0", "1")).toThrow(/NUL/u);
    expect(timerMember("dialogue/a", "t", "1.1")).toBe("dialogue/a\0t\x001.1");
  });
});

describe("scripts", () => {
  test("read no clock but the server's and use the one key that their slot hangs on", () => {
    // Transcripts, desk and memory are dated by whoever writes, and end by Redis' own expiry.
    const timeless = /^fd(?:Log|Desk|Memory|RestoreMessage|RestoreShown)/u;
    const names = Object.keys(scripts);
    expect(names.filter((name) => !timeless.test(name))).toHaveLength(13);
    for (const [name, { lua, numberOfKeys }] of Object.entries(scripts)) {
      expect(numberOfKeys).toBe(2);
      expect(lua.includes("redis.call('TIME')") || timeless.test(name)).toBe(true);
      expect(lua).not.toMatch(/os\.(time|clock)|math\.random|KEYS\[[^1]\]/u);
    }
  });
});
