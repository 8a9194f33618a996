import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isMeant } from "../../../../knowledge/evaluate/gold.ts";
import { evaluateRetrieval, readQuestions } from "../../../../knowledge/evaluate/index.ts";
import { knowledgeSettings, STARTER_FUSION } from "../../../../knowledge/index.ts";
import { silentLogger } from "../../../../src/ports/logger.ts";
import { createFakeClock } from "../../../support/fake-clock.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const PASSAGES = [
  { id: "vpn", title: "VPN", text: "Reset the VPN password in the portal." },
  { id: "leave", title: "Annual leave", text: "Everybody has 26 days of annual leave." },
  { id: "badge", title: "Badges", text: "The reception prints badges." },
  { id: "other", title: "Leave the building", text: "Leave the building by the stairs." },
];
const QUESTIONS = [
  { query: "reset the vpn password", gold_ids: ["vpn"] },
  { query: "days of annual leave", gold_ids: ["leave"] },
  { query: "who prints badges", gold_ids: ["badge"] },
  { query: "zebra", gold_ids: ["badge"] },
  { query: "weather tomorrow", answerable: false },
  { query: "canteen", gold_ids: ["canteen"] },
];

function linesFile(name: string, rows: readonly object[]): string {
  const file = join(temporaryFolder(), name);
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  return file;
}

async function evaluate(questions: readonly object[]) {
  const stages = new Set<string>();
  const report = await evaluateRetrieval({
    dataDir: temporaryFolder(),
    corpus: { kind: "passages", file: linesFile("passages.jsonl", PASSAGES), lang: null },
    set: await readQuestions(linesFile("questions.jsonl", questions), null),
    embedder: null,
    reranker: null,
    chroma: { mode: "off" },
    settings: knowledgeSettings(STARTER_FUSION),
    logger: silentLogger,
    clock: createFakeClock(),
    peers: async (passages) => new Map([["first", async () => [passages[0]?.id ?? ""]]]),
    onProgress: (stage) => stages.add(stage),
    signal: new AbortController().signal,
  });
  return { report, stages };
}

describe("measuring retrieval", () => {
  it("counts how often the right passage comes first, beside plain BM25 and a peer", async () => {
    const { report, stages } = await evaluate(QUESTIONS);

    expect(report).toMatchObject({ questions: 4, passages: 4, degraded: 0, embedder: null });
    expect(report.leftOut).toEqual({ withoutGold: 1, notInCorpus: 1 });
    expect(report.figures["hit@1"].value).toBe(0.75);
    expect(report.figures.mrr.value).toBe(0.75);
    expect(report.baseline.figures["hit@1"].value).toBe(0.75);
    expect(report.baseline.difference["hit@1"]).toEqual({ value: 0, interval: [0, 0] });
    expect(report.peers["first"]?.figures["hit@1"].value).toBe(0.25);
    expect(report.peers["first"]?.difference["hit@1"].value).toBe(0.5);
    expect(report.times.p50Ms.value).toBeGreaterThan(0);
    expect([...stages]).toEqual(["reading", "asking"]);
  });

  it("refuses a file of which no question can be measured", async () => {
    await expect(evaluate(QUESTIONS.slice(4))).rejects.toMatchObject({ code: "source_empty" });
  });

  it("names the line that is not as expected", async () => {
    const file = linesFile("questions.jsonl", [{ query: "fine" }, { gold_ids: ["vpn"] }]);

    const reading = readQuestions(file, null);

    await expect(reading).rejects.toMatchObject({ code: "usage" });
    await expect(reading).rejects.toThrow(/line 2/u);
  });

  it("says that a file is not there", async () => {
    await expect(readQuestions("/nowhere/questions.jsonl", null)).rejects.toMatchObject({
      code: "source_not_found",
    });
  });
});

describe("what a question file means by a name", () => {
  const passage = { source: "/kb/handbook/leave.md", section: "Leave › Annual leave" };

  it.each(["/kb/handbook/leave.md", "handbook/leave.md", "leave.md", "leave.md#Annual leave"])(
    "knows the passage by %s",
    (name) => {
      expect(isMeant(name, passage)).toBe(true);
    },
  );

  it.each([
    "",
    "eave.md",
    "leave",
    "leave.md#Sick leave",
    "badges.md#Annual leave",
    "#Annual leave",
  ])("does not take %j for it", (name) => {
    expect(isMeant(name, passage)).toBe(false);
  });
});
