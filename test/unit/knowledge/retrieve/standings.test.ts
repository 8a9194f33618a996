import { describe, expect, it } from "vitest";
import { knowledgeLabels } from "../../../../adapters/shared/command-labels.ts";
import { judgeDocument } from "../../../../adapters/shared/judging.ts";
import { order } from "../../../../flows/rank/find.ts";
import type { Scored } from "../../../../knowledge/retrieve/fuse.ts";
import { prefer } from "../../../../knowledge/retrieve/prefer.ts";
import type { RankedPassage } from "../../../../src/core/index.ts";
import type { Standing } from "../../../../src/ports/document-standings.ts";
import { openKnowledge, person } from "../../../support/knowledge-fixture.ts";

const OLD = "The parking fee is 20 pounds a month, paid at the gate.";
const NEW = "The parking fee is 35 pounds a month, paid with the salary.";

async function withTwoAnswers() {
  const fixture = await openKnowledge();
  const { knowledge, documents, ingest } = fixture;
  documents.put("/kb", "old.md", OLD, "Parking 2019");
  documents.put("/kb", "new.md", NEW, "Parking 2026");
  await ingest("/kb");
  const judge = (
    document: string,
    standing: Standing,
    reader = null as null | ReturnType<typeof person>,
  ) => {
    if (knowledge.standings === undefined) throw new Error("nobody can judge");
    return knowledge.standings.judge({ document, standing, by: "slack:U1", reader });
  };
  return { ...fixture, judge };
}

describe("a document that editors hide", () => {
  it("is gone from the very next search and from suggestions, under another name of the view, until it is reset", async () => {
    const { judge, ask, find, knowledge } = await withTwoAnswers();
    const before = await ask("parking fee");

    await judge("Parking 2019", "hidden");
    const after = await ask("parking fee");
    const titles = await knowledge.titles?.({ words: "Park", principal: person(), limit: 5 });
    await judge("/kb/old.md", "normal");

    expect(before.passages.map(({ text }) => text).sort()).toEqual([OLD, NEW]);
    expect(after.passages.map(({ text }) => text)).toEqual([NEW]);
    // The answer cache keeps answers under the view: none of those before is given again.
    expect(after.view).not.toBe(before.view);
    expect(titles).toEqual(["Parking 2026"]);
    expect((await find("parking fee")).toSorted()).toEqual([OLD, NEW]);
  });

  it("stays hidden when it is read anew, and who hid it is kept", async () => {
    const { judge, find, knowledge, documents, ingest } = await withTwoAnswers();

    await judge("old.md", "hidden");
    documents.put("/kb", "old.md", `${OLD} Ask the porter.`, "Parking 2019");
    await ingest("/kb");

    expect(await find("parking fee")).toEqual([NEW]);
    expect(await knowledge.standings?.judged(null)).toMatchObject([
      { title: "Parking 2019", source: "/kb/old.md", standing: "hidden", by: "slack:U1" },
    ]);
  });

  it("leaves its place among the candidates to what is shown", async () => {
    const { judge, find, documents, ingest } = await withTwoAnswers();
    const many = Array.from({ length: 150 }, (_, at) => `Parking fee parking fee, note ${at}.`);
    documents.put("/kb", "many.md", many.join("\n\n"), "Parking notes");
    await ingest("/kb");

    await judge("Parking notes", "hidden");

    expect((await find("parking fee")).toSorted()).toEqual([OLD, NEW]);
  });
});

describe("a document that editors boost", () => {
  it("comes before another that answers as well, also in the order of the dialogue", async () => {
    const { judge, ask } = await withTwoAnswers();
    const firstOf = async (): Promise<readonly (string | undefined)[]> => {
      const { passages } = await ask("parking fee");
      const ordered = order(passages, "parking fee", "en", ({ score }: RankedPassage) => {
        return { asked: score, expanded: score };
      });
      return [passages[0]?.title, ordered.passages[0]?.passage.title];
    };

    await judge("Parking 2026", "boosted");
    const one = await firstOf();
    await judge("Parking 2026", "normal");
    await judge("Parking 2019", "boosted");
    const other = await firstOf();

    expect(one).toEqual(["Parking 2026", "Parking 2026"]);
    expect(other).toEqual(["Parking 2019", "Parking 2019"]);
  });
});

describe("naming a document", () => {
  it("fails where there is none, where several are meant, and where the editor may not read it", async () => {
    const { judge, documents, ingest } = await withTwoAnswers();
    documents.put("/secret", "pay.md", "Pay of the board.", "Board pay");
    documents.put("/secret", "old.md", "Pay of the past.", "Past pay");
    await ingest("/secret", { visibility: "group:board", collection: "secret" });

    await expect(judge("Nothing", "hidden")).rejects.toMatchObject({ code: "source_not_found" });
    await expect(judge("old.md", "hidden")).rejects.toMatchObject({ code: "usage" });
    await expect(judge("Board pay", "hidden", person("editor"))).rejects.toMatchObject({
      code: "source_not_found",
    });
    expect((await judge("Board pay", "hidden", person("editor", ["board"]))).title).toBe(
      "Board pay",
    );
  });

  it("is for editors only in chat, who are told in their language what came of it", async () => {
    const { knowledge, find } = await withTwoAnswers();
    const say = (role: "viewer" | "editor", document: string) =>
      judgeDocument(
        { document, standing: "hidden", principal: person(role) },
        knowledge,
        knowledgeLabels("zh"),
        (text) => text,
      );

    const refused = await say("viewer", "Parking 2019");
    const still = await find("parking fee");
    const unknown = await say("editor", "Nothing");
    const done = await say("editor", "Parking 2019");

    expect(refused).toBe("只有编辑和管理员可以隐藏或优先文档。");
    expect(still).toContain(OLD);
    expect(unknown).toContain("没有您可以阅读的文档“Nothing”");
    expect(done).toBe("已隐藏：“Parking 2019”。不再用它回答。");
    expect(await find("parking fee")).toEqual([NEW]);
  });
});

describe("age", () => {
  const YEAR_MS = 365 * 24 * 3_600_000;
  const aCandidate = (chunkId: number, score: number, updatedAt: number | null): Scored => ({
    chunkId,
    documentId: `d${chunkId}`,
    terms: { size: 0, hashAt: () => 0, frequency: () => 0, similarity: () => 0 },
    lexical: score,
    cosine: null,
    isBoosted: false,
    updatedAt,
    score,
  });
  const orderOf = (candidates: readonly Scored[], freshness: number): readonly number[] =>
    prefer(candidates, freshness).map(({ chunkId }) => chunkId);

  it("lets the newer of two equals come first, and never something clearly worse", () => {
    const candidates = [
      aCandidate(1, 0.5, 0),
      aCandidate(2, 0.5, 5 * YEAR_MS),
      aCandidate(3, 0.4, 5 * YEAR_MS),
    ];

    expect(orderOf(candidates, 0.05)).toEqual([2, 1, 3]);
    expect(orderOf(candidates, 0)).toEqual([1, 2, 3]);
  });

  it("does not count where nobody knows it, nor change scores where all are of one day", () => {
    const unknown = [aCandidate(1, 0.5, null), aCandidate(2, 0.49, 9 * YEAR_MS)];
    const sameDay = [aCandidate(1, 0.5, YEAR_MS), aCandidate(2, 0.4, YEAR_MS)];

    expect(orderOf(unknown, 0.05)).toEqual([1, 2]);
    expect(prefer(sameDay, 0.05)).toEqual(sameDay);
  });
});
