import { median, type Row } from "../report.ts";
import { type Engine, frontdeskEngine } from "./engines.ts";
import { PREFIX_WORDS, ROUNDS } from "./settings.ts";

/** Numbers as words: in this vocabulary every byte is a token, so 4 tokens make one of them. */
function prefix(round: number): string {
  return Array.from({ length: PREFIX_WORDS }, (_, word) =>
    `${(word * 7 + round * 31 + 1) % 900}`.padStart(3, "0"),
  ).join(" ");
}

/** With a long system prompt that nobody has read before, and with the same one in the next question of a conversation. */
export async function firstTokens(engines: readonly Engine[]): Promise<Row[]> {
  const measured = engines.flatMap(({ name, firstToken }) =>
    firstToken === null ? [] : [{ name, firstToken, cold: [0].slice(1), sticky: [0].slice(1) }],
  );
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { firstToken, cold, sticky } of round % 2 === 0 ? measured : measured.toReversed()) {
      const [talk, system] = [`first ${round}`, prefix(round)];
      cold.push(await firstToken(talk, system, "When is it?"));
      sticky.push(await firstToken(talk, system, "And where is that?"));
    }
  }
  return measured.flatMap(({ name, cold, sticky }) => [
    { figure: `${name}, first token, cold`, value: median(cold), unit: "ms", aim: "" },
    { figure: `${name}, first token, sticky`, value: median(sticky), unit: "ms", aim: "" },
    {
      figure: `${name}, sticky of cold`,
      value: median(sticky.map((ms, round) => (ms / (cold[round] ?? Number.NaN)) * 100)),
      unit: "%",
      aim: name === "frontdesk" ? "<= 8" : "",
    },
  ]);
}

/** After a restart, with the states of the system prompts that the process before has saved. */
export async function firstTokensAfterRestart(path: string, stateFolder: string): Promise<Row[]> {
  const before = await frontdeskEngine(path, 1, stateFolder);
  const cold: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    cold.push((await before.firstToken?.("before", prefix(round), "When is it?")) ?? Number.NaN);
  }
  await before.close();
  const after = await frontdeskEngine(path, 1, stateFolder);
  const saved: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    saved.push((await after.firstToken?.("after", prefix(round), "And where?")) ?? Number.NaN);
  }
  await after.close();
  return [
    { figure: "frontdesk, first token, cold and saved", value: median(cold), unit: "ms", aim: "" },
    { figure: "frontdesk, first token, restarted", value: median(saved), unit: "ms", aim: "" },
  ];
}
