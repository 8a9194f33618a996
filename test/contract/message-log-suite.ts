import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { conversationId, effectKey, messageId } from "../../src/core/index.ts";
import type { ConversationEvent, MessageLog } from "../../src/ports/message-log.ts";
import { aReply } from "../support/reply-builder.ts";
import { eventually } from "../support/runtime-eventually.ts";

/** An empty log, and further handles on it: another process, or the same one later. */
export interface MessageLogFixture {
  open(): Promise<MessageLog>;
  /** Whether handles that are open at the same time hear of one another. */
  readonly isShared: boolean;
  dispose(): Promise<void>;
}

const ann = conversationId("console:ann");
const bob = conversationId("console:bob");

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

/** The contract of {@link MessageLog}: run it over every implementation. */
export function describeMessageLog(name: string, make: () => Promise<MessageLogFixture>): void {
  describe(`message log: ${name}`, () => {
    let fixture: MessageLogFixture | null = null;
    const openLog = (): Promise<MessageLog> => {
      if (fixture === null) throw new Error("the log is made before each test");
      return fixture.open();
    };

    beforeEach(async () => {
      fixture = await make();
    });

    afterEach(async () => {
      await fixture?.dispose();
    });

    keepingTests(openLog);
    watchingTests(openLog);
    it("tells those who watch in another process, if there can be one", async () => {
      if (fixture?.isShared !== true) {
        expect(fixture?.isShared).toBe(false);
        return;
      }
      await expectSharedWatching(openLog);
    });
  });
}

function keepingTests(openLog: () => Promise<MessageLog>): void {
  it("adds a message once per key and gives the earlier one back", async () => {
    const log = await openLog();

    const first = await log.add(line("k", "hello"));
    const second = await log.add(line("k", "something else"));

    expect(second).toEqual(first);
    expect(await log.read({ conversationId: ann, afterSeq: 0, limit: 10, isWhole: false })).toEqual(
      [first],
    );
  });

  it("keeps what was added when it is opened again", async () => {
    const log = await openLog();
    const asked = await log.add(line("q", "how many days?"));
    const reply = aReply();
    const answered = await log.add({
      ...line("a", reply.text),
      author: "bot",
      reply,
      replyTo: asked.id,
    });

    const again = await openLog();

    expect(
      await again.read({ conversationId: ann, afterSeq: 0, limit: 10, isWhole: false }),
    ).toEqual([asked, answered]);
    expect(answered.reply).toEqual(reply);
  });

  it("reads the newest after a place, oldest first, of one conversation", async () => {
    const log = await openLog();
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

    const earlier = await log.read({
      conversationId: ann,
      afterSeq: 0,
      beforeSeq: added[2]?.seq ?? 0,
      limit: 1,
      isWhole: true,
    });

    expect(newest.map((message) => message.text)).toEqual(["3", "4"]);
    expect(earlier.map((message) => message.text)).toEqual(["2"]);
  });

  it("goes on saying that a removed message was posted, without its text", async () => {
    const log = await openLog();
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
    const log = await openLog();
    const before = await log.add(line("1", "one"));
    const other = await log.add(line("2", "two", bob));
    await log.hideEarlier(ann);
    const after = await log.add(line("3", "three"));

    const again = await openLog();
    const all = { afterSeq: 0, limit: 10 };

    expect(await again.read({ ...all, conversationId: ann, isWhole: false })).toEqual([after]);
    expect(await again.read({ ...all, conversationId: ann, isWhole: true })).toEqual([
      before,
      after,
    ]);
    expect(await again.read({ ...all, conversationId: bob, isWhole: false })).toEqual([other]);
    await again.removeAll(ann);
    const anew = await again.add(line("4", "four"));
    expect(await again.read({ ...all, conversationId: ann, isWhole: false })).toEqual([anew]);
  });

  it("forgets a whole conversation and leaves the others", async () => {
    const log = await openLog();
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

  it("tells those who watch a conversation that it was deleted", async () => {
    const log = await openLog();
    const seen: string[] = [];
    log.watch(ann, ({ type }) => void seen.push(`ann ${type}`));
    log.watch(bob, ({ type }) => void seen.push(`bob ${type}`));

    await log.removeAll(ann);

    expect(seen).toEqual(["ann erased"]);
  });

  it("does not replace what is not there", async () => {
    const log = await openLog();

    await expect(log.replace(messageId("m-none"), aReply())).rejects.toMatchObject({
      code: "delivery_rejected",
    });
  });

  it("keeps every text as it was written", async () => {
    const log = await openLog();
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
}

function watchingTests(openLog: () => Promise<MessageLog>): void {
  it("tells those who watch a conversation what happens in it, in order, until they stop", async () => {
    const log = await openLog();
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
}

async function expectSharedWatching(openLog: () => Promise<MessageLog>): Promise<void> {
  const here = await openLog();
  const there = await openLog();
  const seen: ConversationEvent[] = [];
  await eventually("listening", async () => {
    const probe = conversationId("console:probe");
    let isHeard = false;
    const stop = here.watch(probe, () => {
      isHeard = true;
    });
    there.settle(probe, messageId("m-probe"), "ignored");
    await eventually("the probe", () => isHeard, 100).catch(() => {});
    stop();
    return isHeard;
  });
  here.watch(ann, (event) => seen.push(event));

  const message = await there.add(line("k", "hello"));
  await there.add(line("other", "hello", bob));
  there.progress(ann, { type: "text", delta: "Hi" });
  await there.replace(message.id, aReply({ text: "new" }));
  there.settle(ann, message.id, "forwarded");
  await there.remove(message.id);
  await there.removeAll(ann);

  await eventually("all events", () => seen.length >= 6);
  expect(seen).toEqual([
    { type: "message", message },
    { type: "progress", progress: { type: "text", delta: "Hi" } },
    { type: "edited", message: { ...message, text: "new", reply: aReply({ text: "new" }) } },
    { type: "settled", messageId: message.id, outcome: "forwarded" },
    { type: "removed", id: message.id },
    { type: "erased" },
  ]);
}
