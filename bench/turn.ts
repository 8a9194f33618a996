// Where the time of a turn without a chat model goes, at 1,000 chunks.
// Medians over several processes, one after the other.
// Usage: npm run bench:turn [-- --chunks 1000] [-- --turns 200] [-- --runs 3]
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { z } from "zod";
import { writeCorpus } from "./corpus.ts";
import { median, percentile, type Row, report } from "./report.ts";

const entry = fileURLToPath(new URL("../dist/src/main.js", import.meta.url));
const { values } = parseArgs({
  options: {
    chunks: { type: "string", default: "1000" },
    turns: { type: "string", default: "200" },
    runs: { type: "string", default: "3" },
  },
});
const turns = Number(values.turns);
const runs = Number(values.runs);
const WARM_UP = 20;

const turnSchema = z.object({
  decision: z.string(),
  timings: z.record(z.string(), z.number()),
});
type Turn = z.infer<typeof turnSchema>;

function run(args: readonly string[], dataDir: string): Promise<string> {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...process.env, FRONTDESK_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  return new Promise((resolve) => child.once("close", () => resolve(output)));
}

/** One question after the other in one process, each waited for before the next is asked. */
async function converse(questions: readonly string[], dataDir: string): Promise<readonly Turn[]> {
  const child = spawn(process.execPath, [entry, "chat", "--json"], {
    env: { ...process.env, FRONTDESK_DATA_DIR: dataDir, FRONTDESK_DIALOGUE_GATHER_MS: "0" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const answers: Turn[] = [];
  const lines = createInterface({ input: child.stdout });
  child.stdin.write(`${questions[0]}\n`);
  for await (const line of lines) {
    answers.push(turnSchema.parse(JSON.parse(line)));
    const next = questions[answers.length];
    if (next === undefined) child.stdin.end();
    else child.stdin.write(`${next}\n`);
  }
  return answers;
}

const work = mkdtempSync(join(tmpdir(), "frontdesk-turn-"));
const folder = join(work, "documents");
const dataDir = join(work, "data");
mkdirSync(folder);
const documents = writeCorpus(Math.ceil(Number(values.chunks) / 5));
for (const { name, text } of documents) writeFileSync(join(folder, name), text);
const ingested = z
  .object({ chunks: z.number() })
  .parse(JSON.parse(await run(["ingest", folder, "--json"], dataDir)));
const questions = Array.from({ length: turns + WARM_UP }, (_, index) => {
  const sentence = /The (\w+ \d+) in the ([\w ]+) is (\w+)/u.exec(
    documents[(index * 7) % documents.length]?.text ?? "",
  );
  return `Who has the ${sentence?.[1]} ${sentence?.[3]} in the ${sentence?.[2]}?`;
});
const measured: (readonly Turn[])[] = [];
for (let run = 0; run < runs; run += 1) {
  measured.push((await converse(questions, dataDir)).slice(WARM_UP));
}
const answers = measured.flat();
rmSync(work, { recursive: true, force: true });

const stages = [...new Set(answers.flatMap(({ timings }) => Object.keys(timings)))].toSorted();
const aims: Readonly<Record<string, string>> = { "totalMs p50": "≤ 60", "totalMs p95": "≤ 150" };
const rows: Row[] = stages.flatMap((stage) =>
  [0.5, 0.95].map((share) => {
    const figure = `${stage} p${share * 100}`;
    const each = measured.map((run) =>
      percentile(
        run.flatMap(({ timings }) => timings[stage] ?? []),
        share,
      ),
    );
    return { figure, value: median(each), unit: "ms", aim: aims[figure] ?? "" };
  }),
);
report("turn", rows, {
  chunks: ingested.chunks,
  turns,
  runs,
  decisions: countDecisions(answers),
});

function countDecisions(all: readonly Turn[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { decision } of all) counts[decision] = (counts[decision] ?? 0) + 1;
  return counts;
}
