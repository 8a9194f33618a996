import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { conversationId, effectKey } from "../../../src/core/index.ts";
import { createSqliteMessageLog, type SqliteMessageLog } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const ann = conversationId("console:ann");

function openLog(file = join(temporaryFolder(), "messages.db")): SqliteMessageLog {
  const log = createSqliteMessageLog({ file });
  onTestFinished(() => log.close());
  return log;
}

function line(key: string, text: string, conversation = ann) {
  return {
    key: effectKey(key),
    conversationId: conversation,
    author: "user",
    name: "Ann",
    reply: null,
    text,
    replyTo: null,
    at: 5,
  } as const;
}

describe("the message log", () => {
  it("forgets what was said in conversations that are silent for long", async () => {
    const clock = createFakeClock();
    const file = join(temporaryFolder(), "messages.db");
    const log = createSqliteMessageLog({ file, idle: { ttlMs: 5_000_000, clock } });
    onTestFinished(() => log.close());
    const other = conversationId("console:bob");
    await log.add({ ...line("old", "old"), at: clock.now() });
    await log.add({ ...line("begun", "begun", other), at: clock.now() });
    clock.advance(3_600_000);
    await log.add({ ...line("new", "new", other), at: clock.now() });
    clock.advance(3_600_000);

    const kept = await log.add({ ...line("last", "last", other), at: clock.now() });

    const all = { afterSeq: 0, limit: 10, isWhole: true };
    expect(await log.read({ ...all, conversationId: ann })).toEqual([]);
    const texts = (await log.read({ ...all, conversationId: other })).map(({ text }) => text);
    expect(texts).toEqual(["begun", "new", kept.text]);
  });

  it("says which file is damaged and what to do", () => {
    const file = join(temporaryFolder(), "messages.db");
    writeFileSync(file, "this was never a database. ".repeat(200));

    const opening = (): unknown => createSqliteMessageLog({ file });

    expect(opening).toThrow(expect.objectContaining({ code: "database_corrupt" }));
    expect(opening).toThrow(file);
  });

  it("recognises a file that lost its end while reading", async () => {
    const file = join(temporaryFolder(), "messages.db");
    const log = createSqliteMessageLog({ file });
    for (let n = 0; n < 200; n += 1) await log.add(line(`k${n}`, "x".repeat(2_000)));
    await log.close();
    truncateSync(file, 40_960);

    const damaged = openLog(file);

    await expect(
      damaged.read({ conversationId: ann, afterSeq: 0, limit: 200, isWhole: false }),
    ).rejects.toMatchObject({ code: "database_corrupt", retryable: false });
  });

  it("says that the folder cannot be used", () => {
    const file = join(temporaryFolder(), "missing", "messages.db");

    expect(() => createSqliteMessageLog({ file })).toThrow(
      expect.objectContaining({ code: "data_dir_unusable" }),
    );
  });
});
