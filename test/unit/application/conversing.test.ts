import { describe, expect, it } from "vitest";
import { createConversing } from "../../../src/application/conversing.ts";
import { conversationId, FrontdeskError } from "../../../src/core/index.ts";
import type { Inbox } from "../../../src/ports/inbox.ts";
import type { MessageLog } from "../../../src/ports/message-log.ts";
import { createSqliteMessageLog } from "../../../src/runtime/index.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const ID = conversationId("console:c");
const SPEAKER = { platform: "console", userId: "ada", displayName: "Ada", groups: [] } as const;
const REQUEST = {
  conversationId: ID,
  speaker: SPEAKER,
  text: "hello",
  history: [],
  gatherMs: null,
};
const CALL = { signal: new AbortController().signal };

function away(): FrontdeskError {
  return new FrontdeskError("store_unavailable", "no answer in time", { retryable: true });
}

/** A mailbox that has taken in what it is given and then, so many times, does not say so. */
function world(unheard: number, change: (log: MessageLog) => Partial<MessageLog> = () => ({})) {
  const keys = new Set<string>();
  let calls = 0;
  const inbox: Inbox = {
    receive: async (_message, dedupeKeys) => {
      calls += 1;
      if (calls > unheard + 1) return false;
      for (const key of dedupeKeys) keys.add(key);
      if (calls <= unheard) throw away();
      return true;
    },
    tell: () => Promise.resolve(true),
  };
  const clock = createFakeClock();
  const log = createSqliteMessageLog({ file: ":memory:" });
  const people = { defaultRole: "viewer", people: {} } as const;
  const parts = { inbox, log: { ...log, ...change(log) }, clock, people, retryPausesMs: [1, 1] };
  const transcript = () => log.read({ conversationId: ID, afterSeq: 0, limit: 10, isWhole: true });
  return { app: createConversing(parts), keys, calls: () => calls, transcript };
}

describe("what is said at a terminal", () => {
  it("is sent again under the same key when the store's answer was lost, and stands in the transcript once", async () => {
    const { app, keys, calls, transcript } = world(1);

    const logged = await app.send(REQUEST, CALL);

    expect([calls(), keys.size]).toEqual([2, 1]);
    expect((await transcript()).map(({ id, text }) => [id, text])).toEqual([[logged.id, "hello"]]);
  });

  it("is not left in the transcript when the store stays away, and the error tells of the store", async () => {
    const { app, transcript } = world(99);

    await expect(app.send(REQUEST, CALL)).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await transcript()).toEqual([]);
  });

  it("fails with the store's error also when the transcript cannot be corrected", async () => {
    const remove = () => Promise.reject(new Error("another one"));
    const { app } = world(99, () => ({ remove }));

    await expect(app.send(REQUEST, CALL)).rejects.toMatchObject({ code: "store_unavailable" });
  });
});
