import { expect, it } from "vitest";
import { createMeasuringDesk, type DeskObserver } from "../../../src/application/index.ts";
import { type CaseFacts, caseId, effectKey, NEW_CASE_FACTS } from "../../../src/core/index.ts";
import type { DeskUpdate } from "../../../src/ports/desk.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createSqliteDesk } from "../../../src/runtime/index.ts";
import { aCase } from "../../support/reply-builder.ts";

const ID = caseId("C-1");
const { signal } = new AbortController();

it("measures each stage of a case once, from its opening, and its rating, for the team that has it", async () => {
  const desk = createSqliteDesk({ file: ":memory:" });
  const seen: unknown[] = [];
  const observer: DeskObserver = {
    caseOpened: ({ reason, team }) => seen.push([reason, team]),
    caseReached: ({ stage, durationMs, team }) => seen.push([stage, durationMs, team]),
    caseRated: ({ stars, team }) => seen.push([stars, team]),
    caseReopened: ({ team }) => seen.push(["reopened", team]),
  };
  const measuring = createMeasuringDesk(desk, desk, { observer, logger: silentLogger });
  let count = 0;
  const publish = (update: DeskUpdate): Promise<void> => {
    count += 1;
    return measuring.publish(update, { key: effectKey(`k${count}`), signal });
  };
  const facts = (parts: Partial<CaseFacts>): CaseFacts => ({ ...NEW_CASE_FACTS, ...parts });
  const state = (at: number, parts: Partial<CaseFacts>): DeskUpdate => ({
    ...{ type: "state", caseId: ID, state: "claimed", agent: "Mia", at },
    facts: facts(parts),
  });
  const record = aCase({ id: ID, openedAt: 1_000 });

  await publish({ type: "opened", record });
  await publish({ type: "opened", record });
  await publish(state(4_000, { claimedAt: 4_000 }));
  await publish(state(5_000, { claimedAt: 4_000, firstReplyAt: 5_000 }));
  await publish(state(6_000, { claimedAt: 4_000, firstReplyAt: 5_000 }));
  await publish(state(9_000, { claimedAt: 4_000, firstReplyAt: 5_000, resolvedAt: 9_000 }));
  const rating = { stars: 4, comment: null };
  const team = "billing";
  await publish(state(9_500, { claimedAt: 4_000, resolvedAt: 9_000, rating, team }));
  await publish(state(9_900, { claimedAt: 4_000, reopened: 1, rating, team }));
  await publish(state(9_950, { claimedAt: 4_000, reopened: 1, rating, team }));
  await publish({ type: "opened", record: { ...record, facts: facts({ reopened: 2, rating }) } });

  expect(seen).toEqual([
    ["asked-for-person", ""],
    ["claimed", 3_000, ""],
    ["first-reply", 4_000, ""],
    ["resolved", 8_000, ""],
    [4, "billing"],
    ["reopened", "billing"],
    ["reopened", ""],
  ]);
  await desk.close();
});
