import { describe, expect, it } from "vitest";
import { clusterUnits } from "../../../knowledge/topics/clusters.ts";
import { filterPassages } from "../../../src/application/filtering.ts";
import type { TopicOverview } from "../../../src/ports/topics.ts";
import { openKnowledge, person } from "../../support/knowledge-fixture.ts";

const { signal } = new AbortController();

const TEXTS: Readonly<Record<string, string>> = {
  "vpn-1":
    "Install the tunnel client, then sign in; ask Jane Miller when the tunnel stops with E1042.",
  "vpn-2": "The tunnel client shows E1042 when the gateway is full; write to Jane Miller about it.",
  "vpn-3":
    "A new gateway for the tunnel opens in spring, run by Jane Miller and made by Wireguard.",
  "vpn-4": "Restart the tunnel client when the gateway was moved, or read Wireguard's notes.",
  "leave-1": "Holidays are asked for by form; the form goes to the manager four weeks before.",
  "leave-2": "Unused holidays end in March; the manager may let them stand on the form.",
  "leave-3": "During parental leave no holidays are lost, says the form of the manager.",
  "leave-4": "A manager signs the form for special holidays, such as a move of house.",
  "报销-1": "报销单交给财务，由王小明审核发票。",
  "报销-2": "发票丢了请联系王小明，财务会补开报销单。",
  "报销-3": "差旅报销要附上发票，财务三天内付款。",
  "报销-4": "财务每月十号汇总报销单和发票。",
};

async function overviewOf(texts: Readonly<Record<string, string>>) {
  const { knowledge, documents, ingest, ask } = await openKnowledge();
  for (const [name, text] of Object.entries(texts)) documents.put("/kb", name, text, name);
  await ingest("/kb");
  const request = { principal: person(), collections: null };
  const overview = await knowledge.topics?.(request, { signal });
  if (overview === undefined) throw new Error("no topics here");
  return { overview, ask };
}

/** Names of documents, as they stand before the number, by topic. */
function kindsOf({ topics }: TopicOverview, titles: ReadonlyMap<string, string>) {
  return topics.map(({ passages }) => {
    return new Set(passages.map((id) => (titles.get(id) ?? "").split("-")[0]));
  });
}

describe("topics", () => {
  it("part documents by what they are about, English and Chinese, and name each by its words", async () => {
    const { overview, ask } = await overviewOf(TEXTS);
    const { passages } = await ask("tunnel gateway holidays form 报销 发票 财务", { top: 100 });
    const titles = new Map(passages.map(({ id, title }) => [String(id), title]));

    const kinds = kindsOf(overview, titles);

    expect(kinds.every((kind) => kind.size === 1)).toBe(true);
    const labels = overview.topics.map(({ label }) => label).join(" | ");
    expect(labels).toMatch(/tunnel|gateway/u);
    expect(labels).toMatch(/holidays|manager|form/u);
    expect(labels).toMatch(/发票|报销|财务/u);
    expect(overview).toMatchObject({ passages: 12, leftOut: 0 });
  });

  it("list whom and what the texts name", async () => {
    const { overview } = await overviewOf(TEXTS);

    expect(overview.entities).toEqual(
      expect.arrayContaining([
        { name: "Jane Miller", kind: "person", passages: 3 },
        { name: "王小明", kind: "person", passages: 2 },
        { name: "Wireguard", kind: "name", passages: 2 },
        { name: "e1042", kind: "id", passages: 2 },
      ]),
    );
  });

  it("leave out what editors have hidden, its names and its count, until it is shown again", async () => {
    const { knowledge, documents, ingest } = await openKnowledge();
    for (const [name, text] of Object.entries(TEXTS)) documents.put("/kb", name, text, name);
    await ingest("/kb");
    const request = { principal: person(), collections: null };
    const mark = async (standing: "hidden" | "normal") => {
      for (const document of ["报销-1", "报销-2", "报销-3", "报销-4"]) {
        await knowledge.standings?.judge({ document, standing, by: "slack:U1", reader: null });
      }
      return await knowledge.topics?.(request, { signal });
    };

    const hidden = await mark("hidden");
    const shown = await mark("normal");

    expect(hidden).toMatchObject({ passages: 8, leftOut: 0 });
    expect(JSON.stringify(hidden)).not.toMatch(/报销|发票|财务|王小明/u);
    expect(hidden?.entities.map(({ name }) => name)).toContain("Jane Miller");
    expect(shown).toMatchObject({ passages: 12, leftOut: 0 });
    expect(shown?.entities.map(({ name }) => name)).toContain("王小明");
  });

  it("of very many sections are the same each time, let others have their turn, and can be given up", async () => {
    const words = ["tunnel", "gateway", "holiday", "manager", "invoice", "refund", "badge", "door"];
    const units = Array.from({ length: 1_000 }, (_, at) => {
      const pair = [words[at % 8] ?? "", words[(at + 1) % 8] ?? ""];
      return { counts: new Map(pair.map((word) => [word, 1 + (at % 3)])) };
    });
    let turns = 0;
    const taking = setInterval(() => {
      turns += 1;
    }, 0);
    const first = await clusterUnits(units, signal);
    clearInterval(taking);
    const given = new AbortController();
    given.abort(new Error("given up"));

    expect(turns).toBeGreaterThan(0);
    expect(first.flatMap((cluster) => cluster.units).toSorted((a, b) => a - b)).toEqual(
      units.map((_, at) => at),
    );
    expect(await clusterUnits(units, signal)).toEqual(first);
    await expect(clusterUnits(units, given.signal)).rejects.toThrow("given up");
  });

  it("are none where there is nothing to read", async () => {
    const { overview } = await overviewOf({ empty: "The." });

    expect(overview.topics).toEqual([]);
  });
});

describe("search results", () => {
  it("are kept to a topic, by number, label or word, and to a name, however it is written", async () => {
    const { overview, ask } = await overviewOf(TEXTS);
    const { passages } = await ask("tunnel gateway holidays form 报销 发票 财务", { top: 100 });
    const [first] = overview.topics;
    const titlesOf = async (topic: string | null, entity: string | null) => {
      const kept = await filterPassages(passages, { topic, entity }, async () => overview);
      return kept.map(({ title }) => title).toSorted();
    };

    expect(await titlesOf("1", null)).toEqual(await titlesOf(first?.label ?? "", null));
    expect(await titlesOf("发票", null)).toEqual(["报销-1", "报销-2", "报销-3", "报销-4"]);
    expect(await titlesOf(null, "E1042")).toEqual(["vpn-1", "vpn-2"]);
    expect(await titlesOf("发票", "王小明")).toEqual(["报销-1", "报销-2"]);
    await expect(titlesOf("dragons", null)).rejects.toMatchObject({ code: "usage" });
  });
});
