import { type Command, Option } from "commander";
import {
  type Containment,
  containmentOf,
  type DeskFigures,
  deskFigures,
} from "../application/index.ts";
import type { Application } from "../ports/application.ts";
import type { Clock } from "../ports/clock.ts";
import { systemClock } from "../ports/clock.ts";
import { attachable } from "./add-commands.ts";
import type { CommandContext } from "./context.ts";
import { type Io, writeLine } from "./io.ts";
import { integerArgument, jsonOption } from "./options.ts";
import { table } from "./table.ts";

/** What is wanted of the report. */
interface Wanted {
  readonly days: number;
  readonly format: "table" | "csv" | "json";
}

const DAY_MS = 24 * 60 * 60_000;
const MAX_CONVERSATIONS = 100_000;
const COLUMNS = [
  "day",
  "team",
  "opened",
  "claimed",
  "resolved",
  "reopened",
  "timeToClaimMs",
  "firstReplyMs",
  "resolutionMs",
  "ratings",
  "rating",
  "missed",
] as const;

/** "45 s", "12 min", "3.4 h". */
function spanText(ms: number | null): string {
  if (ms === null) return "–";
  if (ms < 90_000) return `${Math.round(ms / 1000)} s`;
  return ms < 90 * 60_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}

function percent(share: number | null): string {
  return share === null ? "–" : `${(share * 100).toFixed(1)} %`;
}

function reasonsText({ reasons }: DeskFigures): string {
  const parts = Object.entries(reasons).map(([reason, count]) => `${reason}: ${count}`);
  return parts.join(", ");
}

/** A cell that spreadsheets neither break nor run. */
function csvCell(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  const safe = /^[=+\-@\t\r]/u.test(text) && typeof value === "string" ? `'${text}` : text;
  return /[",\n\r]/u.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function csvLines(figures: readonly DeskFigures[]): readonly string[] {
  const rows = figures.map((one) => [...COLUMNS.map((column) => one[column]), reasonsText(one)]);
  return [[...COLUMNS, "reasons"].join(","), ...rows.map((row) => row.map(csvCell).join(","))];
}

function tableLines(
  figures: readonly DeskFigures[],
  { conversations, handedOver, containment }: Containment,
): readonly string[] {
  const sum = `${conversations} conversations, ${handedOver} handed over: ${percent(containment)} got along without a person.`;
  if (figures.length === 0) return [sum, "No cases were opened in this time."];
  const head = [
    "day",
    "team",
    "opened",
    "claimed in",
    "first reply",
    "resolved in",
    "rating",
    "reopened",
    "too late",
    "reasons",
  ];
  const rows = figures.map((one) => [
    one.day,
    one.team === "" ? "–" : one.team,
    String(one.opened),
    spanText(one.timeToClaimMs),
    spanText(one.firstReplyMs),
    spanText(one.resolutionMs),
    one.rating === null ? "–" : `${one.rating.toFixed(1)} (${one.ratings})`,
    String(one.reopened),
    String(one.missed),
    reasonsText(one),
  ]);
  return [sum, "", table([head, ...rows])];
}

/** Prints how handing over went. */
export async function printReport(
  app: Application,
  { days, format }: Wanted,
  io: Io,
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<number> {
  const { clock, signal } = options;
  const to = clock.now();
  const range = { from: to - days * DAY_MS, to };
  const records = await app.cases({ includeResolved: true }, { signal });
  const conversations = await app.conversations({ limit: MAX_CONVERSATIONS }, { signal });
  const figures = deskFigures(records, range);
  const containment = containmentOf(records, conversations, range);
  const lines =
    format === "json"
      ? [JSON.stringify({ ...range, ...containment, figures })]
      : format === "csv"
        ? csvLines(figures)
        : tableLines(figures, containment);
  for (const line of lines) writeLine(io.stdout, line);
  return 0;
}

/** `report`. */
export function addReportCommand(
  program: Command,
  finish: (code: number) => void,
  context: CommandContext,
): void {
  program
    .command("report")
    .description("how handing over to people went: shares, times, ratings, by day and team")
    .addOption(
      new Option("--days <n>", "of the last so many days")
        .default(30)
        .argParser(integerArgument(1, 365)),
    )
    .addOption(
      new Option("--format <format>", "how to print it")
        .choices(["table", "csv", "json"])
        .default("table"),
    )
    .addOption(jsonOption())
    .action(async (options: { days: number; format: Wanted["format"]; json: boolean }) => {
      const format = options.json ? "json" : options.format;
      finish(
        await context.withApplication(attachable, (app, { signal }) =>
          printReport(app, { days: options.days, format }, context.io, {
            clock: systemClock,
            signal,
          }),
        ),
      );
    });
}
