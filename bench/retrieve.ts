// How often the right passage comes first, and how fast: the product's retrieval beside plain BM25 on the same questions.
// Usage: npm run bench:retrieve -- --data Q.jsonl --corpus P.jsonl [--lang en] [--half all|tune|report] [--embed starter|off]
//        [--chroma embedded|off] [--name NAME]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { createKnowledge, knowledgeSettings, STARTER_FUSION } from "../knowledge/index.ts";
import { loadHanSegmenter } from "../knowledge/lexical/han-segmenter.ts";
import { createTokenizer } from "../knowledge/lexical/tokenize.ts";
import { createLocalEmbedder, starterEmbedder } from "../models/index.ts";
import { detectLanguage, type Principal, userId } from "../src/core/index.ts";
import { systemClock } from "../src/ports/clock.ts";
import { silentLogger } from "../src/ports/logger.ts";
import { createPlainBm25 } from "./plain-bm25.ts";
import { percentile, report } from "./report.ts";
import {
  type BenchQuestion,
  createSetReader,
  type Half,
  readRetrievalSet,
  SET_ROOT,
} from "./retrieval-set.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    corpus: { type: "string" },
    lang: { type: "string" },
    half: { type: "string", default: "all" },
    embed: { type: "string", default: "starter" },
    chroma: { type: "string", default: "embedded" },
    name: { type: "string" },
  },
});
const { data, corpus, lang } = values;
if (data === undefined || corpus === undefined) throw new Error("--data and --corpus are needed");
const halves: readonly Half[] = ["all", "tune", "report"];
const half = halves.find((name) => name === values.half) ?? "all";
const TOP = 20;
const { signal } = new AbortController();
const asker: Principal = {
  platform: "console",
  userId: userId("bench"),
  displayName: "bench",
  role: "admin",
  groups: [],
};

/** Places of the first right passage, 0 for the first; infinite when it is not among the first twenty. */
function placeOf(question: BenchQuestion, found: readonly string[]): number {
  const place = found.findIndex((id) => question.gold.includes(id));
  return place < 0 ? Number.POSITIVE_INFINITY : place;
}

const mean = (numbers: readonly number[]): number =>
  numbers.reduce((sum, value) => sum + value, 0) / Math.max(1, numbers.length);
const hitAt = (places: readonly number[], top: number): number =>
  100 * mean(places.map((place) => (place < top ? 1 : 0)));
const reciprocalRank = (places: readonly number[]): number =>
  mean(places.map((place) => 1 / (place + 1)));

/** Half the width of the 95 % interval of a paired difference, in points. */
function intervalOf(differences: readonly number[]): number {
  const centre = mean(differences);
  const variance = mean(differences.map((value) => (value - centre) ** 2));
  return 1.96 * Math.sqrt(variance / Math.max(1, differences.length));
}

const { passages, questions } = readRetrievalSet({ data, corpus, lang, half });
const tokenizer = createTokenizer(await loadHanSegmenter({ logger: silentLogger }));
const plain = createPlainBm25(
  tokenizer,
  passages.map((passage) => ({ ...passage, title: passage.title.replaceAll("_", " ") })),
);
const embedder =
  values.embed === "off"
    ? null
    : createLocalEmbedder({
        model: starterEmbedder,
        gpu: "off",
        logger: silentLogger,
      });
const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-retrieve-"));
const knowledge = await createKnowledge({
  dataDir,
  reader: createSetReader(passages),
  embedder,
  reranker: null,
  chroma: { mode: values.chroma === "off" ? "off" : "embedded" },
  settings: knowledgeSettings(STARTER_FUSION),
  logger: silentLogger,
  clock: systemClock,
});
const request = { sources: [SET_ROOT], collection: "bench", visibility: "public" } as const;
for await (const event of knowledge.ingest(request, { signal })) {
  if (event.type === "warning") console.error(event.message);
}
while (embedder !== null && (await knowledge.status()).vectors.state === "starting") {
  await new Promise((resolve) => setTimeout(resolve, 50));
}

const baseline = questions.map((question) => placeOf(question, plain(question.query, TOP)));
const ours: number[] = [];
const times: number[] = [];
const stages: Record<string, number[]> = {};
let degraded = 0;
for (const question of questions) {
  const start = performance.now();
  const result = await knowledge.retrieve(
    {
      query: question.query,
      language: detectLanguage(question.query),
      principal: asker,
      audience: { kind: "private" },
      collections: null,
      top: TOP,
    },
    { signal },
  );
  times.push(performance.now() - start);
  for (const [stage, ms] of Object.entries(result.timings)) {
    stages[stage] = [...(stages[stage] ?? []), ms];
  }
  if (result.degraded.length > 0) degraded += 1;
  ours.push(
    placeOf(
      question,
      result.passages.map(({ source }) => source),
    ),
  );
}
await knowledge.close();
await embedder?.close();
rmSync(dataDir, { recursive: true, force: true });

const firsts = ours.map(
  (place, index) => 100 * ((place < 1 ? 1 : 0) - ((baseline[index] ?? 1) < 1 ? 1 : 0)),
);
const points = (figure: string, value: number, aim = "") => ({ figure, value, unit: "%", aim });
const name =
  values.name ?? `retrieve-${basename(dirname(data))}${lang === undefined ? "" : `-${lang}`}`;
report(
  name,
  [
    points("hit@1", hitAt(ours, 1)),
    points("hit@5", hitAt(ours, 5)),
    points("MRR", 100 * reciprocalRank(ours)),
    points("hit@1, plain BM25", hitAt(baseline, 1)),
    points("hit@5, plain BM25", hitAt(baseline, 5)),
    points("MRR, plain BM25", 100 * reciprocalRank(baseline)),
    points("hit@1 above plain BM25", mean(firsts), `± ${intervalOf(firsts).toFixed(1)}`),
    { figure: "time p50", value: percentile(times, 0.5), unit: "ms", aim: "≤ 30 at 1,000" },
    { figure: "time p95", value: percentile(times, 0.95), unit: "ms", aim: "" },
    ...Object.entries(stages).map(([stage, numbers]) => {
      return { figure: `${stage} p50`, value: percentile(numbers, 0.5), unit: "ms", aim: "" };
    }),
  ],
  { passages: passages.length, questions: questions.length, half, degraded },
);
