import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg, totalmem } from "node:os";

/** The middle value; of an even number the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

/** Linear interpolation between the nearest ranks. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** A row of a benchmark's table. */
export interface Row {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** What we aim for, as a person reads it; empty when there is no aim. */
  readonly aim: string;
  /** 95 % interval, as a person reads it. */
  readonly interval?: string;
}

function shown(value: number): string {
  return Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(1);
}

/** Prints a table. */
export function printTable(name: string, rows: readonly Row[]): void {
  const width = Math.max(...rows.map(({ figure }) => figure.length));
  console.log(`\n${name} (Node ${process.version}, ${cpus().length} cores)`);
  for (const { figure, value, unit, aim, interval = "" } of rows) {
    const goal = aim === "" ? "" : `   aim ${aim}`;
    const told = `${unit.padEnd(6)}${interval}${goal}`;
    console.log(`  ${figure.padEnd(width)}  ${shown(value).padStart(9)} ${told}`);
  }
}

/** Prints a table and writes it with the conditions as `bench/results/<name>.json`. */
export function report(name: string, rows: readonly Row[], details: object = {}): void {
  printTable(name, rows);
  const folder = new URL("./results/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const conditions = {
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "",
    memoryBytes: totalmem(),
    /** Over the last minutes, the measured work included: far above the number of cores the times say little. */
    load: loadavg().map((value) => Math.round(value * 10) / 10),
    at: new Date().toISOString(),
  };
  writeFileSync(
    new URL(`${name}.json`, folder),
    `${JSON.stringify({ name, conditions, rows, ...details }, null, 2)}\n`,
  );
}
