import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readDeskLine } from "../../../adapters/shared/desk-commands.ts";
import { createDeskTalk } from "../../../adapters/shared/desk-talk.ts";
import { deskWords } from "../../../adapters/shared/desk-words.ts";
import { createRemembered } from "../../../adapters/shared/remembered.ts";
import { caseKind, DEFAULT_DIALOGUE_SETTINGS } from "../../../flows/index.ts";
import { createCaseLoad, createDeskOffice } from "../../../src/application/index.ts";
import {
  type CaseEntry,
  type CaseEvent,
  type CaseRecord,
  caseId,
  conversationId,
} from "../../../src/core/index.ts";
import { startHarness } from "../../support/flows-harness.ts";
import { createMemoryStore } from "../../support/memory-store.ts";
import { aCase, aPacket } from "../../support/reply-builder.ts";

const ID = caseId("C-AAAAA-BBBBB");
const MIA = { id: "slack:U1", name: "Mia" };
const words = deskWords("en");

const shownSchema = z.object({
  update: z.object({
    type: z.enum(["entry", "revised"]),
    entry: z.custom<CaseEntry>((entry) => z.object({ kind: z.string() }).safeParse(entry).success),
  }),
});

/** A case with its desk, as agents of a platform work on it; what the desk shows may be late. */
function startDesk({ repliesByDefault = false, isLate = (): boolean => false } = {}) {
  const harness = startHarness(caseKind(DEFAULT_DIALOGUE_SETTINGS), {}, ID);
  const conversation = conversationId("console:test");
  const send = (event: CaseEvent): void => harness.send(event);
  send({
    type: "case.requested",
    caseId: ID,
    conversationId: conversation,
    packet: aPacket(),
    at: 1,
  });
  const record = (): CaseRecord => {
    const shown = isLate() ? [] : harness.published;
    const entries = shown.flatMap((one) => {
      const { data } = shownSchema.safeParse(one);
      return data?.update.type === "entry" ? [data.update.entry] : [];
    });
    return aCase({ id: ID, entries });
  };
  const office = createDeskOffice({
    inbox: {
      tell: (_to, event) => {
        harness.send(z.custom<CaseEvent>().parse(event));
        return Promise.resolve(true);
      },
    },
    view: { get: () => Promise.resolve(record()), list: () => Promise.resolve([record()]) },
    clock: { now: () => 10 },
    capacity: null,
    load: createCaseLoad({
      view: { list: () => Promise.resolve([record()]) },
      memory: createMemoryStore(),
    }),
    canned: { hi: "public hello" },
    shownName: (agent) => agent,
    teams: [],
    words,
    learning: { learn: () => Promise.resolve() },
    roster: {
      come: () => Promise.resolve(),
      leave: () => Promise.resolve(),
      present: () => Promise.resolve([]),
    },
    assign: null,
  });
  const kept = new Map<string, unknown>();
  const memory = createRemembered(
    {
      get: (name) => Promise.resolve(kept.get(name) ?? null),
      set: (name, value) => Promise.resolve(void kept.set(name, value)),
      claim: () => Promise.resolve(true),
      delete: () => Promise.resolve(),
      list: () => Promise.resolve([]),
      close: () => Promise.resolve(),
    },
    "test:",
  );
  const talk = createDeskTalk({
    office,
    words,
    repliesByDefault,
    memory,
    whoIs: () => Promise.resolve(null),
  });
  let count = 0;
  const doing = (line: string, agent = MIA) => {
    count += 1;
    return { caseId: ID, agent, key: `k${count}`, origin: line };
  };
  return {
    harness,
    write: (line: string, text: string) => talk.line(doing(line), text),
    edit: (line: string, before: string, now: string) => talk.correct(doing(line), { before, now }),
    remove: (line: string) => talk.withdraw(doing(line)),
    told: () => harness.told.map(({ event }) => event),
  };
}

