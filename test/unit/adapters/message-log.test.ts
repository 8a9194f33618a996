import { truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { createMessageLog, type SqliteMessageLog } from "../../../adapters/console/index.ts";
import { conversationId, effectKey, messageId } from "../../../src/core/index.ts";
import type { ConversationEvent } from "../../../src/ports/message-log.ts";
import { aReply } from "../../support/reply-builder.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const ann = conversationId("console:ann");
const bob = conversationId("console:bob");

function openLog(file = join(temporaryFolder(), "messages.db")): SqliteMessageLog {
  const log = createMessageLog({ file });
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
  it("adds a message once per key and gives the earlier one back", async () => {
    const log = openLog();

    const first = await log.add(line("k", "hello"));
    const second = await log.add(line("k", "something else"));

    expect(second).toEqual(first);
    expect(await log.read({ conversationId: ann, afterSeq: 0, limit: 10, isWhole: false })).toEqual(
      [first],
    );
  });

  it("keeps what was added when it is opened again", async () => {
    const file = join(temporaryFolder(), "messages.db");
    const log = openLog(file);
    const asked = await log.add(line("q", "how many days?"));
    const reply = aReply();
    const answered = await log.add({
      ...line("a", reply.text),
      author: "bot",
      reply,
      replyTo: asked.id,
    });
    await log.close();

    const again = openLog(file);

    expect(
      await again.read({ conversationId: ann, afterSeq: 0, limit: 10, isWhole: false }),
    ).toEqual([asked, answered]);
    expect(answered.reply).toEqual(reply);
  });

  it("reads the newest after a place, oldest first, of one conversation", async () => {
    const log = openLog();
    const added = [];
    for (const n of [1, 2, 3, 4]) {
      added.push(await log.add(line(`a${n}`, `${n}`)));
      await log.add(line(`b${n}`, `${n}`, bob));
    }

    const newest = await log.read({
      conversationId: ann,
      afterSeq: added[0]?.seq ?? 0,
      limit: 2,
      isWhole: false,
    });

    expect(newest.map((message) => message.text)).toEqual(["3", "4"]);
  });

  it("goes on saying that a removed message was posted, without its text", async () => {
    const file = join(temporaryFolder(), "messages.db");
    const log = openLog(file);
    const message = await log.add(line("k", "secret words"));

    await log.remove(message.id);
    const again = await log.add(line("k", "secret words"));

    expect(again).toMatchObject({ id: message.id, text: "" });
    expect(await log.find(effectKey("k"))).toBeNull();
    expect(await log.read({ conversationId: ann, afterSeq: 0, limit: 10, isWhole: false })).toEqual(
      [],
    );
  });

  it("puts what was said out of sight, but for those who ask for all of it", async () => {
    const file = join(temporaryFolder(), "messages.db");
    const log = openLog(file);
    const before = await log.add(line("1", "one"));
    const other = await log.add(line("2", "two", bob));
    await log.hideEarlier(ann);
    const after = await log.add(line("3", "three"));
    await log.close();

    const again = openLog(file);
    const all = { afterSeq: 0, limit: 10 };

    expect(await again.read({ ...all, conversationId: ann, isWhole: false })).toEqual([after]);
    expect(await again.read({ ...all, conversationId: ann, isWhole: true })).toEqual([
      before,
      after,
    ]);
    expect(await again.read({ ...all, conversationId: bob, isWhole: false })).toEqual([other]);
  });

  it("forgets a whole conversation and leaves the others", async () => {
    const log = openLog();
    await log.add(line("1", "one"));
    await log.add(line("2", "two"));
    const kept = await log.add(line("3", "three", bob));

    expect(await log.removeAll(ann)).toBe(2);

    expect(await log.read({ conversationId: ann, afterSeq: 0, limit: 10, isWhole: false })).toEqual(
      [],
    );
    expect(await log.read({ conversationId: bob, afterSeq: 0, limit: 10, isWhole: false })).toEqual(
      [kept],
    );
  });

  it("tells those who watch a conversation what happens in it, in order, until they stop", async () => {
    const log = openLog();
    const seen: ConversationEvent[] = [];
    const stop = log.watch(ann, (event) => seen.push(event));
    log.watch(ann, () => {
      throw new Error("a listener at fault");
    });

    const message = await log.add(line("k", "hello"));
    await log.add(line("k", "hello"));
    await log.add(line("other", "hello", bob));
    log.progress(ann, { type: "text", delta: "Hi" });
    await log.replace(message.id, aReply({ text: "new" }));
    log.settle(ann, message.id, "forwarded");
    await log.remove(message.id);
    stop();
    await log.add(line("late", "unseen"));

    expect(seen).toEqual([
      { type: "message", message },
      { type: "progress", progress: { type: "text", delta: "Hi" } },
      {
        type: "edited",
        message: { ...message, text: "new", reply: aReply({ text: "new" }) },
      },
      { type: "settled", messageId: message.id, outcome: "forwarded" },
      { type: "removed", id: message.id },
    ]);
  });

  it("does not replace what is not there", async () => {
    const log = openLog();

    await expect(log.replace(messageId("m-none"), aReply())).rejects.toMatchObject({
      code: "delivery_rejected",
    });
  });

  it("keeps every text as it was written", async () => {
    const log = openLog();
    let number = 0;

    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 300 }), async (text) => {
        number += 1;
        await log.add({ ...line(`k${number}`, text), reply: aReply({ text }) });
        const found = await log.find(effectKey(`k${number}`));
        expect(found?.text).toBe(text);
        expect(found?.reply?.text).toBe(text);
      }),
      { numRuns: 60 },
    );
  });

  it("says which file is damaged and what to do", () => {
    const file = join(temporaryFolder(), "messages.db");
    writeFileSync(file, "this was never a database. ".repeat(200));

    const opening = (): unknown => createMessageLog({ file });

    expect(opening).toThrow(expect.objectContaining({ code: "database_corrupt" }));
    expect(opening).toThrow(file);
  });

  it("recognises a file that lost its end while reading", async () => {
    const file = join(temporaryFolder(), "messages.db");
    const log = createMessageLog({ file });
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

    expect(() => createMessageLog({ file })).toThrow(
      expect.objectContaining({ code: "data_dir_unusable" }),
    );
  });
});
