import { median, type Row } from "../report.ts";
import { type Engine, SEQUENCES, type Work } from "./engines.ts";
import { CONVERSATIONS, ROUNDS, TOKENS } from "./settings.ts";

interface Measured {
  readonly perCpuSecond: number;
  readonly perSecond: number;
}

function speedOf({ tokens, wallMs, cpuMs }: Work): Measured {
  return { perCpuSecond: (tokens / cpuMs) * 1_000, perSecond: (tokens / wallMs) * 1_000 };
}

/** All engines in turn, each round in another order, so that the machine's moods meet them alike. */
export async function speeds(engines: readonly Engine[]): Promise<Row[]> {
  const rows: Row[] = [];
  // The first steps read the file into memory.
  for (const engine of engines) await engine.run(SEQUENCES, 4);
  for (const conversations of CONVERSATIONS) {
    const found = new Map<string, Measured[]>(engines.map(({ name }) => [name, []]));
    for (let round = 0; round < ROUNDS; round += 1) {
      const promptTokens = new Set<number>();
      for (const engine of round % 2 === 0 ? engines : engines.toReversed()) {
        const work = await engine.run(conversations, TOKENS);
        found.get(engine.name)?.push(speedOf(work));
        if (work.promptTokens !== null) promptTokens.add(work.promptTokens);
      }
      if (promptTokens.size > 1) {
        throw new Error(`the engines read prompts of ${[...promptTokens].join(" and ")} tokens`);
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
    "llama-server": conversations >= 4 ? ">= 0.95" : "",
  };
  return Object.entries(aims).flatMap(([peer, aim]) => {
    const theirs = found.get(peer) ?? [];
    if (theirs.length === 0) return [];
    // Round by round: each pair was measured one after the other.
    const paired = (of: (one: Measured) => number): number =>
      median(
        ours.flatMap((one, round) => {
          const other = theirs[round];
          return other === undefined ? [] : [of(one) / of(other)];
        }),
      );
    const figure = `frontdesk / ${peer}, ${conversations}`;
    return [
      { figure, value: paired((one) => one.perCpuSecond), unit: "x", aim },
      { figure: `${figure}, wall`, value: paired((one) => one.perSecond), unit: "x", aim: "" },
    ];
  });
}
