import { expect, it } from "vitest";
import { createWatchedBoard } from "../../../src/application/index.ts";
import { caseId, effectKey, FrontdeskError } from "../../../src/core/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const { signal } = new AbortController();

function aBoard() {
  const clock = createFakeClock();
  let refusal: FrontdeskError | null = null;
  let calls = 0;
  const place = {
    files: { put: () => Promise.resolve("F1"), remove: () => Promise.resolve() },
    publish: () => {
      calls += 1;
      return refusal === null ? Promise.resolve() : Promise.reject(refusal);
    },
  };
  const board = createWatchedBoard(place, { name: "slack:C1", clock, logger: silentLogger });
  const show = (id: string): Promise<string> => {
    const entry = { kind: "note", name: "Mia", text: "hm", at: 1 } as const;
    const call = { key: effectKey(id), signal };
    return board.publish({ type: "entry", caseId: caseId(id), entry }, call).then(
      () => "shown",
      (error: unknown) => (error instanceof FrontdeskError ? error.code : "?"),
    );
  };
  const fail = (code: "desk_unavailable" | "tickets_unavailable" | null): void => {
    refusal = code === null ? null : new FrontdeskError(code, "is_archived", { retryable: true });
  };
  return { board, clock, show, fail, calls: () => calls };
}

it("lets one of many ask whether a channel that is gone is back, and then all of them", async () => {
  const { board, clock, show, fail, calls } = aBoard();
  fail("desk_unavailable");

  const told = await Promise.all(["C-1"].map(show));
  const waiting = await Promise.all(["C-1", "C-2", "C-3"].map(show));
  clock.advance(10_000);
  const asking = await Promise.all(["C-1", "C-2", "C-3"].map(show));
  const asked = calls();
  const away = board.status();
  fail(null);
  clock.advance(10_000);
  const back = [await show("C-1"), await show("C-2"), await show("C-3")];

  expect([...told, ...waiting, ...asking]).toEqual(
    Array.from({ length: 7 }, () => "desk_unavailable"),
  );
  expect(asked).toBe(2);
  expect(away).toMatchObject({ name: "Desk", state: "degraded" });
  expect(away.detail).toMatch(/is_archived.*console desk/u);
  expect(back).toEqual(["shown", "shown", "shown"]);
  expect(board.status()).toEqual({ name: "Desk", state: "ok", detail: "slack:C1" });
});

it("keeps no ticket waiting for another one that the system does not take", async () => {
  const { board, show, fail, calls } = aBoard();
  fail("tickets_unavailable");

  const told = [await show("C-1"), await show("C-2")];

  expect(told).toEqual(["tickets_unavailable", "tickets_unavailable"]);
  expect(calls()).toBe(2);
  expect(board.status().state).toBe("degraded");
});
