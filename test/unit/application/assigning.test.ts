import { describe, expect, it } from "vitest";
import { deskWords } from "../../../adapters/shared/desk-words.ts";
import {
  createAssigner,
  createAssigningDesk,
  createCaseLoad,
  createDeskOffice,
} from "../../../src/application/index.ts";
import { type CaseRecord, caseId, effectKey, NEW_CASE_FACTS } from "../../../src/core/index.ts";
import type { Agent, AgentRoster } from "../../../src/ports/desk.ts";
import type { KeyedMemory } from "../../../src/ports/keyed-memory.ts";
import { createAgentRoster } from "../../../src/runtime/index.ts";
import { createMemoryStore } from "../../support/memory-store.ts";
import { aCase } from "../../support/reply-builder.ts";

const mia: Agent = { id: "slack:U1", name: "Mia" };
const ben: Agent = { id: "slack:U2", name: "Ben" };

function aWaiting(id: string, facts: Partial<CaseRecord["facts"]> = {}, openedAt = 1): CaseRecord {
  return aCase({ id: caseId(id), openedAt, facts: { ...NEW_CASE_FACTS, ...facts } });
}

function claimedBy(id: string, agent: Agent): CaseRecord {
  return aCase({ id: caseId(id), state: "claimed", agent: agent.name });
}

function aDesk(
  records: readonly CaseRecord[],
  options: {
    readonly present?: readonly Agent[];
    readonly capacity?: number;
    readonly members?: ReadonlyMap<string, readonly string[]>;
    readonly memory?: KeyedMemory;
  } = {},
) {
  const told: { readonly id: string; readonly event: unknown; readonly keys: readonly string[] }[] =
    [];
  const inbox = {
    tell: (
      to: { readonly id: string },
      event: unknown,
      keys: readonly string[],
    ): Promise<boolean> => {
      told.push({ id: to.id, event, keys });
      return Promise.resolve(true);
    },
  };
  const view = { list: () => Promise.resolve(records) };
  const clock = { now: () => 9 };
  const { present = [mia, ben], capacity = null, members = new Map() } = options;
  const roster: Pick<AgentRoster, "present"> = { present: () => Promise.resolve(present) };
  const { memory = createMemoryStore() } = options;
  const load = createCaseLoad({ view, memory });
  const assigner = createAssigner({ roster, view, inbox, clock, capacity, members, load });
  const gifts = (): readonly string[] =>
    told.map(({ id, event }) => `${id} ${String(Object(event).agent)}`);
  return { assigner, load, inbox, view, clock, told, gifts };
}

describe("assigning cases to those who are there", () => {
  it("gives the most urgent and oldest first to whoever has the fewest", async () => {
    const desk = aDesk([
      claimedBy("C-held", mia),
      aWaiting("C-late", {}, 3),
      aWaiting("C-early", {}, 2),
      aWaiting("C-urgent", { priority: "urgent" }, 4),
    ]);

    await desk.assigner.assign("now");

    expect(desk.gifts()).toEqual(["C-urgent Ben", "C-early Mia", "C-late Ben"]);
    expect(desk.told[0]?.keys).toEqual(["assign:C-urgent:now"]);
  });

  it("gives nobody more than he may have", async () => {
    const desk = aDesk([claimedBy("C-1", mia), aWaiting("C-2"), aWaiting("C-3")], { capacity: 1 });

    await desk.assigner.assign("now");

    expect(desk.gifts()).toEqual(["C-2 Ben"]);
  });

  it("gives a team's case to its members alone", async () => {
    const members = new Map([["billing", ["Ben"]]]);
    const desk = aDesk(
      [aWaiting("C-1", { team: "billing" }), aWaiting("C-2", { team: "billing" })],
      {
        members,
      },
    );

    await desk.assigner.assign("now");

    expect(desk.gifts()).toEqual(["C-1 Ben", "C-2 Ben"]);
  });

  it("does not give a case back to whoever has just given it away", async () => {
    const desk = aDesk([aWaiting("C-1", { leftBy: mia.id })], { present: [mia] });

    await desk.assigner.assign("now");

    expect(desk.gifts()).toEqual([]);
  });

  it("takes every change of a case for an occasion, but no line in it", async () => {
    const desk = aDesk([aWaiting("C-1")]);
    const shown: string[] = [];
    const publish = (update: { readonly type: string }): Promise<void> => {
      shown.push(update.type);
      return Promise.resolve();
    };
    const assigning = createAssigningDesk({ publish }, desk.assigner);
    const call = { key: effectKey("k1"), signal: new AbortController().signal };
    const entry = { kind: "note", name: "Mia", text: "hm", at: 1 } as const;

    await assigning.publish({ type: "entry", caseId: caseId("C-1"), entry }, call);
    const afterLine = desk.gifts().length;
    await assigning.publish({ type: "opened", record: aWaiting("C-1") }, call);

    expect([afterLine, desk.gifts()]).toEqual([0, ["C-1 Mia"]]);
    expect(shown).toEqual(["entry", "opened"]);
  });
});

