import { setTimeout as delay } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Embedder } from "../../../../src/ports/embedder.ts";
import type { Reranker } from "../../../../src/ports/reranker.ts";
import { createHashEmbedder } from "../../../support/hash-embedder.ts";
import { openKnowledge, person } from "../../../support/knowledge-fixture.ts";

const KB = "/kb";

/** A handbook of a few lines. */
async function handbook(options: Parameters<typeof openKnowledge>[0] = {}) {
  const fixture = await openKnowledge(options);
  fixture.documents.put(KB, "leave.md", "# Leave\n\nThirty days of leave a year.", "Handbook");
  fixture.documents.put(KB, "vpn.md", "Reset the VPN password in the portal.", "IT");
  fixture.documents.put(KB, "error.md", "E-1042 means that the disk is full.", "Errors");
  fixture.documents.put(KB, "zh.md", "年假一共三十天。\n\n重置密码请到门户网站。", "手册");
  await fixture.ingest(KB);
  return fixture;
}

/** An embedder that never answers questions. */
function createDeafEmbedder(): Embedder {
  const embedder = createHashEmbedder();
  return {
    ...embedder,
    embed: (texts, call) =>
      call.purpose === "passage" ? embedder.embed(texts, call) : new Promise(() => {}),
  };
}

describe("retrieve", () => {
  it("puts the passage that answers first, with its place and its scores", async () => {
    const { ask } = await handbook();

    const { passages, degraded } = await ask("How many days of leave?");

    expect(passages[0]).toMatchObject({
      title: "Handbook",
      section: "Leave",
      source: "/kb/leave.md",
      text: "Thirty days of leave a year.",
      collection: "handbook",
      visibility: "public",
      origin: "local",
      parts: { vector: null, rerank: null },
    });
    expect(passages[0]?.parts.lexical).toBeGreaterThan(0);
    expect(degraded).toEqual([]);
  });

  it.each([
    ["年假有几天", "年假一共三十天。"],
    ["怎么 reset VPN 密码", "Reset the VPN password in the portal."],
    ["怎麼重置密碼", "重置密码请到门户网站。"],
    ["e-1042", "E-1042 means that the disk is full."],
  ])("finds %s", async (query, text) => {
    const { find } = await handbook();

    expect((await find(query))[0]).toBe(text);
  });

  it("gives every candidate both scores, whichever side found it", async () => {
    const { ask } = await handbook({ embedder: createHashEmbedder() });

    const { passages } = await ask("thirty days of leave");

    expect(passages.length).toBeGreaterThan(1);
    for (const { parts } of passages) expect(parts.vector).toBeTypeOf("number");
  });

  it("orders by score and returns no more than asked for", async () => {
    const { ask } = await handbook({ embedder: createHashEmbedder() });

    const { passages } = await ask("reset password leave days", { top: 2 });

    const scores = passages.map(({ score }) => score);
    expect(scores).toHaveLength(2);
    expect(scores).toEqual([...scores].sort((left, right) => right - left));
  });

  it.each(["", "   ", "?!", "🙂🙂", "how do I", "怎么办"])(
    "finds nothing for %j and does not fail",
    async (query) => {
      const { ask } = await handbook();

      const { passages, features } = await ask(query);

      expect(passages).toEqual([]);
      expect(features.queryTerms).toBe(0);
    },
  );

  it("answers a question of a million characters from its most telling words", async () => {
    const { ask } = await handbook({ embedder: createHashEmbedder() });
    const noise = Array.from({ length: 125_000 }, (_, index) => `w${index}`).join(" ");

    const { passages, features } = await ask(`E-1042 ${noise}`);

    expect(passages[0]?.text).toContain("E-1042");
    expect(features.queryTerms).toBeLessThanOrEqual(64);
  });

  it("takes any text for a question", async () => {
    const { ask } = await handbook({ embedder: createHashEmbedder() });

    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary", maxLength: 60 }), async (query) => {
        const { features } = await ask(`leave ${query} AND "x* NEAR( ${query}`);
        expect(features.coverage).toBeGreaterThanOrEqual(0);
        expect(features.coverage).toBeLessThanOrEqual(1);
      }),
      { numRuns: 60 },
    );
  });

  it("looks into the chosen collections only", async () => {
    const { documents, ingest, find } = await handbook();
    documents.put("/other", "leave.md", "Leave the building.");
    await ingest("/other", { collection: "other" });

    expect(await find("leave", { collections: ["other"] })).toEqual(["Leave the building."]);
    expect(await find("leave", { collections: [] })).toEqual([]);
  });

  it("does not ask an English embedding model about a Chinese question", async () => {
    const embedder = createHashEmbedder();
    const { ask } = await handbook({ embedder });

    const { features, degraded, timings } = await ask("年假有几天");

    expect(features.topCosine).toBeNull();
    expect(timings["embedMs"]).toBe(0);
    expect(degraded).toEqual([]);
  });

  it("answers by words when the embedding model is down, and says so", async () => {
    const embedder = createHashEmbedder();
    const { ask } = await handbook({ embedder });
    embedder.setDown(true);

    const { passages, degraded, features } = await ask("days of leave");

    expect(passages[0]?.title).toBe("Handbook");
    expect(degraded).toEqual(["vectors-unavailable"]);
    expect(features.topCosine).toBeNull();
  });

  it("does not wait longer than the deadline for the embedding model", async () => {
    const { ask } = await handbook({
      embedder: createDeafEmbedder(),
      settings: { embedDeadlineMs: 15 },
    });

    const { passages, degraded } = await ask("days of leave");

    expect(passages[0]?.title).toBe("Handbook");
    expect(degraded).toEqual(["vectors-unavailable"]);
  });

  it("waits for a busy embedding model longer than for one that still loads", async () => {
    const embedder = createHashEmbedder();
    const { ask } = await handbook({
      embedder: {
        ...embedder,
        embed: async (texts, call) => {
          if (call.purpose === "query") await delay(40, undefined, { signal: call.signal });
          return embedder.embed(texts, call);
        },
      },
      settings: { vectorDeadlineMs: 15, embedDeadlineMs: 30_000 },
    });

    const { degraded, features } = await ask("days of leave");

    expect(degraded).toEqual([]);
    expect(features.topCosine).not.toBeNull();
  });

  it("does not wait for an embedding model that still loads", async () => {
    const embedder = createHashEmbedder();
    let isLoading = false;
    const { ask } = await handbook({
      embedder: {
        ...embedder,
        identity: (call) => (isLoading ? new Promise(() => {}) : embedder.identity(call)),
      },
      settings: { vectorDeadlineMs: 15, embedDeadlineMs: 30_000 },
    });
    isLoading = true;

    const { passages, degraded } = await ask("days of leave");

    expect(passages[0]?.title).toBe("Handbook");
    expect(degraded).toEqual(["vectors-unavailable"]);
  });

  it("stops when the asker does", async () => {
    const { ask } = await handbook({ embedder: createDeafEmbedder() });
    const stop = new AbortController();
    const asked = ask("days of leave", { signal: stop.signal });

    stop.abort(new Error("stopped"));

    await expect(asked).rejects.toThrow("stopped");
  });

  it("lets the reranker have the last word", async () => {
    const reranker: Reranker = {
      rerank: (_, passages) =>
        Promise.resolve(passages.map((text) => (text.includes("portal") ? 4 : -3))),
    };
    const { ask } = await handbook({ reranker });

    const { passages, features } = await ask("days of leave, VPN");

    expect(passages[0]).toMatchObject({ title: "IT", parts: { rerank: 4 } });
    expect(features).toMatchObject({ rerankTop: 4, rerankMargin: 7 });
  });

  it.each([
    ["fails", () => Promise.reject(new Error("down"))],
    ["does not answer", () => new Promise<readonly number[]>(() => {})],
    ["answers with too few numbers", () => Promise.resolve([1])],
  ])("keeps its own order when the reranker %s", async (_, rerank) => {
    const { ask } = await handbook({ reranker: { rerank }, settings: { rerankDeadlineMs: 15 } });

    const { passages, degraded } = await ask("days of leave, VPN");

    expect(passages[0]?.parts.rerank).toBeNull();
    expect(degraded).toEqual(["reranker-unavailable"]);
  });

  it("gives the reranker nothing that the asker may not read", async () => {
    const seen: string[] = [];
    const reranker: Reranker = {
      rerank(_, passages) {
        seen.push(...passages);
        return Promise.resolve(passages.map(() => 0));
      },
    };
    const { documents, ingest, ask } = await handbook({ reranker });
    documents.put("/secret", "pay.md", "Leave bonus of the board.");
    await ingest("/secret", { visibility: "group:board" });

    await ask("leave bonus", { principal: person("viewer") });

    expect(seen.join()).not.toContain("board");
    expect(seen.length).toBeGreaterThan(0);
  });

  it("shows one of two copies", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put("/a", "rules.md", "Badges are worn at all times.", "Rules");
    documents.put("/b", "rules.md", "Badges are worn at all times.", "Rules");
    await ingest("/a", { collection: "a" });
    await ingest("/b", { collection: "b" });

    expect(await find("badges")).toHaveLength(1);
  });

  it("shows both of two texts that differ in a number", async () => {
    const { documents, ingest, find } = await openKnowledge();
    documents.put("/a", "berlin.md", "In the office you get 28 days of paid leave.", "Leave");
    documents.put("/a", "paris.md", "In the office you get 30 days of paid leave.", "Leave");
    await ingest("/a");

    expect(await find("days of leave")).toHaveLength(2);
  });

  it("does not fill the result with one long document", async () => {
    const { documents, ingest, ask } = await openKnowledge();
    const lines = Array.from({ length: 9 }, (_, index) => `Rule ${index}: wear a badge.`);
    documents.put("/a", "badges.md", lines.join("\n\n"), "House");
    documents.put("/a", "visitors.md", "Guests of ours wear a visitor badge.", "Visitors");
    await ingest("/a");

    const { passages } = await ask("wear badge", { top: 5 });

    expect(passages.map(({ title }) => title)).toContain("Visitors");
  });

  it("fails in our terms when the knowledge base is closed", async () => {
    const { ask, knowledge } = await handbook();
    await knowledge.close();

    await expect(ask("leave")).rejects.toMatchObject({
      code: "knowledge_unavailable",
      retryable: true,
    });
  });
});

