import { dayOf } from "../../core/index.ts";
import { type Io, writeLine } from "../io.ts";
import { table } from "../table.ts";
import type { GapKind, Topic } from "./gaps.ts";
import type { Replay } from "./replay.ts";

const KINDS: Readonly<Record<GapKind, string>> = {
  declined: "declined",
  "none-of-these": "none of these",
  dissatisfied: "did not help",
  "handed-over": "handed over",
  "thumb-down": "👎",
};

function oneLine(text: string, most = 160): string {
  const line = text.replaceAll(/\s+/gu, " ").trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}

function kindsText(kinds: Topic["kinds"]): string {
  return Object.entries(KINDS)
    .flatMap(([kind, name]) => {
      const count = new Map(Object.entries(kinds)).get(kind) ?? 0;
      return count === 0 ? [] : [`${name} ${count}`];
    })
    .join(", ");
}

/** Prints topics with examples of what was asked. */
export function printTopics(
  topics: readonly Topic[],
  options: { readonly examples: number; readonly limit: number },
  io: Io,
): void {
  if (topics.length === 0) {
    writeLine(io.stdout, "No gaps: nothing was declined, handed over or found bad in this time.");
    return;
  }
  const shown = topics.slice(0, options.limit);
  for (const { label, count, kinds, lastAt, gaps } of shown) {
    writeLine(
      io.stdout,
      `${count} × ${oneLine(label, 80)}  (${kindsText(kinds)}; last ${dayOf(lastAt)})`,
    );
    const asked = [...new Set(gaps.map(({ question }) => oneLine(question)))].filter(
      (question) => question !== oneLine(label),
    );
    for (const question of asked.slice(0, options.examples))
      writeLine(io.stdout, `    ${question}`);
    const [source] = gaps.flatMap(({ sources }) => sources);
    if (source !== undefined) writeLine(io.stdout, `    nearest: ${source}`);
  }
  if (topics.length > shown.length) {
    writeLine(io.stdout, `… and ${topics.length - shown.length} more (--limit).`);
  }
}

/** Prints what would have gone another way. */
export function printReplay({ n, unchanged, moves, changed }: Replay, limit: number, io: Io): void {
  writeLine(io.stdout, `${n} questions: ${unchanged} as before, ${changed.length} another way.`);
  const rows = Object.entries(moves)
    .toSorted(([, one], [, other]) => other - one)
    .map(([move, count]) => [move, String(count), `${((count / n) * 100).toFixed(1)} %`]);
  if (rows.length > 0) writeLine(io.stdout, table([["change", "questions", "share"], ...rows]));
  for (const { question, was, would, confidence } of changed.slice(0, limit)) {
    const [then, now] = confidence.map((value) => value.toFixed(2));
    writeLine(io.stdout, `  ${was} → ${would}  ${then} → ${now}  ${oneLine(question)}`);
  }
}
