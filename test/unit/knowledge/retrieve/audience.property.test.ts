import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createAnswerCache, createDialogueTasks } from "../../../../flows/index.ts";
import { createKnowing } from "../../../../src/application/knowing.ts";
import {
  type Audience,
  mayRead,
  type Principal,
  principalMayRead,
  ROLES,
  userId,
  type Visibility,
} from "../../../../src/core/index.ts";
import type { ChatModel } from "../../../../src/ports/chat-model.ts";
import { silentLogger } from "../../../../src/ports/logger.ts";
import { aTaskContext } from "../../../support/flows-builders.ts";
import { QUICK_SETTINGS } from "../../../support/flows-dialogue.ts";
import { createHashEmbedder } from "../../../support/hash-embedder.ts";
import { type KnowledgeFixture, openKnowledge } from "../../../support/knowledge-fixture.ts";

const VISIBILITIES: readonly Visibility[] = [
  "public",
  "internal",
  "group:hr",
  "group:it",
  "user:ana",
  "user:bo",
];
const COLLECTIONS = ["one", "two"] as const;
const WORDS = ["vpn", "leave", "salary", "printer", "badge", "年假", "密码", "e-1042"];
const { signal } = new AbortController();

interface Placed {
  /** Stands in title, heading and text of this document and nowhere else. */
  readonly mark: string;
  readonly collection: string;
  readonly visibility: Visibility;
}

const principal: fc.Arbitrary<Principal> = fc.record({
  platform: fc.constant("console"),
  userId: fc.constantFrom("ana", "bo", "cy").map(userId),
  displayName: fc.constant("somebody"),
  role: fc.constantFrom(...ROLES),
  groups: fc.subarray(["hr", "it"]),
});
const audience: fc.Arbitrary<Audience> = fc.oneof(
  fc.constant<Audience>({ kind: "private" }),
  fc.record({ kind: fc.constant("shared"), visible: fc.subarray([...VISIBILITIES]) }),
);
const question = fc
  .uniqueArray(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 3 })
  .map((words) => words.join(" "));

/** Says all that it was given: whatever reaches the model would be read by the whole channel. */
function blabbingModel(): ChatModel {
  return {
    status: () => ({ model: "blab", state: "ready", reason: null }),
    async *generate({ messages }) {
      const passages = messages.at(-1)?.text ?? "";
      yield { type: "text", text: `${passages.replaceAll(/\s+/gu, " ")} [1]` };
      const usage = { promptTokens: 1, cachedTokens: 0, outputTokens: 1, thoughtTokens: 0 };
      yield { type: "done", stopReason: "end", usage };
    },
  };
}

const placed: Placed[] = [];
let fixture: KnowledgeFixture;
const cached = new Map<string, unknown>();
const outcomes = { hit: 0, miss: 0, stored: 0 };

/** Five documents for each collection and visibility, with words drawn from a short list so that they compete. */
beforeAll(async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-audience-"));
  const options = { dataDir, embedder: createHashEmbedder() };
  fixture = await openKnowledge(options, { closesAfterTest: false });
  let count = 0;
  for (const collection of COLLECTIONS) {
    for (const visibility of VISIBILITIES) {
      const root = `/kb/${collection}/${visibility}`;
      for (let index = 0; index < 5; index += 1) {
        const mark = `mark${String(count).padStart(3, "0")}`;
        const words = WORDS.filter((_, at) => (count + at * (index + 1)) % 3 === 0);
        const text = `# About ${mark}\n\n${words.join(" ")} ${mark} is what counts here.`;
        fixture.documents.put(root, `${mark}.md`, text, `Note ${words[0] ?? ""} ${mark}`);
        placed.push({ mark, collection, visibility });
        count += 1;
      }
      await fixture.ingest(root, { collection, visibility });
    }
  }
}, 60_000);
afterAll(async () => {
  await fixture.knowledge.close();
  rmSync(fixture.dataDir, { recursive: true, force: true });
});

/** The marks of documents that stand in anything that was told. */
function marksIn(...told: readonly unknown[]): ReadonlySet<string> {
  return new Set(JSON.stringify(told).match(/mark\d{3}/gu) ?? []);
}

function expectOnly(told: ReadonlySet<string>, isAllowed: (entry: Placed) => boolean): void {
  const leaked = placed.filter((entry) => told.has(entry.mark) && !isAllowed(entry));
  expect(leaked).toEqual([]);
}

const retrievedSchema = z.looseObject({
  passages: z.array(z.looseObject({ title: z.string() })),
  assessment: z.looseObject({ missing: z.array(z.string()) }),
  view: z.string(),
  isPrivate: z.boolean().optional(),
});

