// How often the right passage comes first, and how fast: the product's retrieval beside plain BM25, MiniSearch and
// LangChain.js on the same passages and questions. The product's part is `frontdesk eval retrieval`.
// Usage: npm run bench:retrieval -- --data Q.jsonl --corpus P.jsonl [--lang en] [--half all|tune|report] [--peers off]
//        [--name NAME]; settings come from the environment (FRONTDESK_EMBED_MODEL=off)
import { createHash } from "node:crypto";
import { basename, dirname } from "node:path";
import { parseArgs } from "node:util";
import type { Estimate } from "../knowledge/evaluate/index.ts";
import { composeRetrievalEvaluation } from "../src/compose-eval.ts";
import { loadConfig, readEnvironment } from "../src/config.ts";
import { silentLogger } from "../src/ports/logger.ts";
import { report } from "./report.ts";
import { closePeers, createPeers } from "./retrieval-peers.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    corpus: { type: "string" },
    lang: { type: "string" },
    half: { type: "string", default: "all" },
    peers: { type: "string", default: "on" },
    name: { type: "string" },
  },
});
const { data, corpus, lang = null, half } = values;
if (data === undefined || corpus === undefined) throw new Error("--data and --corpus are needed");

/** Questions of one group stay in one half: one to tune on, the other to report. */
function isChosen(group: string): boolean {
  if (half === "all") return true;
  const isTuning = (createHash("sha256").update(group).digest()[0] ?? 0) % 2 === 0;
  return isTuning === (half === "tune");
}

const workingDirectory = process.cwd();
const config = loadConfig({ file: null, env: readEnvironment(workingDirectory), workingDirectory });
const measured = await composeRetrievalEvaluation({
  config,
  data,
  corpus,
  lang,
  logger: silentLogger,
  onProgress: () => {},
  signal: new AbortController().signal,
  choose: (set) => ({ ...set, questions: set.questions.filter(({ group }) => isChosen(group)) }),
  ...(values.peers === "off" ? {} : { peers: createPeers }),
});

await closePeers();

const range = ({ interval: [low, high] }: Estimate, scale: number): string =>
  `(${(scale * low).toFixed(1)} to ${(scale * high).toFixed(1)})`;
const points = (figure: string, estimate: Estimate) => ({
  figure,
  value: 100 * estimate.value,
  unit: "%",
  aim: "",
  interval: range(estimate, 100),
});
const ms = (figure: string, estimate: Estimate) => ({
  figure,
  value: estimate.value,
  unit: "ms",
  aim: "",
  interval: range(estimate, 1),
});
const ways = [["plain BM25", measured.baseline] as const, ...Object.entries(measured.peers)];
report(
  values.name ?? `retrieval-${basename(dirname(data))}${lang === null ? "" : `-${lang}`}`,
  [
    points("hit@1", measured.figures["hit@1"]),
    points("hit@5", measured.figures["hit@5"]),
    points("MRR", measured.figures.mrr),
    ms("time p50", measured.times.p50Ms),
    ms("time p95", measured.times.p95Ms),
    ...ways.flatMap(([name, way]) => [
      points(`hit@1, ${name}`, way.figures["hit@1"]),
      points(`hit@5, ${name}`, way.figures["hit@5"]),
      points(`MRR, ${name}`, way.figures.mrr),
      points(`hit@1 above ${name}`, way.difference["hit@1"]),
      points(`hit@5 above ${name}`, way.difference["hit@5"]),
      ms(`time p50, ${name}`, way.times.p50Ms),
    ]),
  ],
  {
    passages: measured.passages,
    questions: measured.questions,
    embedder: measured.embedder,
    half,
    degraded: measured.degraded,
  },
);
