import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openKnowledgeDatabase } from "../../../../knowledge/index/schema.ts";
import {
  createVectorSearch,
  type NeighbourStore,
} from "../../../../knowledge/vectors/vector-search.ts";
import { createVectorTable } from "../../../../knowledge/vectors/vector-table.ts";
import { createHashEmbedder } from "../../../support/hash-embedder.ts";
import { openKnowledge, person } from "../../../support/knowledge-fixture.ts";

const signal = new AbortController().signal;

/** A filled index with a search over it that asks the given store. */
async function searchOver(neighbours: NeighbourStore | null, exactScanLimit = 10_000) {
  const embedder = createHashEmbedder();
  const fixture = await openKnowledge({ embedder });
  fixture.documents.put("/kb", "leave.md", "Thirty days of leave.");
  fixture.documents.put("/kb", "vpn.md", "Reset the VPN password.");
  await fixture.ingest("/kb");
  fixture.documents.put("/secret", "pay.md", "Leave bonus of the board.");
  await fixture.ingest("/secret", { visibility: "group:board" });
  const sql = openKnowledgeDatabase(join(fixture.dataDir, "knowledge.db"));
  const board = person("viewer", ["board"]);
  const { passages } = await fixture.ask("leave vpn bonus", { principal: board });
  const scopes = sql.prepare("SELECT id, visibility FROM scopes").rows();
  const open = new Set(scopes.filter((row) => row[1] === "public").map((row) => Number(row[0])));
  const failures: unknown[] = [];
  const search = createVectorSearch({
    embedder,
    table: createVectorTable(sql),
    neighbours,
    deadlineMs: 25,
    embedDeadlineMs: 25,
    exactScanLimit,
    onFailure: (error) => void failures.push(error),
  });
  const textsOf = (rows: readonly number[]) =>
    rows.map((row) => sql.prepare("SELECT text FROM chunks WHERE id = ?").rows(row)[0]?.[0]);
  return { search, open, passages, failures, textsOf, ...fixture };
}

const answering = (ids: readonly string[]): NeighbourStore => ({
  nearest: () => Promise.resolve(ids),
});

describe("vector search", () => {
  it("takes the neighbours in their order", async () => {
    const ids: string[] = [];
    const { search, passages, textsOf } = await searchOver(answering(ids));
    const farthestFirst = [...passages].reverse();
    ids.push(...farthestFirst.map(({ id }) => id));

    const { hits } = await search.search("leave", { scopes: null, limit: 10, signal });

    expect(textsOf(hits?.rows ?? [])).toEqual(farthestFirst.map(({ text }) => text));
  });

  it("drops neighbours that are gone from the index, and compares what is there one by one instead", async () => {
    const gone = answering(["long-gone", "never-there"]);
    const { search, textsOf } = await searchOver(gone);
    const { search: searchMany } = await searchOver(gone, 2);
    const call = { scopes: null, limit: 1, signal };

    expect(textsOf((await search.search("VPN password", call)).hits?.rows ?? [])).toEqual([
      "Reset the VPN password.",
    ]);
    expect((await searchMany.search("VPN password", call)).hits?.rows).toEqual([]);
  });

  it("gives the places of hidden documents to those that are shown", async () => {
    const ids: string[] = [];
    const { search, knowledge, textsOf, passages } = await searchOver(answering(ids));
    ids.push(...passages.map(({ id }) => id));
    const judgement = {
      document: "vpn.md",
      standing: "hidden",
      by: "slack:U1",
      reader: null,
    } as const;
    await knowledge.standings?.judge(judgement);
    const call = { scopes: null, signal };

    const two = await search.search("VPN password", { ...call, limit: 2 });

    expect(textsOf(two.hits?.rows ?? []).toSorted()).toEqual([
      "Leave bonus of the board.",
      "Thirty days of leave.",
    ]);
  });

  it("asks for no neighbours where a reader may see hardly any of them", async () => {
    let asked = 0;
    const counting: NeighbourStore = {
      nearest() {
        asked += 1;
        return Promise.resolve([]);
      },
    };
    const { search, open, textsOf } = await searchOver(counting);

    const { hits } = await search.search("leave", { scopes: open, limit: 10, signal });

    expect(textsOf(hits?.rows ?? [])).toEqual(["Thirty days of leave.", "Reset the VPN password."]);
    expect(asked).toBe(0);
  });

  it("gives no neighbour that may not be read, and compares what may be read one by one instead", async () => {
    const ids: string[] = [];
    const { search, open, textsOf, passages } = await searchOver(answering(ids));
    ids.push(...passages.map(({ id }) => id));

    const { hits } = await search.search("leave bonus board", { scopes: open, limit: 10, signal });

    expect(textsOf(hits?.rows ?? [])).toEqual(["Thirty days of leave.", "Reset the VPN password."]);
  });

  it("compares the vectors one by one when the store cannot be asked", async () => {
    const { search, textsOf } = await searchOver({ nearest: () => Promise.resolve(null) });

    const { hits } = await search.search("VPN password", { scopes: null, limit: 1, signal });

    expect(textsOf(hits?.rows ?? [])).toEqual(["Reset the VPN password."]);
  });

  it("gives up without vectors when there are too many to compare", async () => {
    const { search } = await searchOver({ nearest: () => Promise.resolve(null) }, 2);

    const { hits } = await search.search("VPN password", { scopes: null, limit: 1, signal });

    expect(hits).toBeNull();
  });

  it("goes on without a store that hangs", async () => {
    const { search, failures } = await searchOver({ nearest: () => new Promise(() => {}) });

    const { hits } = await search.search("VPN password", { scopes: null, limit: 1, signal });

    expect(hits?.rows).toHaveLength(1);
    expect(failures).toHaveLength(1);
  });
});