describe("features", () => {
  it("tell how much of the question the passages cover", async () => {
    const { ask } = await handbook();

    const covered = (await ask("days of leave")).features;
    const half = (await ask("leave zebra")).features;
    const none = (await ask("zebra giraffe")).features;

    expect(covered).toMatchObject({ queryTerms: 2, coverage: 1, unseen: 0 });
    expect(half.coverage).toBeGreaterThan(0);
    expect(half.coverage).toBeLessThan(1);
    expect(half.unseen).toBeCloseTo(1 - half.coverage);
    expect(none).toMatchObject({ coverage: 0, unseen: 1, lexicalPerIdf: 0, lexicalMargin: 0 });
  });

  it("do not count words of documents that the asker may not read as seen", async () => {
    const { documents, ingest, ask } = await handbook();
    documents.put("/secret", "zebra.md", "Project zebra starts in May.");
    await ingest("/secret", { visibility: "group:board" });

    const viewer = (await ask("zebra")).features;
    const member = (await ask("zebra", { principal: person("viewer", ["board"]) })).features;

    expect(viewer.unseen).toBe(1);
    expect(member.unseen).toBe(0);
  });

  it("have the cosine of the nearest passage, and its lead", async () => {
    const { ask } = await handbook({ embedder: createHashEmbedder() });

    const { features } = await ask("thirty days of leave a year");

    expect(features.topCosine).toBeGreaterThan(0.5);
    expect(features.cosineMargin).toBeGreaterThan(0);
    expect(features.overlapAt10).toBeGreaterThan(0);
  });
});
