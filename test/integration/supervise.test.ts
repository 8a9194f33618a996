import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { freeWorkOf, supervise } from "../../src/cli/supervise.ts";
import { nameWorker } from "../../src/compose-roles.ts";
import { claiming, claimOne, dialogue, say } from "../contract/conversation-store-steps.ts";
import { fakePipes } from "../support/fake-io.ts";
import { startRedis } from "../support/redis-server.ts";
import { redisStoreFixture } from "../support/redis-store.ts";
import { eventually } from "../support/runtime-eventually.ts";

let folder: string;
let told: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "frontdesk-supervise-"));
  told = join(folder, "pids");
  writeFileSync(told, "");
});

/** A child that says who it is, lives on, and ends with 0 when it is told to. */
function script(body = "setInterval(() => {}, 1_000)"): readonly string[] {
  const file = join(folder, "child.mjs");
  writeFileSync(
    file,
    `import { appendFileSync } from "node:fs";
process.once("SIGTERM", () => process.exit(0));
appendFileSync(${JSON.stringify(told)}, process.pid + "\\n");
${body};\n`,
  );
  return [file];
}

function pids(): readonly number[] {
  return readFileSync(told, "utf8").split("\n").filter(Boolean).map(Number);
}

describe("a supervised process", () => {
  const stop = { controller: new AbortController() };

  beforeEach(() => {
    stop.controller = new AbortController();
  });

  afterEach(() => {
    stop.controller.abort();
  });

  test("is started again after kill -9, once its work is freed, and ends when it is told to", async () => {
    const pipes = fakePipes();
    const seen: number[] = [];
    const ended = supervise({
      command: script(),
      onDeath: async () => void seen.push(pids().length),
      io: pipes.io,
      signal: stop.controller.signal,
      pauseMs: 1,
    });

    for (const round of [1, 2]) {
      await eventually("its start", () => pids().length === round);
      process.kill(pids().at(-1) ?? 0, "SIGKILL");
    }
    await eventually("its third start", () => pids().length === 3);
    stop.controller.abort();

    expect(await ended).toBe(0);
    expect(seen).toEqual([1, 2]);
    expect(new Set(pids()).size).toBe(3);
    expect(pipes.stderr()).toMatch(/died \(SIGKILL\)/u);
  });

  test.each([0, 1, 2])(
    "that leaves with code %i at its start is not started again",
    async (code) => {
      const ended = await supervise({
        command: script(`process.exit(${code})`),
        onDeath: () => Promise.reject(new Error("nobody has died")),
        io: fakePipes().io,
        signal: stop.controller.signal,
      });

      expect(ended).toBe(code);
      expect(pids()).toHaveLength(1);
    },
  );
});

describe("the work of a dead worker", () => {
  test("is free for others at once, long before its leases end", async () => {
    const server = await startRedis();
    const redisPrefix = "supervised";
    const { store, dispose } = await redisStoreFixture(server.url, { keyPrefix: redisPrefix });
    const { name } = nameWorker(folder);
    await say(store, dialogue("a"), "hello");
    await claimOne(store, { owner: name, leaseMs: 3_600_000 });
    expect(await store.claim(claiming({ owner: "other" }))).toEqual([]);

    await freeWorkOf({ dataDir: folder, redisUrl: server.url, redisPrefix });

    expect(await store.claim(claiming({ owner: "other" }))).toHaveLength(1);
    await dispose();
    await server.stop();
  });

  test("costs nothing where there is no Redis, or none that can be reached", async () => {
    nameWorker(folder);

    for (const redisUrl of [null, "redis://127.0.0.1:1"]) {
      const freed = freeWorkOf({ dataDir: folder, redisUrl, redisPrefix: "fd" });
      await expect(freed).resolves.toBeUndefined();
    }
  });
});
