import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { makeScriptedModel } from "../../test/support/scripted-gguf.ts";
import { median, type Row, report } from "../report.ts";
import {
  type Engine,
  frontdeskEngine,
  libraryEngine,
  SEQUENCES,
  serverEngine,
  type Work,
} from "./engines.ts";
import { writeQwenShape } from "./qwen-shape.ts";

const ROUNDS = Number(env["BENCH_ROUNDS"] ?? 3);
const CONVERSATIONS = (env["BENCH_CONVERSATIONS"] ?? "1,2,4,8").split(",").map(Number);
const TOKENS = 24;
const PREFIX_WORDS = 1_000 / 4;
const LAYER_TOKENS = 1_000;

interface Measured {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

function speedOf({ tokens, wallMs, cpuMs }: Work): Measured {
  return { perCpuSecond: (tokens / cpuMs) * 1_000, perSecond: (tokens / wallMs) * 1_000 };
}

/** All engines in turn, each round in another order, so that the machine's moods meet them alike. */
async function speeds(engines: readonly Engine[]): Promise<Row[]> {
  const rows: Row[] = [];
  // The first steps read the file into memory.
  for (const engine of engines) await engine.run(SEQUENCES, 4);
  for (const conversations of CONVERSATIONS) {
    const found = new Map<string, Measured[]>(engines.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const engine of round % 2 === 0 ? engines : engines.toReversed()) {
        found.get(engine.name)?.push(speedOf(await engine.run(conversations, TOKENS)));
      }
    }
    for (const [name, all] of found) {
      const figure = `${name}, ${conversations} conversation${conversations === 1 ? "" : "s"}`;
      const perCpuSecond = median(all.map((one) => one.perCpuSecond));
      const perSecond = median(all.map((one) => one.perSecond));
      rows.push({ figure, value: perCpuSecond, unit: "t/cpu-s", aim: "" });
      rows.push({ figure: `${figure}, wall`, value: perSecond, unit: "t/s", aim: "" });
    }
    rows.push(...ratios(found, conversations));
  }
  return rows;
}

function ratios(found: ReadonlyMap<string, readonly Measured[]>, conversations: number): Row[] {
  const ours = found.get("frontdesk") ?? [];
  const aims = {
    "node-llama-cpp": conversations === 4 ? ">= 1.15" : "",
    "llama-server": ">= 0.95",
  };
  return Object.entries(aims).flatMap(([peer, aim]) => {
    const theirs = found.get(peer) ?? [];
    if (theirs.length === 0) return [];
    // Round by round: each pair was measured one after the other.
    const paired = ours.map((one, round) => one.perCpuSecond / (theirs[round]?.perCpuSecond ?? 1));
    const figure = `frontdesk / ${peer}, ${conversations}`;
    return [{ figure, value: median(paired), unit: "x", aim: conversations >= 4 ? aim : "" }];
  });
}

/** Numbers as words: in this vocabulary every byte is a token, so about 4 tokens make one of them. */
function prefix(seed: number): string {
  return Array.from({ length: PREFIX_WORDS }, (_, word) =>
    `${(word * 7 + seed) % 900}`.padStart(3, "0"),
  ).join(" ");
}

async function firstTokens(engines: readonly Engine[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name, firstToken } of engines) {
    if (firstToken === null) continue;
    const [cold, sticky]: [number[], number[]] = [[], []];
    for (let round = 0; round < ROUNDS; round += 1) {
      const [talk, system] = [`first ${round}`, prefix(round * 31 + 1)];
      cold.push(await firstToken(talk, system, "When is it?"));
      sticky.push(await firstToken(talk, system, "And where is that?"));
    }
    rows.push(
      { figure: `${name}, first token, cold`, value: median(cold), unit: "ms", aim: "" },
      { figure: `${name}, first token, sticky`, value: median(sticky), unit: "ms", aim: "" },
      {
        figure: `${name}, sticky of cold`,
        value: (median(sticky) / median(cold)) * 100,
        unit: "%",
        aim: "<= 8",
      },
    );
  }
  return rows;
}

/** What is not the model: CPU per token of a model so small that it costs next to nothing. */
async function layerCost(folder: string): Promise<Row[]> {
  const tiny = makeScriptedModel(folder, { script: " on and on it goes", isEndless: true });
  const engines = [
    await frontdeskEngine(tiny, 1),
    await libraryEngine(tiny, "raw", 1),
    await libraryEngine(tiny, "default", 1),
  ];
  const perToken = new Map<string, number[]>(engines.map(({ name }) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const engine of round % 2 === 0 ? engines : engines.toReversed()) {
      const { cpuMs, tokens } = await engine.run(1, LAYER_TOKENS);
      if (tokens < LAYER_TOKENS) throw new Error(`${engine.name} ended after ${tokens} tokens`);
      // The first round warms up.
      if (round > 0) perToken.get(engine.name)?.push((cpuMs / tokens) * 1_000);
    }
  }
  await Promise.all(engines.map((engine) => engine.close()));
  const of = (name: string): number => median(perToken.get(name) ?? []);
  const [ours, raw, theirs] = [
    of("frontdesk"),
    of("node-llama-cpp evaluate"),
    of("node-llama-cpp"),
  ];
  return [
    { figure: "CPU per token, evaluate alone", value: raw, unit: "us", aim: "" },
    { figure: "CPU per token, chat session of the library", value: theirs, unit: "us", aim: "" },
    { figure: "CPU per token, frontdesk, both processes", value: ours, unit: "us", aim: "" },
    { figure: "added by frontdesk", value: ours - raw, unit: "us", aim: "<= 100" },
  ];
}

const folder = mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
try {
  const rows = await layerCost(folder);
  const model = join(folder, "qwen-shape.gguf");
  writeQwenShape(model);
  const server = env["LLAMA_SERVER"];
  const engines = [
    await frontdeskEngine(model),
    await libraryEngine(model, "default"),
    ...(server === undefined ? [] : [await serverEngine(model, server)]),
  ];
  rows.push(...(await speeds(engines)), ...(await firstTokens(engines)));
  for (const engine of engines) {
    const value = engine.peakBytes() / 1_024 ** 2;
    rows.push({ figure: `${engine.name}, peak memory`, value, unit: "MB", aim: "" });
  }
  await Promise.all(engines.map((engine) => engine.close()));
  report("inference", rows, {
    rounds: ROUNDS,
    tokens: TOKENS,
    threads: 1,
    hasServer: server !== undefined,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
