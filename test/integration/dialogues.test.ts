import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { type PlayedScript, playScripts } from "../../src/cli/dialogues/run-scripts.ts";
import { readScript } from "../../src/cli/dialogues/script.ts";
import { configSchema } from "../../src/config-schema.ts";

const folder = fileURLToPath(new URL("../dialogues/", import.meta.url));
const SKILLS = ["clarify", "decline", "escalate", "follow-up", "small-talk"] as const;
/** Conversations that do not go as they should, by skill: what works is taken out, what breaks shows here. */
const known = z
  .record(z.string(), z.array(z.string()))
  .parse(parse(readFileSync(join(folder, "known-failures.yaml"), "utf8")));

let played: readonly PlayedScript[] = [];

beforeAll(async () => {
  const scripts = readdirSync(join(folder, "zh")).map((name) =>
    readScript(join(folder, "zh", name)),
  );
  const { signal } = new AbortController();
  played = await playScripts(configSchema.parse({}), scripts, { signal });
}, 240_000);

describe.each(SKILLS)("60 Chinese conversations: %s", (skill) => {
  it("go as a person would want, but for those that are known not to", () => {
    const own = played.find(({ script }) => script === skill)?.played ?? [];
    const failed = own.filter(({ misses }) => misses.length > 0);

    expect(own).toHaveLength(60);
    expect(failed.map(({ name }) => name).toSorted(), JSON.stringify(failed, null, 1)).toEqual(
      (known[skill] ?? []).toSorted(),
    );
  });
});

it.each([
  ["order-status", 8],
  ["return-order", 6],
])(
  "the sample flow %s asks, calls and answers, gives way to questions and people, and fails to a person",
  async (name, count) => {
    const file = fileURLToPath(new URL(`../../samples/flow-tests/${name}.yaml`, import.meta.url));
    const { signal } = new AbortController();

    const results = await playScripts(configSchema.parse({}), [readScript(file)], { signal });

    const failed = results
      .flatMap((result) => result.played)
      .filter(({ misses }) => misses.length > 0);
    expect(results[0]?.played).toHaveLength(count);
    expect(failed).toEqual([]);
  },
);
