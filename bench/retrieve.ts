// How long a search takes with 1,000, 10,000 and 50,000 chunks in the index, one at a time and 16 at once, for readers who may
// see everything, most of it (18 of 20 groups), and little (1 of 20).
// Usage: npm run bench:retrieve [-- --sizes 1000,10000,50000] [-- --questions 200] [-- --index FOLDER]
// The made-up documents are indexed with the starter embedder; the indexes are kept in FOLDER for the next run.
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { settled } from "../knowledge/evaluate/index.ts";
import {
  createKnowledge,
  type Knowledge,
  knowledgeSettings,
  STARTER_FUSION,
} from "../knowledge/index.ts";
import { createLocalEmbedder, starterEmbedder } from "../models/index.ts";
import { type Principal, userId } from "../src/core/index.ts";
import { systemClock } from "../src/ports/clock.ts";
import { silentLogger } from "../src/ports/logger.ts";
import { percentile, type Row, report } from "./report.ts";
import {
  createMadeReader,
  GROUPS,
  madeQuestions,
  rootOf,
  visibilityOf,
} from "./retrieve-corpus.ts";

const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "1000,10000,50000" },
    questions: { type: "string", default: "200" },
    index: { type: "string", default: join(tmpdir(), "frontdesk-bench-retrieve") },
  },
});
const sizes = values.sizes.split(",").map(Number);
const { signal } = new AbortController();
const embedder = createLocalEmbedder({ model: starterEmbedder, gpu: "off", logger: silentLogger });
const degradations = new Map<string, number>();

function open(dataDir: string, chunks: number): Promise<Knowledge> {
  return createKnowledge({
    dataDir,
    reader: createMadeReader(chunks),
    embedder,
    reranker: null,
    chroma: { mode: "embedded" },
    settings: knowledgeSettings(STARTER_FUSION),
    logger: silentLogger,
    clock: systemClock,
  });
}

/** Fills an index, from the next smaller one where there is one; seconds, or null when it was there. */
async function build(chunks: number, smaller: string | null): Promise<number | null> {
  const folder = join(values.index, String(chunks));
  const mark = join(folder, "complete");
  if (existsSync(mark)) return null;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  if (smaller !== null) {
    cpSync(smaller, folder, { recursive: true });
    rmSync(join(folder, "complete"));
  }
  const start = performance.now();
  const knowledge = await open(folder, chunks);
  try {
    for (let group = 0; group < GROUPS; group += 1) {
      const request = { sources: [rootOf(group)], collection: "bench" };
      const events = knowledge.ingest({ ...request, visibility: visibilityOf(group) }, { signal });
      for await (const event of events)
        if (event.type === "warning") throw new Error(event.message);
    }
    await settled(knowledge, { signal });
  } finally {
    await knowledge.close();
  }
  writeFileSync(mark, "");
  return (performance.now() - start) / 1000;
}

function readerOf(groups: number): Principal {
  const names = Array.from({ length: groups }, (_, group) => `team-${group}`);
  const who = { platform: "console", userId: userId("bench"), displayName: "bench" } as const;
  return { ...who, role: "viewer", groups: names };
}

async function ask(knowledge: Knowledge, query: string, principal: Principal): Promise<number> {
  const start = performance.now();
  const { degraded, passages } = await knowledge.retrieve(
    {
      query,
      language: "en",
      principal,
      audience: { kind: "private" },
      collections: null,
      top: 20,
    },
    { signal: new AbortController().signal },
  );
  const took = performance.now() - start;
  for (const what of degraded) degradations.set(what, (degradations.get(what) ?? 0) + 1);
  if (passages.length === 0) throw new Error(`nothing was found for "${query}"`);
  return took;
}

async function askAll(
  knowledge: Knowledge,
  questions: readonly string[],
  { principal, atOnce }: { readonly principal: Principal; readonly atOnce: number },
): Promise<readonly number[]> {
  const times: number[] = [];
  const left = [...questions];
  const work = async (): Promise<void> => {
    for (let query = left.pop(); query !== undefined; query = left.pop()) {
      times.push(await ask(knowledge, query, principal));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return times;
}

const READERS = [
  ["everything", GROUPS],
  ["18 of 20 groups", 18],
  ["1 of 20 groups", 1],
] as const;

async function measure(chunks: number): Promise<readonly Row[]> {
  const knowledge = await open(join(values.index, String(chunks)), chunks);
  try {
    await settled(knowledge, { signal });
    const rows: Row[] = [];
    let seed = 1;
    for (const [seen, groups] of READERS) {
      for (const atOnce of [1, 16]) {
        const how = { principal: readerOf(groups), atOnce };
        // What a process does for the first time is no search yet: code is compiled, pages are read.
        await askAll(knowledge, madeQuestions(chunks, 30, seed + 1), how);
        const questions = madeQuestions(chunks, Number(values.questions), seed + 2);
        const times = await askAll(knowledge, questions, how);
        seed += 2;
        const name = `${chunks} chunks, ${atOnce} at once, ${seen}`;
        const isAimed = chunks === 50_000 && atOnce === 1;
        rows.push(
          { figure: `${name}: p50`, value: percentile(times, 0.5), unit: "ms", aim: "" },
          {
            figure: `${name}: p95`,
            value: percentile(times, 0.95),
            unit: "ms",
            aim: isAimed ? "≤ 50" : "",
          },
        );
      }
    }
    return rows;
  } finally {
    await knowledge.close();
  }
}

const rows: Row[] = [];
let smaller: string | null = null;
for (const chunks of sizes) {
  const seconds = await build(chunks, smaller);
  if (seconds !== null) {
    const figure = `${chunks} chunks: indexed${smaller === null ? "" : " from the next smaller"}`;
    rows.push({ figure, value: seconds, unit: "s", aim: "" });
  }
  rows.push(...(await measure(chunks)));
  smaller = join(values.index, String(chunks));
}
await embedder.close();
report("retrieve", rows, {
  questions: Number(values.questions),
  embedder: "starter-embed-en",
  /** Searches that had to do without something. */
  degraded: Object.fromEntries(degradations),
});
