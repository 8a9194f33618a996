import { expect, it } from "vitest";
import { openSql } from "../../../../knowledge/index/sql.ts";
import type { ChromaCollection } from "../../../../knowledge/vectors/chroma-collection.ts";
import { synchronise } from "../../../../knowledge/vectors/synchronise.ts";
import { createVectorTable } from "../../../../knowledge/vectors/vector-table.ts";
import { createHashEmbedder } from "../../../support/hash-embedder.ts";
import { openKnowledge } from "../../../support/knowledge-fixture.ts";

/** A Chroma in memory. */
function memoryCollection(): ChromaCollection & { readonly held: Map<string, Float32Array> } {
  const held = new Map<string, Float32Array>();
  return {
    held,
    name: "frontdesk-test",
    nearest: () => Promise.resolve([]),
    async upsert(entries) {
      for (const [id, vector] of entries) held.set(id, vector);
    },
    async remove(ids) {
      for (const id of ids) held.delete(id);
    },
    count: () => Promise.resolve(held.size),
    ids: (offset, limit) => Promise.resolve([...held.keys()].slice(offset, offset + limit)),
    dropOthers: () => Promise.resolve([]),
    disconnect: () => {},
  };
}

/** A filled table and a Chroma in step with it. */
async function inStep() {
  const embedder = createHashEmbedder();
  const { documents, ingest, dataDir, knowledge } = await openKnowledge(
    { embedder },
    { closesAfterTest: false },
  );
  documents.put(
    "/kb",
    "a.md",
    "Thirty days of leave.\n\nTrains are booked early.\n\nBadges are blue.",
  );
  await ingest("/kb");
  await knowledge.close();
  const sql = openSql(`${dataDir}/knowledge.db`);
  const table = createVectorTable(sql);
  const collection = memoryCollection();
  const modelId = table.model(await embedder.identity({ signal: new AbortController().signal }));
  const bring = (isNewConnection: boolean): Promise<boolean> =>
    synchronise({
      ...{ collection, table, modelId, isNewConnection },
      signal: new AbortController().signal,
    });
  await bring(true);
  return { collection, bring, table, close: () => sql.close() };
}

it("leaves alone a Chroma that holds what it should", async () => {
  const { collection, bring, close } = await inStep();

  expect(collection.held.size).toBe(3);
  expect(await bring(true)).toBe(false);
  close();
});

it("takes a Chroma for right that holds passages whose arrival was not noted, as when the vectors were made anew", async () => {
  const { collection, bring, table, close } = await inStep();
  table.forgetPlace(collection.name);

  expect(await bring(true)).toBe(false);
  expect(table.countPlaced(collection.name)).toBe(3);
  close();
});

it("notices a Chroma that holds fewer than it should", async () => {
  const { collection, bring, close } = await inStep();
  collection.held.clear();

  expect(await bring(true)).toBe(true);
  expect(collection.held.size).toBe(3);
  close();
});

it("notices and mends a Chroma with as many, but other, passages", async () => {
  const { collection, bring, close } = await inStep();
  const before = [...collection.held.keys()].sort();
  const [first = "", vector] = [...collection.held][0] ?? [];
  collection.held.delete(first);
  collection.held.set("stranger", vector ?? new Float32Array());

  expect(await bring(true)).toBe(true);
  expect([...collection.held.keys()].sort()).toEqual(before);
  expect(await bring(true)).toBe(false);
  close();
});
