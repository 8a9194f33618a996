import { describe, expect, it } from "vitest";
import { createLearning, createLearningDesk } from "../../../src/application/index.ts";
import {
  type CaseRecord,
  caseId,
  effectKey,
  FrontdeskError,
  NEW_CASE_FACTS,
  type Visibility,
} from "../../../src/core/index.ts";
import type { Agent } from "../../../src/ports/desk.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { createHandoverLog } from "../../../src/runtime/index.ts";
import { createMemoryStore } from "../../support/memory-store.ts";
import { aCase } from "../../support/reply-builder.ts";

const ID = caseId("C-AAAAA-BBBBB");
const { signal } = new AbortController();
const editor: Agent = { id: "slack:U1", name: "Mia", role: "editor" };
const viewer: Agent = { id: "slack:U2", name: "Ben", role: "viewer" };

function aSolved(parts: Partial<CaseRecord> = {}): CaseRecord {
  return aCase({
    id: ID,
    state: "resolved",
    agent: "Mia",
    facts: { ...NEW_CASE_FACTS, resolvedAt: 9, resolution: "solved", rating: null },
    entries: [
      { kind: "note", name: "Mia", text: "SECRET", at: 5 },
      { kind: "reply", name: "Mia", text: "The front office prints new ones.", at: 6 },
    ],
    ...parts,
  });
}

function aSchool(record: CaseRecord) {
  const noted: { readonly text: string; readonly key: string }[] = [];
  const written = new Map<string, string>();
  const kept: { readonly collection: string; readonly visibility: Visibility }[] = [];
  const memory = createMemoryStore();
  const log = createHandoverLog(memory);
  const learning = createLearning({
    view: { get: () => Promise.resolve(record) },
    inbox: {
      tell: (_to, event, [key = ""]) => {
        const isNew = !noted.some((one) => one.key === key);
        if (isNew) noted.push({ text: String(Object(event).text), key });
        return Promise.resolve(isNew);
      },
    },
    memory,
    log,
    shelf: {
      async put({ collection, name, bytes, visibility }) {
        written.set(name, Buffer.from(bytes).toString());
        kept.push({ collection, visibility });
        return { status: "added", source: name, title: name, chunks: 1, warning: null };
      },
    },
    clock: { now: () => 10 },
    botName: "Frontdesk",
    words: {
      offer: ({ question, answer }) => `offer: ${question} ${answer}`,
      learned: (agent, visibility) => `learned: ${agent} ${visibility}`,
    },
    logger: silentLogger,
    signal,
  });
  return { learning, log, noted, written, kept };
}

describe("a case that has ended", () => {
  it("is kept as labelled data, with what was tried and what people answered, and no notes", async () => {
    const school = aSchool(aSolved());

    await school.learning.ended(ID);

    const samples = await school.log.list({ limit: 10 });
    expect(samples).toMatchObject([
      {
        caseId: ID,
        reason: "asked-for-person",
        question: "How do I get my parking permit back?",
        answers: ["The front office prints new ones."],
        resolution: "solved",
        rating: null,
      },
    ]);
    expect(JSON.stringify(samples)).not.toContain("SECRET");
  });

  it("is kept anew when it is rated", async () => {
    const rating = { stars: 4, comment: "quick" };
    const record = aSolved();
    const school = aSchool({ ...record, facts: { ...record.facts, rating } });

    await school.learning.ended(ID);
    await school.learning.ended(ID);

    expect(await school.log.list({ limit: 10 })).toMatchObject([{ rating }]);
  });

  it("is kept with a rating that comes after it was closed, and offered to nobody then", async () => {
    const rating = { stars: 2, comment: null };
    const record = aSolved({ state: "closed" });
    const school = aSchool({ ...record, facts: { ...record.facts, rating } });
    const desk = createLearningDesk(
      { publish: () => Promise.resolve() },
      school.learning,
      silentLogger,
    );
    const closed = { type: "state", caseId: ID, state: "closed", agent: "Mia", at: 20 } as const;

    await desk.publish({ ...closed, isQuiet: true }, { key: effectKey("k2"), signal });

    expect(await school.log.list({ limit: 10 })).toMatchObject([{ caseId: ID, rating }]);
    expect(school.noted).toEqual([]);
  });

  it("offers what was answered to editors, once", async () => {
    const school = aSchool(aSolved());

    await school.learning.ended(ID);
    await school.learning.ended(ID);

    expect(school.noted.map(({ text }) => text)).toEqual([
      "offer: How do I get my parking permit back? The front office prints new ones.",
    ]);
  });

  it.each([
    ["was not solved", { facts: { ...NEW_CASE_FACTS, resolvedAt: 9, resolution: "spam" } }],
    ["was answered by nobody", { entries: [] }],
  ] as const)("offers nothing when it %s", async (_, parts) => {
    const school = aSchool(aSolved(parts));

    await school.learning.ended(ID);

    expect(school.noted).toEqual([]);
    expect(await school.log.list({ limit: 10 })).toHaveLength(1);
  });

  it("is no sample while it is open", async () => {
    const school = aSchool(aCase({ id: ID }));

    await school.learning.ended(ID);

    expect(await school.log.list({ limit: 10 })).toEqual([]);
  });
});

