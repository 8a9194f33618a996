import { makeScriptedModel } from "../../test/support/scripted-gguf.ts";
import { median, type Row } from "../report.ts";
import { frontdeskEngine, libraryEngine } from "./engines.ts";
import { LAYER_ROUNDS, LAYER_TOKENS } from "./settings.ts";

/** What is not the model: CPU per token of a model so small that it costs next to nothing. */
export async function layerCost(folder: string): Promise<Row[]> {
  const tiny = makeScriptedModel(folder, { script: " on and on it goes", isEndless: true });
  const [ours, raw, theirs] = await Promise.all([
    frontdeskEngine(tiny, 1),
    libraryEngine(tiny, "raw", 1),
    libraryEngine(tiny, "default", 1),
  ]);
  const engines = [ours, raw, theirs];
  const perToken = new Map<string, number[]>(engines.map(({ name }) => [name, []]));
  for (let round = 0; round <= LAYER_ROUNDS; round += 1) {
    for (const engine of round % 2 === 0 ? engines : engines.toReversed()) {
      const { cpuMs, tokens } = await engine.run(1, LAYER_TOKENS);
      if (tokens < LAYER_TOKENS) throw new Error(`${engine.name} ended after ${tokens} tokens`);
      // The first round warms up.
      if (round > 0) perToken.get(engine.name)?.push((cpuMs / tokens) * 1_000);
    }
  }
  await Promise.all(engines.map((engine) => engine.close()));
  const of = (name: string): readonly number[] => perToken.get(name) ?? [];
  const added = of(ours.name).map((us, round) => us - (of(raw.name)[round] ?? Number.NaN));
  const row = (figure: string, values: readonly number[], aim = ""): Row => ({
    figure,
    value: median(values),
    unit: "us",
    aim,
  });
  return [
    row("CPU per token, evaluate alone", of(raw.name)),
    row("CPU per token, chat session of the library", of(theirs.name)),
    row("CPU per token, frontdesk, both processes", of(ours.name)),
    row("added by frontdesk", added, "<= 100"),
  ];
}
