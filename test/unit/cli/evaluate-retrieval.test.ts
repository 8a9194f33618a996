import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runRetrievalEvaluation } from "../../../src/cli/evaluation/retrieval.ts";
import { loadConfig } from "../../../src/config.ts";
import { silentLogger } from "../../../src/ports/logger.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { openKnowledge } from "../../support/knowledge-fixture.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

function linesFile(rows: readonly object[]): string {
  const file = join(temporaryFolder(), "set.jsonl");
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join("\n"));
  return file;
}

/** Runs `eval retrieval` by words alone over a data directory. */
async function run(
  dataDir: string,
  options: { readonly data: string; readonly corpus: string | null; readonly json: boolean },
): Promise<string> {
  const env = { FRONTDESK_DATA_DIR: dataDir, FRONTDESK_EMBED_MODEL: "off" };
  const pipes = fakePipes("");
  const code = await runRetrievalEvaluation(
    {
      config: loadConfig({ file: null, env, workingDirectory: dataDir }),
      ...options,
      lang: null,
      logger: silentLogger,
      signal: new AbortController().signal,
    },
    pipes.io,
  );
  expect(code).toBe(0);
  return pipes.stdout();
}

describe("eval retrieval", () => {
  it("prints one object with figures, intervals, baseline and times", async () => {
    const corpus = linesFile([
      { id: "a", title: "VPN", text: "Reset the VPN password in the portal." },
      { id: "b", title: "Badges", text: "The reception prints badges." },
    ]);
    const data = linesFile([
      { query: "reset vpn", gold_ids: ["a"] },
      { query: "badges", gold_ids: ["b"] },
    ]);

    const result: unknown = JSON.parse(await run(temporaryFolder(), { data, corpus, json: true }));

    expect(result).toMatchObject({
      kind: "retrieval",
      data,
      corpus,
      n: 2,
      passages: 2,
      embedder: null,
      metrics: { "hit@1": 1, "hit@5": 1, mrr: 1 },
      intervals: { "hit@1": [0, 1] },
      baseline: { "hit@1": 1, difference: { "hit@1": 0 } },
    });
    expect(result).toHaveProperty("timings.p50Ms");
    expect(result).toHaveProperty("timings.p95Ms");
  });

  it("asks what is ingested, documents of groups too, while another process has it open", async () => {
    const fixture = await openKnowledge();
    fixture.documents.put("/kb", "leave.md", "# Annual leave\n\nEverybody has 26 days.");
    fixture.documents.put("/hr", "pay.md", "# Pay day\n\nSalaries are paid on the 25th.");
    fixture.documents.put("/ana", "review.md", "# Review\n\nAna gets a raise.");
    await fixture.ingest("/kb");
    await fixture.ingest("/hr", { visibility: "group:hr" });
    await fixture.ingest("/ana", { visibility: "user:ana" });
    const data = linesFile([
      { query: "how many days has everybody", gold_ids: ["leave.md#Annual leave"] },
      { query: "when are salaries paid", gold_ids: ["pay.md"] },
      { query: "who gets a raise", gold_ids: ["review.md"] },
    ]);

    const text = await run(fixture.dataDir, { data, corpus: null, json: false });

    expect(text).toContain("2 questions, 2 passages");
    expect(text).toContain("1 name only what is not there");
    expect(text).toMatch(/hit@1\s+100\.0/u);
  });

  it("says what to do when nothing is ingested", async () => {
    const data = linesFile([{ query: "x", gold_ids: ["a"] }]);

    await expect(run(temporaryFolder(), { data, corpus: null, json: true })).rejects.toMatchObject({
      code: "source_empty",
    });
  });
});
