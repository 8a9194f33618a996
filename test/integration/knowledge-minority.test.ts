import { expect, it } from "vitest";
import { createHashEmbedder } from "../support/hash-embedder.ts";
import { type KnowledgeFixture, openKnowledge, person } from "../support/knowledge-fixture.ts";
import { createMemoryDocuments } from "../support/memory-documents.ts";
import { eventually } from "../support/runtime-eventually.ts";

const WORDS = Array.from({ length: 60 }, (_, index) => `subject${index}`);
const DOCUMENTS = 1_000;
const OWN = 10;
const reader = person("restricted-viewer", ["hr"]);

/** Ten words that are the same in every run; all documents draw on the same sixty, so that they compete. */
function wordsOf(index: number): readonly string[] {
  return Array.from(
    { length: 10 },
    (_, at) => WORDS[(index * 7 + at * (index % 11) + at) % 60] ?? "",
  );
}

const isOwn = (index: number): boolean => index % (DOCUMENTS / OWN) === 0;
const indexes = Array.from({ length: DOCUMENTS }, (_, index) => index);
const questions = indexes.filter(isOwn).flatMap((index) => {
  const words = wordsOf(index);
  return [0, 3, 6].map((at) => ({ name: `${index}.md`, query: words.slice(at, at + 4).join(" ") }));
});

async function open(kept: readonly number[], hasChroma: boolean): Promise<KnowledgeFixture> {
  const documents = createMemoryDocuments();
  for (const index of kept) {
    documents.put(isOwn(index) ? "/hr" : "/kb", `${index}.md`, wordsOf(index).join(" "));
  }
  const fixture = await openKnowledge({
    documents,
    embedder: createHashEmbedder(),
    chroma: { mode: hasChroma ? "embedded" : "off" },
  });
  if (kept.length > OWN) await fixture.ingest("/kb", { visibility: "internal" });
  await fixture.ingest("/hr", { visibility: "group:hr" });
  await eventually(
    "vectors ready",
    async () => (await fixture.knowledge.status()).vectors.state === "ready",
    50_000,
  );
  return fixture;
}

async function hitAt5({ ask }: KnowledgeFixture): Promise<number> {
  let hits = 0;
  for (const { name, query } of questions) {
    const { passages, degraded } = await ask(query, { principal: reader, top: 5 });
    expect(degraded).toEqual([]);
    if (passages.some(({ source }) => source.endsWith(`/${name}`))) hits += 1;
  }
  return hits / questions.length;
}

it("a reader of 1 % of the documents finds in Chroma's index what one of his own would give him: hit@5 within 2 points", async () => {
  const all = await open(indexes, true);
  const own = await open(indexes.filter(isOwn), false);

  const [amongAll, alone] = [await hitAt5(all), await hitAt5(own)];

  expect(alone).toBeGreaterThan(0.8);
  expect(amongAll).toBeGreaterThanOrEqual(alone - 0.02);
});
