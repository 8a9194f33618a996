import { describe, expect, it } from "vitest";
import { createCatchUp } from "../../../adapters/slack/catch-up.ts";
import type { Logger } from "../../../src/ports/logger.ts";

interface Asked {
  readonly name: string;
  readonly at: number;
}

const NOW = 1_000_000;
const FRESH_MS = 100;

/** Reads these channels again. Gives what was done, in its order, and what was logged of it. */
async function readAgain(
  channels: Readonly<Record<string, readonly Asked[]>>,
  heard: readonly string[] = [],
) {
  const done: string[] = [];
  const logged: object[] = [];
  const logger: Logger = {
    debug: () => {},
    info: (fields) => logged.push(fields),
    warn: (fields) => logged.push(fields),
    error: (fields) => logged.push(fields),
    child: () => logger,
  };
  const { catchUp } = createCatchUp<{ readonly channel: string }, Asked>({
    places: () => Promise.resolve(Object.keys(channels).map((channel) => ({ channel }))),
    read: ({ channel }) => Promise.resolve(channels[channel] ?? []),
    timeOf: ({ at }) => at,
    takeIn: ({ name }) => Promise.resolve(done.push(`takes ${name}`) > 0),
    matters: ({ name }) => Promise.resolve(!name.startsWith("talk")),
    wasHeard: ({ name }) => Promise.resolve(heard.includes(name)),
    offer: async ({ name }) => void done.push(`asks about ${name}`),
    freshMs: FRESH_MS,
    clock: { now: () => NOW },
    logger,
    signal: new AbortController().signal,
  });
  await catchUp();
  return { done, logged };
}

function old(name: string, age: number): Asked {
  return { name, at: NOW - FRESH_MS - age };
}

describe("what was said while nobody listened", () => {
  it("is taken in when it is fresh, and only then asked about when it is old, the newest first", async () => {
    const { done, logged } = await readAgain(
      {
        one: [old("the oldest", 30), old("the newest", 10), { name: "a fresh one", at: NOW }],
        two: [old("another", 20), old("talk", 5), { name: "one more", at: NOW }],
      },
      ["another"],
    );

    expect(done).toEqual([
      "takes a fresh one",
      "takes one more",
      "asks about the newest",
      "asks about the oldest",
    ]);
    expect(logged).toEqual([{ taken: 2, offers: 2, left: 0 }]);
  });

  it("is asked about ten times at most, and the log says how many questions were left", async () => {
    const many = (count: number, name: string, from: number): readonly Asked[] =>
      Array.from({ length: count }, (_, n) => old(`${name}${n}`, from - n));
    const { done, logged } = await readAgain({
      one: [...many(8, "a", 1_000), old("talk", 1)],
      two: many(9, "b", 100),
    });

    expect(done).toHaveLength(10);
    expect(done.slice(0, 9)).toEqual(
      many(9, "b", 100)
        .map(({ name }) => `asks about ${name}`)
        .toReversed(),
    );
    expect(done[9]).toBe("asks about a7");
    expect(logged).toEqual([{ taken: 0, offers: 10, left: 7 }]);
  });
});
