import { expect, it } from "vitest";
import {
  createBlockEffect,
  createBlockedInbox,
  createBoardEffect,
  createErasureNotice,
  createMirroredDesk,
} from "../../../src/application/index.ts";
import { caseId, effectKey, FrontdeskError } from "../../../src/core/index.ts";
import type { BoardUpdate, DeskUpdate } from "../../../src/ports/desk.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { aMessage } from "../../support/flows-builders.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";
import { testMemory } from "../../support/slack/adapter.ts";

const { signal } = new AbortController();
const call = { key: effectKey("k1"), signal };
const update: DeskUpdate = { type: "opened", record: aCase() };

it("a change is kept at our own desk first, and handed to the platform's by its key", async () => {
  const done: string[] = [];
  const store = { publish: async () => void done.push("kept") };
  const inbox = {
    tell: async (to: { kind: string; id: string }, _event: unknown, keys: readonly string[]) => {
      done.push(`${to.kind}/${to.id} ${keys.join()}`);
      return true;
    },
  };

  await createMirroredDesk(store, { inbox, clock: createFakeClock(7) }).publish(update, call);

  expect(done).toEqual(["kept", "board/case-1 board:k1"]);
});

it("files of a customer go to the platform's desk in a mailbox of their own, and are taken back with their words", async () => {
  const told: { to: string; event: unknown; keys: readonly string[] }[] = [];
  const inbox = {
    tell: async (
      { kind, id }: { kind: string; id: string },
      event: unknown,
      keys: readonly string[],
    ) => told.push({ to: `${kind}/${id}`, event, keys }) > 0,
  };
  const parts = { inbox, clock: createFakeClock(7) };
  const desk = createMirroredDesk({ publish: async () => {} }, parts);
  const files = [
    { platform: "slack", name: "a.pdf", mediaType: null, sizeBytes: 1, url: "u" },
  ] as const;
  const id = caseId("case-1");
  const entry = { kind: "customer", name: "Ann", text: "", at: 1, line: "L1" } as const;

  await desk.publish({ type: "entry", caseId: id, entry: { ...entry, files } }, call);
  await desk.publish({ type: "entry", caseId: id, entry: { ...entry, kind: "note", files } }, call);
  const gone = { ...entry, revision: "deleted" } as const;
  await desk.publish({ type: "revised", caseId: id, entry: gone }, call);

  const to = { kind: "desk", caseId: id };
  expect(told.filter(({ to }) => to.startsWith("file/"))).toEqual([
    {
      to: "file/case-1:desk:L1",
      event: { type: "files.sent", files, to, at: 7 },
      keys: ["files:k1"],
    },
    { to: "file/case-1:desk:L1", event: { type: "files.withdrawn", at: 7 }, keys: ["files:k1"] },
  ]);
});

it("files that came with the words over which a case was opened are taken back with these words", async () => {
  const carriers: string[] = [];
  const inbox = {
    tell: async ({ kind, id }: { kind: string; id: string }, { type }: { type: string }) =>
      kind === "file" && carriers.push(`${id} ${type}`) > 0,
  };
  const desk = createMirroredDesk(
    { publish: async () => {} },
    { inbox, clock: createFakeClock(7) },
  );
  const files = [
    { platform: "slack", name: "a.jpg", mediaType: null, sizeBytes: 1, url: "u" },
  ] as const;
  const record = aCase({ packet: aPacket({ files, line: "L0" }) });
  const gone = { kind: "customer", name: "Ann", text: "", at: 2, line: "L0" } as const;

  await desk.publish({ type: "opened", record }, call);
  const revised = { type: "revised", caseId: record.id } as const;
  await desk.publish({ ...revised, entry: { ...gone, revision: "deleted" } }, call);

  expect(carriers).toEqual(["case-1:desk:L0 files.sent", "case-1:desk:L0 files.withdrawn"]);
});

it("a desk on a platform that refuses is the trouble of its own mailbox", async () => {
  const refused = new FrontdeskError("delivery_rejected", "is_archived");
  const show = createBoardEffect({ publish: () => Promise.reject(refused) });
  const context = { ...call, instance: { kind: "board", id: "case-1" }, isRetry: false };

  await expect(show({ update }, context)).rejects.toBe(refused);
});

it("people at the desk of a platform hear once that a case is deleted, without a word of it", async () => {
  const told: unknown[] = [];
  const shown: BoardUpdate[] = [];
  const inbox = {
    tell: async (...given: readonly unknown[]) => told.push(structuredClone(given)) > 0,
  };
  const board = { publish: async (one: BoardUpdate) => void shown.push(one) };
  const clock = createFakeClock(7);
  const context = { ...call, instance: { kind: "board", id: "C-1" }, isRetry: false };

  await createErasureNotice({ board: null, inbox, clock })(caseId("C-1"));
  await createErasureNotice({ board, inbox, clock })(caseId("C-1"));
  const erased: BoardUpdate = { type: "erased", caseId: caseId("C-1"), at: 7 };
  await createBoardEffect(board)({ update: erased }, context);

  expect(told).toEqual([
    [{ kind: "board", id: "C-1" }, { type: "board.changed", update: erased }, ["board:C-1:erased"]],
  ]);
  expect(shown).toEqual([erased]);
});

it("somebody whom an agent has blocked is not heard until that is taken back", async () => {
  const memory = testMemory();
  const heard: string[] = [];
  const inbox = createBlockedInbox({
    inbox: {
      receive: async ({ text }) => heard.push(text) > 0,
      tell: () => Promise.resolve(true),
    },
    memory,
    logger: silentLogger,
  });
  const block = createBlockEffect(memory, { ttlMs: 60_000 });
  const context = { ...call, instance: { kind: "case", id: "case-1" }, isRetry: false };
  const { principal } = aMessage("x", { by: "ana" });
  const who = { platform: principal.platform, customerId: principal.userId, caseId: "case-1" };

  await block({ ...who, isBlocked: true }, context);
  const blocked = await inbox.receive(aMessage("one", { by: "ana" }), ["1"]);
  await inbox.receive(aMessage("two", { by: "bo" }), ["2"]);
  await block({ ...who, isBlocked: false }, context);
  await inbox.receive(aMessage("three", { by: "ana" }), ["3"]);
  await memory.close();

  expect(blocked).toBe(false);
  expect(heard).toEqual(["two", "three"]);
});
