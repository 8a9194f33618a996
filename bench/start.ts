// Install time and size, first and later starts up to the prompt, in a fresh clone with a fresh HOME.
// Usage: npm run bench:start [-- --runs 5] [-- --skip-install]
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

function measureInstall(): readonly Row[] {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-install-"));
  const env = { ...process.env, HOME: join(folder, "home") };
  const clone = join(folder, "clone");
  execFileSync("git", ["clone", "-q", "--no-hardlinks", root, clone], { env });
  const npm = (...args: string[]): void => {
    execFileSync("npm", args, { cwd: clone, env, stdio: "ignore" });
  };
  const cold = timed(() => npm("install"));
  const full = megabytes(join(clone, "node_modules"));
  rmSync(join(clone, "node_modules"), { recursive: true });
  npm("install", "--omit=dev");
  const production = megabytes(join(clone, "node_modules"));
  rmSync(folder, { recursive: true, force: true });
  return [
    { figure: "npm install, empty cache", value: cold / 1000, unit: "s", aim: "" },
    { figure: "node_modules", value: full, unit: "MB", aim: "" },
    { figure: "node_modules, production", value: production, unit: "MB", aim: "≤ 700" },
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
report(
  "start",
  [
    ...(values["skip-install"] ? [] : measureInstall()),
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
  { runs, firstMs: first, laterMs: later },
);