/** A turn of the dialogue as its tasks do it: what was found, what was shown, what was cited. */
async function turn(
  asked: string,
  who: Principal,
  readers: Audience,
  options: { readonly hasModel: boolean; readonly mayAnswerPrivately: boolean },
) {
  const tasks = createDialogueTasks({
    retriever: fixture.knowledge,
    chatModel: options.hasModel ? blabbingModel() : null,
    cache: createAnswerCache({
      memory: {
        get: async (name) => cached.get(name) ?? null,
        set: async (name, value) => void cached.set(name, value),
      },
      ttlMs: 1_000,
      digest: (text) => createHash("sha256").update(text).digest("hex"),
      onOutcome: (outcome) => {
        outcomes[outcome] += 1;
      },
      logger: silentLogger,
    }),
    webSearch: null,
    settings: QUICK_SETTINGS,
    logger: silentLogger,
  });
  const shown: unknown[] = [];
  const context = aTaskContext({ progress: (progress) => shown.push(progress) });
  const retrieved = retrievedSchema.parse(
    await tasks["retrieve"]?.(
      {
        question: asked,
        language: "en",
        principal: who,
        audience: readers,
        mayAnswerPrivately: options.mayAnswerPrivately,
        reading: null,
        optionPrefix: "c1",
      },
      context,
    ),
  );
  const { passages, assessment, view, isPrivate = false } = retrieved;
  const input = { question: asked, language: "en", passages, isRegeneration: false };
  const answerInput = { ...input, missing: assessment.missing, turns: [], view };
  const keys = { conversationKey: who.userId, userKey: who.userId };
  const draft: unknown = await tasks["answer"]?.({ ...answerInput, ...keys }, context);
  const verified: unknown = await tasks["verify"]?.({ ...input, draft }, context);
  return { told: marksIn(retrieved, shown, draft, verified), isPrivate };
}

describe("what anybody is shown", () => {
  it("holds no passage, title, option, citation or kept answer that a reader may not see", async () => {
    await fc.assert(
      fc.asyncProperty(
        question,
        fc.tuple(principal, audience),
        fc.tuple(principal, audience),
        fc.record({ hasModel: fc.boolean(), mayAnswerPrivately: fc.boolean() }),
        async (asked, first, second, options) => {
          // The same question of two places, and once more of the first: what was kept for one may be given to the other.
          for (const [who, readers] of [first, second, first]) {
            const { told, isPrivate } = await turn(asked, who, readers, options);

            const seenBy: Audience = isPrivate ? { kind: "private" } : readers;
            expectOnly(told, ({ visibility }) => mayRead(who, seenBy, visibility));
          }
        },
      ),
      { numRuns: 60 },
    );

    // Answers were really given again: the property says something about them.
    expect(outcomes.hit).toBeGreaterThan(10);
    expect(outcomes.stored).toBeGreaterThan(10);
  }, 60_000);

  it("holds no suggested title that the person may not see, and all that he may", async () => {
    await fc.assert(
      fc.asyncProperty(principal, fc.constantFrom("note", "mark", ...WORDS), async (who, words) => {
        const titles = await fixture.knowledge.titles?.({ words, principal: who, limit: 100 });
        const told = marksIn(titles);

        expectOnly(told, ({ visibility }) => principalMayRead(who, visibility));
        const readable = placed.filter(({ visibility }) => principalMayRead(who, visibility));
        if (words === "mark") expect(told.size).toBe(readable.length);
      }),
      { numRuns: 60 },
    );
  });

  it("names and counts only sources that the person may see", async () => {
    await fc.assert(
      fc.asyncProperty(principal, async (who) => {
        const people = { [`console:${who.userId}`]: { role: who.role, groups: [...who.groups] } };
        const knowing = createKnowing({
          knowledge: fixture.knowledge,
          people: { defaultRole: "guest", people },
        });
        const speaker = { ...who, platform: "console", groups: [] } as const;
        const sources = await knowing.sources({ speaker }, { signal });

        expect(sources.every(({ visibility }) => principalMayRead(who, visibility))).toBe(true);
        const counted = sources.reduce((sum, { documents }) => sum + documents, 0);
        const readable = placed.filter(({ visibility }) => principalMayRead(who, visibility));
        expect(counted).toBe(readable.length);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a view of the documents", () => {
  it("is the same for those who may see the same, and for nobody else", async () => {
    const viewOf = async (who: Principal, readers: Audience) =>
      (await fixture.ask("vpn", { principal: who, audience: readers })).view;
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(principal, audience),
        fc.tuple(principal, audience),
        async ([who, readers], [other, others]) => {
          const sees = VISIBILITIES.map((visibility) => mayRead(who, readers, visibility));
          const otherSees = VISIBILITIES.map((visibility) => mayRead(other, others, visibility));

          const isEqual = (await viewOf(who, readers)) === (await viewOf(other, others));

          expect(isEqual).toBe(sees.join() === otherSees.join());
        },
      ),
      { numRuns: 60 },
    );
  });
});