describe("a line that is edited at a desk", () => {
  it.each([
    { repliesByDefault: true, texts: ["// SECRET he lies", "SECRET he lies", "SECRET he lies."] },
    { repliesByDefault: false, texts: ["SECRET", "!r SECRET", "!r SECRET."] },
  ])("stays a note, however often its text says otherwise: $texts", async (given) => {
    for (const late of [false, true]) {
      const desk = startDesk({ ...given, isLate: () => late });
      const [first = "", second = "", third = ""] = given.texts;

      await desk.write("slack:C/1", first);

      expect(await desk.edit("slack:C/1", first, second)).toBe(words.noOrder);
      expect(await desk.edit("slack:C/1", second, third)).toBe(words.noOrder);
      expect(desk.told()).toEqual([]);
    }
  });

  it("is taken back from the customer when it was a reply, whatever its text says since", async () => {
    for (const late of [false, true]) {
      const desk = startDesk({ isLate: () => late });
      await desk.write("slack:C/1", "!r Room 12 private");

      expect(await desk.edit("slack:C/1", "!r Room 12 private", "Room 12")).toBe(words.noOrder);
      expect(await desk.remove("slack:C/1")).toBeNull();

      expect(desk.told().at(-1)).toMatchObject({ type: "case.withdrawn", line: "slack:C/1" });
    }
  });

  it.each([
    ["somebody else has the case", { type: "agent.assigned", to: "Ben", toBy: "slack:U2" }],
    ["the case is over", { type: "agent.resolved" }],
  ] as const)("changes for the customer, and goes from him, when %s by now", async (_, since) => {
    const desk = startDesk();
    await desk.write("slack:C/1", "!r Room 12");
    desk.harness.send({ ...since, agent: "Mia", by: "slack:U1", at: 20 });

    await desk.edit("slack:C/1", "!r Room 12", "!r Room 14");
    await desk.remove("slack:C/1");

    expect(desk.told().slice(-2)).toMatchObject([
      { type: "case.revised", line: "slack:C/1", text: "Room 14" },
      { type: "case.withdrawn", line: "slack:C/1" },
    ]);
  });

  it("is taken back from the customer when it was a ready answer", async () => {
    const desk = startDesk();
    await desk.write("slack:C/1", "!canned hi");

    await desk.remove("slack:C/1");

    expect(desk.told().at(-1)).toMatchObject({ type: "case.withdrawn", line: "slack:C/1" });
  });

  it("reaches nobody when it was an order that could not be read", async () => {
    const desk = startDesk({ repliesByDefault: true });
    await desk.write("slack:C/1", "!nonsense");

    expect(await desk.edit("slack:C/1", "!nonsense", "nonsense")).toBe(words.noOrder);
    expect(await desk.remove("slack:C/1")).toBeNull();
    expect(desk.told()).toEqual([]);
  });

  it("changes nothing for the customer when its first words were refused, and its agent hears so", async () => {
    const desk = startDesk({ isLate: () => true });
    desk.harness.send({ type: "agent.claimed", agent: "Ben", by: "slack:U2", at: 2 });
    await desk.write("slack:C/1", "!r Room 12");
    desk.harness.send({ type: "agent.released", agent: "Ben", by: "slack:U2", at: 3 });
    const before = desk.told().length;

    await desk.edit("slack:C/1", "!r Room 12", "!r Room 14");

    expect(desk.told()).toHaveLength(before);
    expect(JSON.stringify(desk.harness.published.at(-1))).toContain("never went to them");
  });
});

/** Ways to write the same words, as a note, a reply, or something that nobody can read. */
const FORMS = [
  (text: string) => text,
  (text: string) => `!r ${text}`,
  (text: string) => `// ${text}`,
  (text: string) => `!note ${text}`,
  (text: string) => `!reply ${text}`,
  (text: string) => `!${text}`,
  () => "!canned hi",
];
const form = fc.constantFrom(...FORMS);
const doings = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant("write" as const), form }),
    {
      weight: 4,
      arbitrary: fc.record({ type: fc.constant("edit" as const), form, line: fc.nat(2) }),
    },
    fc.record({ type: fc.constant("remove" as const), line: fc.nat(5) }),
    fc.record({
      type: fc.constantFrom(
        "agent.claimed" as const,
        "agent.released" as const,
        "agent.resolved" as const,
        "agent.reopened" as const,
      ),
      agent: fc.constantFrom(MIA, { id: "slack:U2", name: "Ben" }),
    }),
  ),
  { minLength: 10, maxLength: 25, size: "max" },
);

describe("what agents write, edit and delete, over random sequences", () => {
  it("shows the customer no word of a note, and leaves him none that was taken back", async () => {
    const given = fc.record({ doings, repliesByDefault: fc.boolean(), late: fc.nat(3) });
    await fc.assert(
      fc.asyncProperty(given, async ({ doings: all, repliesByDefault, late }) => {
        let looks = 0;
        const isLate = (): boolean => {
          looks += 1;
          return late > 0 && looks % late === 0;
        };
        const desk = startDesk({ repliesByDefault, isLate });
        const lines: { origin: string; word: string; text: string; isGone: boolean }[] = [];

        for (const [at, doing] of all.entries()) {
          if (doing.type === "write") {
            const first = readDeskLine(doing.form("x"), { repliesByDefault, caseId: ID });
            const made = first.type === "act" ? first.act.type : null;
            const isReply = made === "reply" || made === "canned";
            const word = isReply ? "public" : "SECRET";
            const text = doing.form(word);
            lines.push({ origin: `slack:C/${lines.length}`, word, text, isGone: false });
            await desk.write(`slack:C/${lines.length - 1}`, text);
          } else if (doing.type === "edit" || doing.type === "remove") {
            const line = lines[doing.line % Math.max(1, lines.length)];
            if (line === undefined || line.isGone) continue;
            const before = line.text;
            if (doing.type === "edit") {
              line.text = doing.form(`${line.word} ${at}`);
              await desk.edit(line.origin, before, line.text);
            } else {
              await desk.remove(line.origin);
              line.isGone = true;
              const about = desk.told().filter((one) => "line" in one && one.line === line.origin);
              const isSent = about.some(({ type }) => type === "case.replied");
              const isBack = about.some(({ type }) => type === "case.withdrawn");
              expect(isBack).toBe(isSent);
            }
          } else {
            const { id: by, name: agent } = doing.agent;
            desk.harness.send({ type: doing.type, agent, by, at: at + 2 });
          }
        }

        expect(JSON.stringify(desk.told())).not.toContain("SECRET");
      }),
      { numRuns: 100 },
    );
  });
});
