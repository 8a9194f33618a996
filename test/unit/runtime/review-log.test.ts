import { describe, expect, it } from "vitest";
import { conversationId, messageId } from "../../../src/core/index.ts";
import { createReviewLog, createSqliteKeyedMemory } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aReviewedTurn } from "../../support/reply-builder.ts";

const DAY_MS = 86_400_000;

function open(keepDays = 90) {
  const clock = createFakeClock(Date.UTC(2027, 0, 31, 23));
  const memory = createSqliteKeyedMemory({ file: ":memory:", clock });
  return { clock, memory, log: createReviewLog(memory, { keepDays, clock }) };
}

describe("questions that are kept for review", () => {
  it("are listed newest first, over days", async () => {
    const { log, clock } = open();
    const first = aReviewedTurn({ at: clock.now(), messageId: messageId("m1") });
    const second = aReviewedTurn({ at: clock.now() + DAY_MS, messageId: messageId("m2") });

    await log.add(first);
    clock.advance(DAY_MS);
    await log.add(second);
    await log.add(second);

    expect(await log.list({ limit: 10 })).toEqual([second, first]);
    expect(await log.list({ limit: 1 })).toEqual([second]);
  });

  it("are forgotten after the time that is set, and not kept at all where that is none", async () => {
    const { log, clock } = open(2);
    const none = open(0);

    await log.add(aReviewedTurn({ at: clock.now() }));
    await none.log.add(aReviewedTurn({ at: none.clock.now() }));
    clock.advance(2 * DAY_MS + 1);

    expect(await log.list({ limit: 10 })).toEqual([]);
    expect(await none.memory.list("review:", 10)).toEqual([]);
  });

  it("go with their conversation, and with no other whose name begins the same", async () => {
    const { log, clock } = open();
    const [gone, other] = ["slack:T1:C1", "slack:T1:C1:1.2"].map(conversationId);
    if (gone === undefined || other === undefined) throw new Error("two names");
    const at = clock.now();
    const kept = aReviewedTurn({ at, conversationId: other });
    await log.add(aReviewedTurn({ at, conversationId: gone }));
    await log.add(aReviewedTurn({ at, conversationId: gone, messageId: messageId("m9") }));
    await log.add(kept);

    expect(await log.removeConversation(gone)).toBe(2);

    expect(await log.list({ limit: 10 })).toEqual([kept]);
    expect(await log.removeConversation(gone)).toBe(0);
  });
});
