// Install time and size, first and later starts up to the prompt, in a fresh clone with a fresh HOME.
// Usage: npm run bench:start [-- --runs 5] [-- --installs 3] [-- --skip-install]
import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median, type Row, report } from "./report.ts";

const root = fileURLToPath(new URL("../", import.meta.url));
const { values } = parseArgs({
  options: {
    runs: { type: "string", default: "5" },
    installs: { type: "string", default: "3" },
    "skip-install": { type: "boolean", default: false },
  },
});
const runs = Number(values.runs);

function megabytes(path: string): number {
  const kilobytes = execFileSync("du", ["-sk", path], { encoding: "utf8" }).split("\t")[0] ?? "0";
  return Number(kilobytes) / 1024;
}

function timed(run: () => void): number {
  const begin = performance.now();
  run();
  return performance.now() - begin;
}

/** One installation in a fresh clone with a fresh HOME. */
interface Installed {
  readonly seconds: number;
  readonly megabytes: number;
  readonly productionMegabytes: number;
}

function install(): Installed {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-install-"));
  const env = { ...process.env, HOME: join(folder, "home") };
  const clone = join(folder, "clone");
  const npm = (...args: string[]): void => {
    execFileSync("npm", args, { cwd: clone, env, stdio: "ignore" });
  };
  try {
    execFileSync("git", ["clone", "-q", "--no-hardlinks", root, clone], { env });
    const ms = timed(() => npm("install"));
    const full = megabytes(join(clone, "node_modules"));
    rmSync(join(clone, "node_modules"), { recursive: true });
    npm("install", "--omit=dev", "--prefer-offline");
    const production = megabytes(join(clone, "node_modules"));
    return { seconds: ms / 1000, megabytes: full, productionMegabytes: production };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without the package registry there is nothing to measure: said so, and the starts are measured all the same. */
function measureInstalls(count: number): readonly Installed[] {
  const installed: Installed[] = [];
  try {
    for (let run = 0; run < count; run += 1) installed.push(install());
  } catch (error) {
    console.error(`installation is not measured: ${error instanceof Error ? error.message : ""}`);
  }
  return installed;
}

function installRows(installed: readonly Installed[]): readonly Row[] {
  if (installed.length === 0) return [];
  const row = (figure: string, unit: string, aim: string, values: readonly number[]): Row => {
    return { figure: `${figure} (median)`, value: median(values), unit, aim };
  };
  return [
    row(
      "npm install, empty cache",
      "s",
      "",
      installed.map(({ seconds }) => seconds),
    ),
    row(
      "node_modules",
      "MB",
      "",
      installed.map((one) => one.megabytes),
    ),
    row(
      "node_modules, production",
      "MB",
      "≤ 700",
      installed.map((one) => one.productionMegabytes),
    ),
  ];
}

/** Runs `npm start` in a pseudo-terminal until the prompt shows, in milliseconds. */
function timeToPrompt(dataDir: string): Promise<number> {
  const begin = performance.now();
  const child = spawn("script", ["-qec", "npm start", "/dev/null"], {
    cwd: root,
    env: { ...process.env, FRONTDESK_DATA_DIR: dataDir, TERM: "xterm-256color" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  return new Promise((resolve, reject) => {
    let output = "";
    let time: number | null = null;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (time !== null || !output.includes("› ")) return;
      time = performance.now() - begin;
      child.stdin.write("/quit\r");
    });
    child.once("error", reject);
    child.once("close", () => {
      if (time === null) reject(new Error(`no prompt was shown:\n${output}`));
      else resolve(time);
    });
  });
}

const first: number[] = [];
const later: number[] = [];
for (let run = 0; run < runs; run += 1) {
  const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-start-"));
  first.push(await timeToPrompt(dataDir));
  later.push(await timeToPrompt(dataDir));
  rmSync(dataDir, { recursive: true, force: true });
}
const installed = values["skip-install"] ? [] : measureInstalls(Number(values.installs));
report(
  "start",
  [
    ...installRows(installed),
    {
      figure: "first start to the prompt (median)",
      value: median(first) / 1000,
      unit: "s",
      aim: "< 60",
    },
    {
      figure: "later start to the prompt (median)",
      value: median(later) / 1000,
      unit: "s",
      aim: "< 3",
    },
  ],
  { runs, firstMs: first, laterMs: later, installed },
);
