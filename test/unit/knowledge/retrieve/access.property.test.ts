import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Audience,
  mayRead,
  type Principal,
  ROLES,
  userId,
  type Visibility,
} from "../../../../src/core/index.ts";
import type { RetrievalResult } from "../../../../src/ports/retriever.ts";
import { createHashEmbedder } from "../../../support/hash-embedder.ts";
import { type KnowledgeFixture, openKnowledge } from "../../../support/knowledge-fixture.ts";
import { createMemoryDocuments } from "../../../support/memory-documents.ts";

const VISIBILITIES: readonly Visibility[] = [
  "public",
  "internal",
  "group:hr",
  "group:it",
  "user:ana",
  "user:bo",
];
const COLLECTIONS = ["one", "two"] as const;
const { signal } = new AbortController();
const WORDS = ["vpn", "leave", "salary", "printer", "badge", "年假", "密码", "e-1042"];

interface Placed {
  readonly collection: string;
  readonly visibility: Visibility;
  readonly words: readonly string[];
}

const placed: fc.Arbitrary<Placed> = fc.record({
  collection: fc.constantFrom(...COLLECTIONS),
  visibility: fc.constantFrom(...VISIBILITIES),
  words: fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 12 }),
});

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

const collections = fc.constantFrom(null, ["one"], ["two"], ["one", "two"], ["three"]);

/** Fills an index: each placed text is a document, in the folder of its collection and visibility. */
async function fill(
  placements: readonly (Placed & { readonly title: string })[],
): Promise<KnowledgeFixture> {
  const documents = createMemoryDocuments();
  const fixture = await openKnowledge({ documents, embedder: createHashEmbedder() });
  for (const collection of COLLECTIONS) {
    for (const visibility of VISIBILITIES) {
      const root = `/kb/${collection}/${visibility}`;
      const inside = placements.filter(
        (entry) => entry.collection === collection && entry.visibility === visibility,
      );
      for (const { title, words } of inside) documents.put(root, title, words.join(" "), title);
      if (inside.length > 0) await fixture.ingest(root, { collection, visibility });
    }
  }
  return fixture;
}

/** Everything that a result says, but for the time it took. */
function told({ passages, features, degraded }: RetrievalResult) {
  return {
    passages: passages.map(({ title, text, score, parts, collection, visibility }) => {
      return { title, text, score, parts, collection, visibility };
    }),
    features,
    degraded,
  };
}

describe("access", () => {
  it("gives every reader exactly what an index of his own documents would give him", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(placed, { minLength: 1, maxLength: 8 }),
        principal,
        audience,
        collections,
        fc.uniqueArray(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 4 }),
        async (placements, who, readers, chosen, words) => {
          const named = placements.map((entry, index) => ({ ...entry, title: `Note ${index}` }));
          const readable = named.filter(
            ({ collection, visibility }) =>
              mayRead(who, readers, visibility) &&
              (chosen === null || chosen.some((name) => name === collection)),
          );
          const all = await fill(named);
          const own = await fill(readable);
          const request = { principal: who, audience: readers, collections: chosen };

          const fromAll = told(await all.ask(words.join(" "), request));
          const fromOwn = told(await own.ask(words.join(" "), request));

          expect(fromAll).toEqual(fromOwn);
          await Promise.all([all.knowledge.close(), own.knowledge.close()]);
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it("makes topics, names and counts of a reader's own documents alone", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(placed, { minLength: 1, maxLength: 8 }),
        principal,
        collections,
        async (placements, who, chosen) => {
          const named = placements.map((entry, index) => ({ ...entry, title: `Note ${index}` }));
          const readable = named.filter(
            ({ collection, visibility }) =>
              mayRead(who, { kind: "private" }, visibility) &&
              (chosen === null || chosen.some((name) => name === collection)),
          );
          const all = await fill(named);
          const own = await fill(readable);
          const request = { principal: who, collections: chosen };

          const fromAll = await all.knowledge.topics?.(request, { signal });
          const fromOwn = await own.knowledge.topics?.(request, { signal });

          expect(fromAll).toBeDefined();
          expect(fromAll).toEqual(fromOwn);
          await Promise.all([all.knowledge.close(), own.knowledge.close()]);
        },
      ),
      { numRuns: 20 },
    );
  }, 60_000);
});
