import type { Config } from "./config.ts";

const DAY_MS = 24 * 60 * 60_000;

/** After how much silence a conversation is forgotten, with its transcript. */
export function idleTimeMs({ dialogue }: Pick<Config, "dialogue">): number {
  return dialogue.idleDays * DAY_MS;
}

/** The same for Redis, which counts whole seconds. */
export function idleTimeSeconds(config: Pick<Config, "dialogue">): number {
  return Math.ceil(idleTimeMs(config) / 1_000);
}
