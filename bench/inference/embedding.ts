import { createLocalEmbedder, createRemoteEmbedder, starterEmbedder } from "../../models/index.ts";
import type { Embedder } from "../../src/ports/embedder.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { median, type Row } from "../report.ts";
import { cpuMsOf, ownCpuMs } from "./cpu-time.ts";
import { startLlamaServer } from "./llama-server.ts";
import { PASSAGE_WORDS, PASSAGES, ROUNDS } from "./settings.ts";

interface Side {
  readonly name: string;
  readonly embedder: Embedder;
  readonly pid: number;
  readonly perCpuSecond: number[];
  readonly perSecond: number[];
  close(): Promise<void>;
}

const signal = new AbortController().signal;
const WORDS = "the office opens at nine and closes at five on every day of the week".split(" ");
/** What the engine's and the server's default is for embedding models of this size. */
const BATCH = "1024";

/** Other ones in each round. */
function passages(round: number): readonly string[] {
  return Array.from({ length: PASSAGES }, (_, passage) =>
    Array.from(
      { length: PASSAGE_WORDS },
      (_word, word) => WORDS[(word * 5 + passage + round * 3) % WORDS.length],
    ).join(" "),
  );
}

async function local(): Promise<Side> {
  const embedder = createLocalEmbedder({
    model: starterEmbedder,
    logger: silentLogger,
    threads: 1,
    gpu: "off",
  });
  await embedder.ready({ signal });
  const pid = embedder.pid() ?? 0;
  return { name: "frontdesk", embedder, pid, ...empty(), close: () => embedder.close() };
}

async function behindServer(binary: string): Promise<Side> {
  const batch = ["-b", BATCH, "-ub", BATCH, "-c", BATCH];
  const server = await startLlamaServer(binary, [
    ...["-m", starterEmbedder.path, "--embeddings", "--pooling", "mean", "-np", "1"],
    ...batch,
  ]);
  const embedder = createRemoteEmbedder({
    baseUrl: server.baseUrl,
    model: "m",
    apiKey: null,
    logger: silentLogger,
  });
  const { pid } = server;
  return { name: "llama-server", embedder, pid, ...empty(), close: () => server.close() };
}

function empty(): Pick<Side, "perCpuSecond" | "perSecond"> {
  return { perCpuSecond: [], perSecond: [] };
}

async function measure(side: Side, round: number): Promise<Float32Array> {
  const texts = passages(round);
  const [cpuBefore, startedAt] = [cpuMsOf(side.pid) + ownCpuMs(), performance.now()];
  const [vector] = await side.embedder.embed(texts, { purpose: "passage", signal });
  const cpuMs = cpuMsOf(side.pid) + ownCpuMs() - cpuBefore;
  side.perCpuSecond.push((texts.length / cpuMs) * 1_000);
  side.perSecond.push((texts.length / (performance.now() - startedAt)) * 1_000);
  return vector ?? new Float32Array();
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

/** Passages of 160 words with the embedder that comes with the project. @param binary null: no server beside it */
export async function embedding(binary: string | null): Promise<Row[]> {
  const ours = await local();
  const sides = [ours, ...(binary === null ? [] : [await behindServer(binary)])];
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      const vectors: Float32Array[] = [];
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        vectors.push(await measure(side, round));
      }
      const [one, other] = vectors;
      if (one !== undefined && other !== undefined && cosine(one, other) < 0.999) {
        throw new Error("the two do not give the same vectors");
      }
    }
  } finally {
    await Promise.all(sides.map((side) => side.close()));
  }
  const rows = sides.flatMap(({ name, perCpuSecond, perSecond }): Row[] => [
    { figure: `${name}, embedding`, value: median(perCpuSecond), unit: "p/cpu-s", aim: "" },
    { figure: `${name}, embedding, wall`, value: median(perSecond), unit: "p/s", aim: "" },
  ]);
  const [, server] = sides;
  if (server === undefined) return rows;
  const paired = ours.perCpuSecond.map(
    (value, round) => value / (server.perCpuSecond[round] ?? Number.NaN),
  );
  const figure = "frontdesk / llama-server, embedding";
  return [...rows, { figure, value: median(paired), unit: "x", aim: "" }];
}
