import { expect, it } from "vitest";
import { deleteConversation } from "../../../src/application/delete-conversation.ts";
import { caseId, conversationId, effectKey } from "../../../src/core/index.ts";
import { createSqliteDesk } from "../../../src/runtime/index.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";

const { signal } = new AbortController();

it("what a platform shows of a half-written answer is taken back", async () => {
  const id = conversationId("slack:T:C:1");
  const taken: unknown[] = [];
  const desk = createSqliteDesk({ file: ":memory:" });

  const wasThere = await deleteConversation(
    {
      directory: { remove: async () => ({ snapshot: "what was kept" }) },
      drafts: { takeBack: async (...given) => void taken.push(given) },
      log: { removeAll: async () => 0 },
      feedback: { removeConversation: () => Promise.resolve(0) },
      review: { removeConversation: () => Promise.resolve(0) },
      handovers: { remove: async () => {} },
      view: desk,
      eraser: desk,
      tellErased: () => Promise.reject(new Error("there is no case")),
    },
    id,
  );

  expect(wasThere).toBe(true);
  expect(taken).toEqual([[{ kind: "dialogue", id }, "what was kept"]]);
});

it("a deleted conversation leaves nothing of what was said in its cases, open or not, and leaves other cases alone", async () => {
  const desk = createSqliteDesk({ file: ":memory:" });
  const gone = conversationId("console:gone");
  for (const [name, of] of [
    ["C-1", gone],
    ["C-2", conversationId("console:kept")],
    ["C-3", gone],
  ] as const) {
    const record = aCase({ id: caseId(name), packet: aPacket({ conversationId: of }) });
    await desk.publish({ type: "opened", record }, { key: effectKey(name), signal });
  }
  const closing = {
    type: "state",
    caseId: caseId("C-3"),
    state: "closed",
    agent: null,
    at: 9,
  } as const;
  await desk.publish(closing, { key: effectKey("closing"), signal });
  const removed: string[] = [];
  const directory = {
    remove: async ({ kind, id }: { readonly kind: string; readonly id: string }) => {
      removed.push(`${kind}/${id}`);
      return null;
    },
  };
  const log = { removeAll: () => Promise.resolve(0) };

  const forgotten: string[] = [];
  const handovers = { remove: async (id: string) => void forgotten.push(id) };
  const drafts = { takeBack: () => Promise.reject(new Error("there is no snapshot")) };
  const removeConversation = async (id: string): Promise<number> => removed.push(`kept of ${id}`);
  const kept = { feedback: { removeConversation }, review: { removeConversation } };
  const told: string[] = [];
  const tellErased = async (id: string): Promise<void> => {
    told.push(id, ...removed.filter((one) => one.endsWith(`/${id}`)));
    // It can be deleted once more, should this be the last that happens.
    expect(await desk.get(caseId(id))).not.toBeNull();
  };
  const shown = { view: desk, eraser: desk, tellErased };
  const places = { directory, drafts, log, handovers, ...shown, ...kept };

  const wasThere = await deleteConversation(places, gone);

  expect(wasThere).toBe(true);
  expect((await desk.list({ includeResolved: true })).map(({ id }) => id)).toEqual(["C-2"]);
  expect(forgotten.toSorted()).toEqual(["C-1", "C-3"]);
  // After what was still to be shown there was dropped.
  expect(told).toEqual(["C-1", "case/C-1", "board/C-1", "C-3", "case/C-3", "board/C-3"]);
  expect(removed.toSorted()).toEqual([
    "board/C-1",
    "board/C-3",
    "case/C-1",
    "case/C-3",
    "dialogue/console:gone",
    "kept of console:gone",
    "kept of console:gone",
  ]);
});
