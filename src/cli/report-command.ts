import { type Command, Option } from "commander";
import {
  type Containment,
  containmentByDay,
  containmentOf,
  type DayContainment,
  type DeskFigures,
  deskFigures,
} from "../application/index.ts";
import { dayOf } from "../core/index.ts";
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

interface Report {
  readonly all: Containment;
  readonly byDay: readonly DayContainment[];
  readonly figures: readonly DeskFigures[];
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

/** Share of the day's conversations that came to this team. */
function handoverRateOf({ day, team }: DeskFigures, { byDay }: Report): number | null {
  return byDay.find((one) => one.day === day)?.teams[team] ?? null;
}

/** A row for each team of a day; one without a team for a day without cases. */
function csvLines(report: Report): readonly string[] {
  const { figures, byDay } = report;
  const rows = byDay.flatMap(({ day, conversations, containment }) => {
    const own = figures.filter((one) => one.day === day);
    if (own.length === 0) {
      const none = COLUMNS.map((column) =>
        column === "day" ? day : column === "opened" ? 0 : null,
      );
      return [[...none, null, null, 0, conversations, containment]];
    }
    return own.map((one) => [
      ...[...COLUMNS.map((column) => one[column]), reasonsText(one), one.reopenRate],
      ...[handoverRateOf(one, report), conversations, containment],
    ]);
  });
  return [
    [...COLUMNS, "reasons", "reopenRate", "handoverRate", "dayConversations", "dayContainment"],
    ...rows.map((row) => row.map(csvCell)),
  ].map((row) => row.join(","));
}

function dayLines(byDay: readonly DayContainment[]): readonly string[] {
  const head = ["day", "conversations", "handed over", "handover rate", "without a person"];
  const rows = byDay.map(({ day, conversations, handedOver, handoverRate, containment }) => [
    ...[day, String(conversations), String(handedOver)],
    ...[percent(handoverRate), percent(containment)],
  ]);
  return byDay.length === 0 ? [] : ["", table([head, ...rows])];
}

function tableLines(report: Report): readonly string[] {
  const { figures, byDay, all } = report;
  const { conversations, handedOver, containment } = all;
  const sum = `${conversations} conversations, ${handedOver} handed over: ${percent(containment)} got along without a person.`;
  const days = dayLines(byDay);
  if (figures.length === 0) return [sum, "No cases were opened in this time.", ...days];
  const head = [
    "day",
    "team",
    "opened (handover rate)",
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
    `${one.opened} (${percent(handoverRateOf(one, report))})`,
    spanText(one.timeToClaimMs),
    spanText(one.firstReplyMs),
    spanText(one.resolutionMs),
    one.rating === null ? "–" : `${one.rating.toFixed(1)} (${one.ratings})`,
    one.reopened === 0 ? "0" : `${one.reopened} (${percent(one.reopenRate)})`,
    String(one.missed),
    reasonsText(one),
  ]);
  return [sum, "", table([head, ...rows]), ...days];
}

function jsonLine(range: object, report: Report): string {
  const figures = report.figures.map((one) => ({
    ...one,
    handoverRate: handoverRateOf(one, report),
  }));
  return JSON.stringify({ ...range, ...report.all, days: report.byDay, figures });
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
  // From midnight on, so that the oldest day is whole.
  const from = Date.parse(dayOf(to - days * DAY_MS));
  const range = { from, to };
  const records = await app.cases({ includeResolved: true }, { signal });
  const conversations = await app.conversations({ limit: MAX_CONVERSATIONS }, { signal });
  const figures = deskFigures(records, range);
  const named = Array.from({ length: days + 1 }, (_, back) => dayOf(to - back * DAY_MS));
  const talks = await app.talks({ days: named }, { signal });
  const known = { records, talks, conversations };
  const all = containmentOf(known, range);
  const byDay = containmentByDay(known, range);
  const found: Report = { all, byDay, figures };
  const lines =
    format === "json"
      ? [jsonLine(range, found)]
      : format === "csv"
        ? csvLines(found)
        : tableLines(found);
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
    .option("--csv", "a table for spreadsheets, as --format csv", false)
    .addOption(jsonOption())
    .action(
      async (options: { days: number; format: Wanted["format"]; csv: boolean; json: boolean }) => {
        const format = options.json ? "json" : options.csv ? "csv" : options.format;
        finish(
          await context.withApplication(attachable, (app, { signal }) =>
            printReport(app, { days: options.days, format }, context.io, {
              clock: systemClock,
              signal,
            }),
          ),
        );
      },
    );
}
