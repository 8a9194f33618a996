import type {
  Estimate,
  RetrievalFigures,
  RetrievalReport,
} from "../../../knowledge/evaluate/index.ts";
import type { RetrievalEvaluation } from "../../compose-eval.ts";
import { type Io, writeLine } from "../io.ts";
import { createProgressBar } from "../progress-bar.ts";
import { table } from "../table.ts";

const STAGES = { reading: "Reading", embedding: "Vectors", asking: "Asking" } as const;
/** Reading, vectors and asking are a third of the bar each. */
const STAGE_AT = { reading: 0, embedding: 1, asking: 2 } as const;
const FIGURES = [
  ["hit@1", "hit@1"],
  ["hit@5", "hit@5"],
  ["mrr", "MRR"],
] as const;

const round = (value: number): number => Math.round(value * 10_000) / 10_000;

/** JSON knows no infinity: where nothing can be said the bound is null. */
function bounds({ interval }: Estimate): readonly (number | null)[] {
  return interval.map((value) => (Number.isFinite(value) ? round(value) : null));
}

function valuesOf(figures: RetrievalFigures): Record<string, number> {
  return Object.fromEntries(FIGURES.map(([key]) => [key, round(figures[key].value)]));
}

function intervalsOf(figures: RetrievalFigures): Record<string, readonly (number | null)[]> {
  return Object.fromEntries(FIGURES.map(([key]) => [key, bounds(figures[key])]));
}

/** The report as one JSON object: shares from 0 to 1, times in milliseconds. */
function retrievalJson(
  report: RetrievalReport,
  asked: { readonly data: string; readonly corpus: string | null },
) {
  const { times, baseline, peers } = report;
  const compared = ({ figures, difference }: RetrievalReport["baseline"]) => ({
    ...valuesOf(figures),
    intervals: intervalsOf(figures),
    difference: valuesOf(difference),
    differenceIntervals: intervalsOf(difference),
  });
  return {
    kind: "retrieval",
    data: asked.data,
    corpus: asked.corpus,
    n: report.questions,
    passages: report.passages,
    leftOut: report.leftOut,
    embedder: report.embedder,
    reranker: report.hasReranker,
    degraded: report.degraded,
    metrics: valuesOf(report.figures),
    intervals: intervalsOf(report.figures),
    baseline: compared(baseline),
    ...(Object.keys(peers).length === 0
      ? {}
      : {
          peers: Object.fromEntries(
            Object.entries(peers).map(([name, peer]) => [name, compared(peer)]),
          ),
        }),
    timings: {
      p50Ms: round(times.p50Ms.value),
      p95Ms: round(times.p95Ms.value),
      intervals: { p50Ms: bounds(times.p50Ms), p95Ms: bounds(times.p95Ms) },
    },
  };
}

function percent(estimate: Estimate, sign = ""): string {
  const shown = (value: number): string => (100 * value).toFixed(1);
  const [low, high] = estimate.interval;
  const plus = sign !== "" && estimate.value > 0 ? sign : "";
  const range = Number.isFinite(low) ? ` (${shown(low)} to ${shown(high)})` : "";
  return `${plus}${shown(estimate.value)}${range}`;
}

function timeText({ p50Ms, p95Ms }: RetrievalReport["times"]): string {
  const one = ({ value, interval: [low, high] }: Estimate): string =>
    `${value.toFixed(1)} ms (${low.toFixed(1)} to ${high.toFixed(1)})`;
  return `Time of a search: half within ${one(p50Ms)}, 95 % within ${one(p95Ms)}`;
}

/** The report for people. */
function retrievalText(report: RetrievalReport): string {
  const { leftOut, baseline, peers } = report;
  const ways = [["plain BM25", baseline] as const, ...Object.entries(peers)];
  const rows = FIGURES.map(([key, name]) => [
    name,
    percent(report.figures[key]),
    ...ways.flatMap(([, way]) => [percent(way.figures[key]), percent(way.difference[key], "+")]),
  ]);
  const head = ["%", "Frontdesk", ...ways.flatMap(([name]) => [name, "above it"])];
  const notes = [
    leftOut.withoutGold > 0 ? `${leftOut.withoutGold} questions name nothing that answers` : "",
    leftOut.notInCorpus > 0 ? `${leftOut.notInCorpus} name only what is not there` : "",
  ].filter((note) => note !== "");
  return [
    `${report.questions} questions, ${report.passages} passages; embedding model: ${report.embedder ?? "none"}${report.hasReranker ? ", with reranker" : ""}`,
    ...(notes.length > 0 ? [`Left out: ${notes.join(", ")}.`] : []),
    ...(report.degraded > 0
      ? [`${report.degraded} questions went without vectors or reranker: the machine was too slow.`]
      : []),
    "",
    table([head, ...rows]),
    "",
    timeText(report.times),
    "In brackets: 95 % intervals.",
  ].join("\n");
}

/** `eval retrieval`. */
export async function runRetrievalEvaluation(
  options: Omit<RetrievalEvaluation, "onProgress"> & { readonly json: boolean },
  io: Io,
): Promise<number> {
  const { composeRetrievalEvaluation } = await import("../../compose-eval.ts");
  const bar = createProgressBar(io, "Measuring retrieval");
  let report: RetrievalReport;
  try {
    report = await composeRetrievalEvaluation({
      ...options,
      onProgress: (stage, done, of) => {
        bar.advance(STAGE_AT[stage] + done / Math.max(of, 1), 3, `${STAGES[stage]} ${done}/${of}`);
      },
    });
  } finally {
    bar.end();
  }
  const json = JSON.stringify(retrievalJson(report, options));
  writeLine(io.stdout, options.json ? json : retrievalText(report));
  return 0;
}