describe("learning from a case", () => {
  it("makes a document of question and answer, visible as the editor says", async () => {
    const school = aSchool(aSolved());

    await school.learning.learn(aSolved(), editor, { type: "learn", visibility: "group:hr" }, "k1");

    expect(school.written.get(`${ID}.md`)).toBe(
      "# How do I get my parking permit back?\n\nThe front office prints new ones.\n",
    );
    expect(school.kept).toEqual([{ collection: "cases", visibility: "group:hr" }]);
    expect(school.noted).toMatchObject([{ text: "learned: Mia group:hr" }]);
  });

  it("takes the editor's own words, and no line of them for a heading", async () => {
    const school = aSchool(aSolved());
    const act = {
      type: "learn",
      visibility: null,
      question: "Where are permits\nprinted?",
      answer: "# In the front office",
    } as const;

    await school.learning.learn(aSolved(), editor, act, "k1");

    expect(school.written.get(`${ID}.md`)).toBe(
      "# Where are permits printed?\n\n\\# In the front office\n",
    );
    expect(school.kept[0]?.visibility).toBe("internal");
  });

  it("is not offered again once it is done", async () => {
    const school = aSchool(aSolved());
    await school.learning.learn(aSolved(), editor, { type: "learn", visibility: null }, "k1");

    await school.learning.ended(ID);

    expect(school.noted.map(({ text }) => text)).toEqual(["learned: Mia internal"]);
  });

  it.each([
    ["forbidden", "somebody who is no editor", viewer, "internal"],
    ["usage", "a visibility that is none", editor, "everybody"],
  ] as const)("is refused as %s: %s", async (code, _, agent, visibility) => {
    const school = aSchool(aSolved());

    const learned = school.learning.learn(aSolved(), agent, { type: "learn", visibility }, "k1");

    await expect(learned).rejects.toMatchObject({ code });
    expect(school.kept).toEqual([]);
  });
});

describe("a desk that learns", () => {
  const call = { key: effectKey("k1"), signal };
  const resolved = { type: "state", caseId: ID, state: "resolved", agent: null, at: 9 } as const;
  const desk = { publish: () => Promise.resolve() };

  it("looks at cases when they end, and is not held up by what goes wrong there", async () => {
    const asked: string[] = [];
    const learning = {
      ended: (id: string): Promise<void> => {
        asked.push(id);
        return Promise.reject(new Error("broken"));
      },
      learn: () => Promise.resolve(),
    };
    const learningDesk = createLearningDesk(desk, learning, silentLogger);

    await learningDesk.publish(resolved, call);
    await learningDesk.publish({ ...resolved, state: "claimed" }, call);

    expect(asked).toEqual([ID]);
  });

  it("keeps a case anew when one of its lines is taken back after it ended", async () => {
    const taken = { kind: "reply", name: "Mia", text: "", at: 6, line: "l1" } as const;
    const school = aSchool(aSolved({ entries: [taken] }));
    const before = aSchool(aSolved());
    await before.learning.ended(ID);
    for (const sample of await before.log.list({ limit: 1 })) await school.log.add(sample);

    const entry = { ...taken, revision: "deleted" } as const;
    const revised = { type: "revised", caseId: ID, entry } as const;
    await createLearningDesk(desk, school.learning, silentLogger).publish(revised, call);

    expect(await school.log.list({ limit: 10 })).toMatchObject([{ caseId: ID, answers: [] }]);
  });

  it("tries again what a store that is away has not taken", async () => {
    const away = new FrontdeskError("store_unavailable", "away", { retryable: true });
    const learning = { ended: () => Promise.reject(away), learn: () => Promise.resolve() };

    await expect(
      createLearningDesk(desk, learning, silentLogger).publish(resolved, call),
    ).rejects.toBe(away);
  });
});
