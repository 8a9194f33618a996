import { basename } from "node:path";
import { safeLine } from "../../adapters/console/index.ts";
import type { Visibility } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type {
  DocumentOutcome,
  IngestEvent,
  IngestSummary,
  SourceSettings,
} from "../ports/knowledge-base.ts";
import { type Io, writeLine } from "./io.ts";
import { createProgressBar } from "./progress-bar.ts";

export interface IngestOptions {
  readonly sources: readonly string[];
  readonly collection: string;
  readonly visibility: Visibility;
  /** What to keep with each source. */
  readonly settings?: Partial<SourceSettings>;
  readonly json: boolean;
}

/** Shows how far an ingest has come. */
export interface IngestView {
  show(event: IngestEvent): void;
  end(): void;
}

function describe(event: IngestEvent, total: number): string | null {
  switch (event.type) {
    case "found":
      return `Found ${event.documents} document${event.documents === 1 ? "" : "s"}`;
    case "document":
      return `${event.done}/${total} ${safeLine(basename(event.outcome.source))}`;
    case "embedded":
      return `Vectors ${event.chunks}/${event.of}`;
    case "warning":
    case "finished":
      return null;
  }
}

/** A bar on a terminal; elsewhere nothing, so that logs stay short. Writes to standard error. */
export function createIngestView(io: Io, title: string): IngestView {
  const bar = createProgressBar(io, title);
  let total = 0;
  return {
    show(event) {
      if (event.type === "found") total = event.documents;
      const text = describe(event, total);
      if (text === null) return;
      // Reading is the first half of the bar, vectors the second.
      const share =
        event.type === "document"
          ? event.done / Math.max(total, 1) / 2
          : event.type === "embedded"
            ? 0.5 + event.chunks / Math.max(event.of, 1) / 2
            : 0;
      bar.advance(share, 1, text);
    },
    end: () => bar.end(),
  };
}

function summaryLine(summary: IngestSummary): string {
  const parts = [
    [summary.added, "added"],
    [summary.updated, "updated"],
    [summary.unchanged, "unchanged"],
    [summary.removed, "removed"],
    [summary.skipped, "skipped"],
    [summary.failed, "failed"],
  ] as const;
  const told = parts.flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []));
  const seconds = (summary.durationMs / 1000).toFixed(1);
  return `${told.length === 0 ? "nothing to do" : told.join(", ")} · ${summary.chunks} passage${summary.chunks === 1 ? "" : "s"} · ${seconds} s`;
}

function troubleLine(outcome: DocumentOutcome): string | null {
  if ("warning" in outcome && outcome.warning !== null) {
    return `  note: ${outcome.source} — ${outcome.warning}`;
  }
  if (outcome.status !== "failed" && outcome.status !== "skipped") return null;
  return `  ${outcome.status}: ${outcome.source} — ${outcome.reason}`;
}

const MAX_TROUBLE_LINES = 50;

/** What to do, behind what is wrong: "looks like a .png file; supported are …". */
function adviceIn(line: string): string | null {
  const at = line.indexOf("; ");
  return at < 0 ? null : line.slice(at + 2);
}

/** Lines as they are, but what several of them say at the end is said once. */
function withoutRepeats(lines: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const advice = adviceIn(line);
    if (advice !== null) counts.set(advice, (counts.get(advice) ?? 0) + 1);
  }
  const repeated = new Set([...counts].flatMap(([advice, count]) => (count > 1 ? [advice] : [])));
  const short = lines.map((line) => {
    const advice = adviceIn(line);
    return advice !== null && repeated.has(advice) ? line.slice(0, -advice.length - 2) : line;
  });
  return [...short, ...[...repeated].map((advice) => `  ${advice}`)];
}

function report(outcomes: readonly DocumentOutcome[], io: Io): void {
  const lines = outcomes.flatMap((outcome) => troubleLine(outcome) ?? []);
  const shown = withoutRepeats(lines.slice(0, MAX_TROUBLE_LINES));
  for (const line of shown) writeLine(io.stderr, line);
  const more = lines.length - MAX_TROUBLE_LINES;
  if (more > 0) writeLine(io.stderr, `  … and ${more} more; --json lists them all`);
}

function reachLine(options: IngestOptions): string {
  const { visibility } = options;
  if (visibility === "public" || visibility === "internal") return `Visible: ${visibility}.`;
  const name = visibility.slice(visibility.indexOf(":") + 1);
  const flag = visibility.startsWith("group:") ? `--group ${name}` : `--user ${name}`;
  return `Visible to ${visibility} only; look with: frontdesk search ${flag} "…"`;
}

/** Adds documents. Exit code 1 when a document failed, else 0. */
export async function runIngest(
  app: Application,
  options: IngestOptions,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const view = createIngestView(io, "Reading documents");
  const outcomes: DocumentOutcome[] = [];
  let summary: IngestSummary | null = null;
  try {
    const { sources, collection, visibility, settings } = options;
    const said = settings === undefined ? {} : { settings };
    const request = { sources, collection, visibility, ...said };
    for await (const event of app.ingest(request, { signal })) {
      view.show(event);
      if (event.type === "document") outcomes.push(event.outcome);
      if (event.type === "warning") writeLine(io.stderr, `  note: ${event.message}`);
      if (event.type === "finished") summary = event.summary;
    }
  } finally {
    view.end();
  }
  if (summary === null) return 1;
  report(outcomes, io);
  if (options.json) {
    const { collection, visibility } = options;
    writeLine(
      io.stdout,
      JSON.stringify({ ...summary, collection, visibility, documents: outcomes }),
    );
  } else {
    writeLine(io.stdout, `${summaryLine(summary)}\n${reachLine(options)}`);
  }
  return summary.failed > 0 ? 1 : 0;
}
