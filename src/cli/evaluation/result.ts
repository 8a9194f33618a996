import { type Io, writeLine } from "../io.ts";
import { table } from "../table.ts";
import { type Interval, quantile } from "./statistics.ts";

/** What measuring one set came to; `--json` prints it as it is. */
export interface EvalResult {
  readonly kind: string;
  /** The file or folder that was measured. */
  readonly data: string;
  /** Questions that the figures are of. */
  readonly n: number;
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Bounds of 95 % by the name of the metric. */
  readonly intervals: Readonly<Record<string, readonly [low: number, high: number]>>;
  /** The same figures for something simple on the same questions. */
  readonly baseline: Readonly<Record<string, number | null>>;
  /** Per question, in milliseconds. */
  readonly timings: { readonly p50Ms: number; readonly p95Ms: number };
  /** Expected decision, then what was decided. */
  readonly confusion?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What was fitted on what, and what else a reader must know. */
  readonly note: string;
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** Figures and their bounds in the form in which they are printed. */
export function figuresOf(measured: Readonly<Record<string, Interval | number | null>>): {
  readonly metrics: EvalResult["metrics"];
  readonly intervals: EvalResult["intervals"];
} {
  const metrics: Record<string, number | null> = {};
  const intervals: Record<string, readonly [number, number]> = {};
  for (const [name, figure] of Object.entries(measured)) {
    if (figure === null || typeof figure === "number") {
      metrics[name] = figure === null ? null : round(figure);
      continue;
    }
    metrics[name] = round(figure.value);
    intervals[name] = [round(figure.low), round(figure.high)];
  }
  return { metrics, intervals };
}

/** Median and 95th percentile of what each question took. */
export function timingsOf(tookMs: readonly number[]): EvalResult["timings"] {
  return { p50Ms: round(quantile(tookMs, 0.5)), p95Ms: round(quantile(tookMs, 0.95)) };
}

/** Counts what was decided by what was expected. */
export function confusionOf(
  pairs: readonly { readonly expected: string; readonly got: string }[],
): Readonly<Record<string, Readonly<Record<string, number>>>> {
  const counts: Record<string, Record<string, number>> = {};
  for (const { expected, got } of pairs) {
    const row = counts[expected] ?? {};
    counts[expected] = { ...row, [got]: (row[got] ?? 0) + 1 };
  }
  return counts;
}

function cell(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : value.toFixed(3);
}

function linesOf(result: EvalResult): readonly string[] {
  const rows = Object.entries(result.metrics).map(([name, value]) => {
    const bounds = result.intervals[name];
    const between = bounds === undefined ? "–" : `${cell(bounds[0])} – ${cell(bounds[1])}`;
    return [name, cell(value), between, cell(result.baseline[name])];
  });
  const confusion = Object.entries(result.confusion ?? {}).map(([expected, got]) => {
    const counts = Object.entries(got).map(([name, count]) => `${name} ${count}`);
    return `  ${expected} → ${counts.join(", ")}`;
  });
  return [
    `${result.kind}: ${result.data} (${result.n} questions)`,
    table([["metric", "value", "95 % interval", "baseline"], ...rows]),
    ...(confusion.length === 0 ? [] : ["expected → decided:", ...confusion]),
    `${result.note} p50 ${result.timings.p50Ms} ms, p95 ${result.timings.p95Ms} ms.`,
  ];
}

/** Prints results: one JSON object (a list when there are several), or a table each. */
export function printResults(
  results: readonly EvalResult[],
  options: { readonly json: boolean },
  io: Io,
): void {
  if (options.json) {
    const [first] = results;
    writeLine(io.stdout, JSON.stringify(results.length === 1 ? first : results));
    return;
  }
  for (const [at, result] of results.entries()) {
    if (at > 0) writeLine(io.stdout);
    for (const line of linesOf(result)) writeLine(io.stdout, line);
  }
}
