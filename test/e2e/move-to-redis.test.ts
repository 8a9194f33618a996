import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { createConversing } from "../../src/application/conversing.ts";
import { systemClock } from "../../src/ports/clock.ts";
import {
  createInbox,
  createSqliteMessageLog,
  createSqliteStore,
  openDataDirectory,
} from "../../src/runtime/index.ts";
import { jsonOf, runCommand } from "../support/cli.ts";
import { startFrontdeskProcess } from "../support/frontdesk-start.ts";
import { startRedis } from "../support/redis-server.ts";
import { eventually } from "../support/runtime-eventually.ts";
import { attachTo, directoryWithMiller, saying, transcriptOf } from "../support/split-roles.ts";

const QUESTION = "What is the miller of the old mill called?";
const call = { signal: new AbortController().signal };
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** As a process leaves it that is killed right after it took the question in. */
async function leaveQuestion(dataDir: string): Promise<void> {
  const clock = systemClock;
  const file = (name: string): string => join(dataDir, name);
  const store = createSqliteStore({ file: file("conversations.db"), clock, synchronous: "normal" });
  const log = createSqliteMessageLog({ file: file("messages.db") });
  const people = { defaultRole: "viewer", people: {} } as const;
  const talking = createConversing({ inbox: createInbox(store, clock), log, clock, people });
  await talking.send(saying("c", QUESTION), call);
  await store.close();
  await log.close();
}

it("what was asked while conversations lay in SQLite is answered once they lie in Redis", async () => {
  const redis = await startRedis();
  closers.push(() => redis.stop());
  const dataDir = await directoryWithMiller();
  await leaveQuestion(dataDir);
  const env = { REDIS_URL: redis.url };

  const owned = openDataDirectory(dataDir);
  const locked = await runCommand(["move-to-redis"], { dataDir, env });
  owned?.release();
  const moved = await runCommand(["move-to-redis", "--json"], { dataDir, env });
  const late = await startFrontdeskProcess({ dataDir, env });
  closers.push(() => late.kill());
  const app = attachTo(dataDir);
  await eventually("the answer", async () => (await transcriptOf(app, "c")).length > 1, 30_000);

  expect([locked.code, locked.stderr]).toEqual([1, expect.stringContaining("is using the data")]);
  expect(moved.code).toBe(0);
  expect(jsonOf(moved.stdout)).toMatchObject({
    conversations: { moved: 1, there: 0 },
    messages: { moved: 1, there: 0 },
  });
  expect(existsSync(join(dataDir, "conversations.db"))).toBe(false);
  expect(late.command.stderr()).not.toContain("note:");
  const said = await transcriptOf(app, "c");
  expect(said.map(({ author }) => author)).toEqual(["user", "bot"]);
  expect(said[1]?.text).toContain("Odalys");
});