describe("several processes with one memory", () => {
  it("give nobody more than he may have when they assign at the same moment", async () => {
    const memory = createMemoryStore();
    const records = [aWaiting("C-1", {}, 1), aWaiting("C-2", {}, 2), aWaiting("C-3", {}, 3)];
    const options = { memory, capacity: 1 };
    const [one, two] = [aDesk(records, options), aDesk(records.toReversed(), options)];

    await Promise.all([one.assigner.assign("one"), two.assigner.assign("two")]);

    const owners = [...one.gifts(), ...two.gifts()].map((gift) => gift.split(" ")[1]);
    expect(owners.toSorted()).toEqual(["Ben", "Mia"]);
  });

  it("do not give away again what one of them has just given", async () => {
    const memory = createMemoryStore();
    const records = [aWaiting("C-1")];
    const [one, two] = [aDesk(records, { memory }), aDesk(records, { memory })];

    await one.assigner.assign("one");
    await two.assigner.assign("two");

    expect([...one.gifts(), ...two.gifts()]).toEqual(["C-1 Mia"]);
  });
});

describe("coming to the desk and leaving it", () => {
  function anOffice(
    records: readonly CaseRecord[],
    options: {
      readonly canned?: Readonly<Record<string, string>>;
      readonly capacity?: number;
      readonly memory?: KeyedMemory;
    } = {},
  ) {
    const { memory = createMemoryStore() } = options;
    const desk = aDesk(records, {
      memory,
      ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
    });
    const roster = createAgentRoster(createMemoryStore(), { forMs: 60_000 });
    const occasions: string[] = [];
    const office = createDeskOffice({
      inbox: desk.inbox,
      view: {
        ...desk.view,
        get: (id) => Promise.resolve(records.find((one) => one.id === id) ?? null),
      },
      clock: desk.clock,
      capacity: options.capacity ?? null,
      canned: options.canned ?? {},
      shownName: () => "The support team",
      learning: { learn: () => Promise.reject(new Error("nothing is learned here")) },
      teams: ["billing"],
      words: deskWords("zh"),
      roster,
      load: desk.load,
      assign: (key) => {
        occasions.push(key);
        return Promise.resolve();
      },
    });
    return { office, roster, desk, occasions };
  }

  it("says in the team's language that there is no such team, and passes nothing on", async () => {
    const { office, desk } = anOffice([claimedBy("C-1", mia)]);

    const passing = office.act(caseId("C-1"), mia, { type: "transfer", team: "sales" }, "k1");

    await expect(passing).rejects.toMatchObject({
      code: "usage",
      message: "没有叫 sales 的团队；现有：billing。",
    });
    expect(desk.told).toEqual([]);
  });

  it("fills in a ready answer with the name that customers may see", async () => {
    const canned = { hello: "{agent} here, {customer}: {case}" };
    const { office, desk } = anOffice([claimedBy("C-1", mia)], { canned });

    await office.act(caseId("C-1"), mia, { type: "canned", name: "hello" }, "k1");

    expect(desk.told).toMatchObject([
      { event: { type: "agent.replied", agent: "Mia", text: "The support team here, Ann: C-1" } },
    ]);
  });

  it("refuses to give a case to somebody who has as many as he may have, in the team's language", async () => {
    const { office, desk } = anOffice([claimedBy("C-1", ben), aWaiting("C-2")], { capacity: 1 });
    const toBen = { type: "assign", to: ben.name, toBy: ben.id } as const;

    const giving = office.act(caseId("C-2"), mia, toBen, "k1");

    await expect(giving).rejects.toMatchObject({
      code: "agent_busy",
      message: "没有执行：Ben 手上已有 1 个工单，到了上限。",
    });
    expect(desk.told).toEqual([]);
  });

  it("gives one of two cases that are claimed at the same moment to whoever may have one", async () => {
    const { office, desk } = anOffice([aWaiting("C-1"), aWaiting("C-2")], { capacity: 1 });
    const claim = (id: string) => office.act(caseId(id), mia, { type: "claim" }, `k-${id}`);

    const outcomes = await Promise.allSettled([claim("C-1"), claim("C-2")]);

    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(outcomes[1]).toMatchObject({ reason: { code: "agent_busy" } });
    expect(desk.told.map(({ id }) => id)).toEqual(["C-1"]);
  });

  it("gives him one of two that he claims in two processes at the same moment", async () => {
    const memory = createMemoryStore();
    const records = [aWaiting("C-1"), aWaiting("C-2")];
    const offices = ["C-1", "C-2"].map((id) => ({
      id: caseId(id),
      ...anOffice(records, { capacity: 1, memory }),
    }));

    const outcomes = await Promise.allSettled(
      offices.map(({ office, id }) => office.act(id, mia, { type: "claim" }, `k-${id}`)),
    );

    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
  });

  it("refuses what he claims while a case that was given to him is under way", async () => {
    const { office, desk } = anOffice([aWaiting("C-1"), aWaiting("C-2")], { capacity: 1 });
    await desk.assigner.assign("now");

    const claiming = office.act(caseId("C-2"), mia, { type: "claim" }, "k1");

    await expect(claiming).rejects.toMatchObject({ code: "agent_busy" });
    expect(desk.gifts()).toEqual(["C-1 Mia", "C-2 Ben"]);
  });

  it("counts a case no more that is given back before the desk has shown it taken", async () => {
    const { office, desk } = anOffice([aWaiting("C-1"), aWaiting("C-2")], { capacity: 1 });

    await office.act(caseId("C-1"), mia, { type: "claim" }, "k1");
    await office.act(caseId("C-1"), mia, { type: "release" }, "k2");
    await office.act(caseId("C-2"), mia, { type: "claim" }, "k3");

    expect(desk.told.map(({ id, event }) => `${id} ${String(Object(event).type)}`)).toEqual([
      "C-1 agent.claimed",
      "C-1 agent.released",
      "C-2 agent.claimed",
    ]);
  });

  it("makes somebody present, and is an occasion to give him what waits", async () => {
    const { office, roster, occasions } = anOffice([]);

    await office.attend(mia, true, "k1");

    expect(await roster.present()).toEqual([mia]);
    expect(occasions).toEqual(["slack:U1:k1"]);
  });

  it("gives what somebody has back to the queue when he leaves", async () => {
    const { office, roster, desk } = anOffice([claimedBy("C-1", mia), claimedBy("C-2", ben)]);
    await office.attend(mia, true, "k1");

    await office.attend(mia, false, "k2");

    expect(await roster.present()).toEqual([]);
    expect(desk.told).toMatchObject([
      { id: "C-1", event: { type: "agent.released", agent: "Mia", by: mia.id }, keys: ["k2:C-1"] },
    ]);
  });

  it("gives nothing back of somebody else of the same name", async () => {
    const other: Agent = { id: "slack:U9", name: "Mia" };
    const facts = { ...NEW_CASE_FACTS, by: other.id };
    const { office, desk } = anOffice([{ ...claimedBy("C-1", mia), facts }]);

    await office.attend(mia, false, "k1");

    expect(desk.told).toEqual([]);
  });

  it("takes whoever does something for present", async () => {
    const { office, roster } = anOffice([aWaiting("C-1")]);

    await office.act(caseId("C-1"), ben, { type: "note", text: "hm" }, "k1");

    expect(await roster.present()).toEqual([ben]);
  });
});
