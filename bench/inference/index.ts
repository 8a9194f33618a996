import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { printTable, type Row, report } from "../report.ts";
import { embedding } from "./embedding.ts";
import { frontdeskEngine, libraryEngine, serverEngine } from "./engines.ts";
import { firstTokens, firstTokensAfterRestart } from "./first-tokens.ts";
import { layerCost } from "./layer-cost.ts";
import { writeQwenShape } from "./qwen-shape.ts";
import { IS_QUICK, IS_SPEED_ONLY, LLAMA_SERVER, ROUNDS, TOKENS } from "./settings.ts";
import { speeds } from "./speeds.ts";

const NO_SERVER =
  "llama-server was not given: its rows and the aims against it are missing. Build it with " +
  "bench/inference/build-llama-server.sh FOLDER and set LLAMA_SERVER to its path.";

/** Which of the aims are met. */
function judged(rows: readonly Row[]): readonly object[] {
  return rows.flatMap(({ figure, value, aim }) => {
    const [, sign, limit] = /^([<>])= ([\d.]+)$/u.exec(aim) ?? [];
    if (sign === undefined) return [];
    const isMet = sign === ">" ? value >= Number(limit) : value <= Number(limit);
    return [{ figure, value: Math.round(value * 1_000) / 1_000, aim, isMet }];
  });
}

if (LLAMA_SERVER === null) console.log(NO_SERVER);
const folder = mkdtempSync(join(tmpdir(), "frontdesk-bench-"));
const startedAt = performance.now();
try {
  const rows: Row[] = [];
  if (!IS_SPEED_ONLY) rows.push(...(await layerCost(folder)), ...(await embedding(LLAMA_SERVER)));
  const model = join(folder, "qwen-shape.gguf");
  writeQwenShape(model);
  const engines = [
    await frontdeskEngine(model),
    await libraryEngine(model, "default"),
    ...(LLAMA_SERVER === null ? [] : [await serverEngine(model, LLAMA_SERVER)]),
  ];
  try {
    rows.push(...(await speeds(engines)));
    if (!IS_SPEED_ONLY) rows.push(...(await firstTokens(engines)));
    for (const engine of engines) {
      const value = engine.peakBytes() / 1_024 ** 2;
      rows.push({ figure: `${engine.name}, peak memory`, value, unit: "MB", aim: "" });
    }
  } finally {
    await Promise.all(engines.map((engine) => engine.close()));
  }
  if (!IS_SPEED_ONLY) {
    rows.push(...(await firstTokensAfterRestart(model, join(folder, "states"))));
  }
  const minutes = (performance.now() - startedAt) / 60_000;
  rows.push({ figure: "the benchmark itself", value: minutes, unit: "min", aim: "" });
  const server = LLAMA_SERVER === null ? NO_SERVER : "llama-server was measured beside it";
  const details = { rounds: ROUNDS, tokens: TOKENS, threads: 1, server, aims: judged(rows) };
  if (IS_QUICK) printTable("inference, quick: these numbers say nothing", rows);
  else if (IS_SPEED_ONLY) printTable("inference, speed only: nothing is written", rows);
  else report("inference", rows, details);
  for (const aim of judged(rows)) console.log(JSON.stringify(aim));
  if (LLAMA_SERVER === null) console.log(NO_SERVER);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
