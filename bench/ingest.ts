// Documents and chunks per second, and the peak memory of the process that ingests.
// Usage: npm run bench:ingest [-- --documents 500] [-- --runs 3]
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { writeCorpus } from "./corpus.ts";
import { median, report } from "./report.ts";

const entry = fileURLToPath(new URL("../dist/src/main.js", import.meta.url));
const { values } = parseArgs({
  options: {
    documents: { type: "string", default: "500" },
    runs: { type: "string", default: "3" },
  },
});
const documents = Number(values.documents);
const runs = Number(values.runs);

const summarySchema = z.object({ chunks: z.number(), durationMs: z.number() });

interface Measured {
  readonly chunks: number;
  readonly seconds: number;
  readonly peakMegabytes: number;
}

/** VmHWM: the most memory that a process has held, as the kernel counts it. */
function peakMegabytes(pid: number): number {
  try {
    const line = /VmHWM:\s+(\d+) kB/u.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return Number(line?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

function ingest(folder: string, dataDir: string): Promise<Measured> {
  const child = spawn(process.execPath, [entry, "ingest", folder, "--json"], {
    env: { ...process.env, FRONTDESK_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  let peak = 0;
  const watch = setInterval(() => {
    peak = Math.max(peak, peakMegabytes(child.pid ?? 0));
  }, 50);
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearInterval(watch);
      if (code !== 0) {
        reject(new Error(`ingest ended with ${code}`));
        return;
      }
      const summary = summarySchema.parse(JSON.parse(output));
      resolve({ chunks: summary.chunks, seconds: summary.durationMs / 1000, peakMegabytes: peak });
    });
  });
}

const work = mkdtempSync(join(tmpdir(), "frontdesk-ingest-"));
const folder = join(work, "documents");
mkdirSync(folder);
for (const { name, text } of writeCorpus(documents)) writeFileSync(join(folder, name), text);
const measured: Measured[] = [];
for (let run = 0; run < runs; run += 1) {
  measured.push(await ingest(folder, join(work, `data-${run}`)));
}
rmSync(work, { recursive: true, force: true });
report(
  "ingest",
  [
    {
      figure: "documents per second",
      value: median(measured.map((m) => documents / m.seconds)),
      unit: "/s",
      aim: "",
    },
    {
      figure: "chunks per second, vectors included",
      value: median(measured.map((m) => m.chunks / m.seconds)),
      unit: "/s",
      aim: "",
    },
    {
      figure: "peak memory of the parent",
      value: median(measured.map((m) => m.peakMegabytes)),
      unit: "MB",
      aim: "≤ 300",
    },
  ],
  { documents, runs, measured },
);
