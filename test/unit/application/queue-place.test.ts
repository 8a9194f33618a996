import { describe, expect, it } from "vitest";
import { findQueuePlace } from "../../../src/application/index.ts";
import {
  type CaseFacts,
  type CaseRecord,
  caseId,
  NEW_CASE_FACTS,
} from "../../../src/core/index.ts";
import type { Agent } from "../../../src/ports/desk.ts";
import { aCase } from "../../support/reply-builder.ts";

function waiting(id: string, openedAt: number, facts: Partial<CaseFacts> = {}): CaseRecord {
  return aCase({ id: caseId(id), openedAt, facts: { ...NEW_CASE_FACTS, ...facts } });
}

function aDesk(records: readonly CaseRecord[], present: readonly Agent[] = []) {
  return {
    view: {
      list: () => Promise.resolve(records.filter(({ state }) => state !== "resolved")),
      get: (id: string) => Promise.resolve(records.find((one) => one.id === id) ?? null),
    },
    roster: { present: () => Promise.resolve(present) },
    isAssigned: true,
    members: new Map([["billing", ["slack:U1", "Ben"]]]),
  };
}

const asked = { reopens: null, team: "billing", priority: "normal" } as const;

describe("the place in the queue that a customer is told", () => {
  it("counts what waits for his own team alone", async () => {
    const desk = aDesk([
      waiting("C-1", 1, { team: "billing" }),
      waiting("C-2", 2, { team: "it" }),
      waiting("C-3", 3),
      { ...waiting("C-4", 4, { team: "billing" }), state: "claimed", agent: "Mia" },
    ]);

    expect(await findQueuePlace(asked, desk)).toMatchObject({ ahead: 1 });
    expect(await findQueuePlace({ ...asked, team: null }, desk)).toMatchObject({ ahead: 1 });
  });

  it("leaves out whoever is less urgent, however long he has waited", async () => {
    const desk = aDesk([
      waiting("C-1", 1, { team: "billing", priority: "low" }),
      waiting("C-2", 2, { team: "billing" }),
      waiting("C-3", 3, { team: "billing", priority: "urgent" }),
    ]);

    expect(await findQueuePlace(asked, desk)).toMatchObject({ ahead: 2 });
    expect(await findQueuePlace({ ...asked, priority: "high" }, desk)).toMatchObject({ ahead: 1 });
  });

  it("is by the age, the urgency and the team of the case itself when it comes back", async () => {
    const back = waiting("C-2", 2, { team: "it", resolvedAt: 9 });
    const desk = aDesk([
      waiting("C-1", 1, { team: "it" }),
      { ...back, state: "resolved" },
      waiting("C-3", 3, { team: "it" }),
      waiting("C-4", 4, { team: "billing" }),
    ]);

    const place = await findQueuePlace({ ...asked, reopens: back.id }, desk);

    expect(place).toMatchObject({ ahead: 1 });
  });

  it("comes with who of his team is there, where cases are given to those", async () => {
    const present = [
      { id: "slack:U1", name: "Mia" },
      { id: "slack:U2", name: "Eve" },
    ];

    expect(await findQueuePlace(asked, aDesk([], present))).toMatchObject({ online: 1 });
    expect(await findQueuePlace({ ...asked, team: "it" }, aDesk([], present))).toMatchObject({
      online: 2,
    });
    expect(await findQueuePlace(asked, { ...aDesk([], present), isAssigned: false })).toMatchObject(
      { online: null },
    );
  });
});
