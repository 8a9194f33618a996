import { argv, env } from "node:process";

/** Whether only to look that every row works: small numbers, nothing is written. */
export const IS_QUICK = argv.includes("--quick");

/** Whether to measure only how fast answers are written; then no file is made of it. */
export const IS_SPEED_ONLY = argv.includes("--speed");

/** Each figure is the median of so many runs. */
export const ROUNDS = Number(env["BENCH_ROUNDS"] ?? (IS_QUICK ? 1 : 5));

/** So many conversations at once. */
export const CONVERSATIONS = (env["BENCH_CONVERSATIONS"] ?? "1,2,4,8").split(",").map(Number);

/** Tokens of each answer. */
export const TOKENS = IS_QUICK ? 6 : 24;

/** Words of a prefix of 1,000 tokens, of which each word takes 4. */
export const PREFIX_WORDS = IS_QUICK ? 50 : 250;

/** Tokens of the answers that show what our layer costs. */
export const LAYER_TOKENS = IS_QUICK ? 200 : 1_000;
/** It takes more runs to see a difference of microseconds. */
export const LAYER_ROUNDS = IS_QUICK ? 1 : 11;

/** How many passages are embedded, and of how many words. */
export const PASSAGES = IS_QUICK ? 4 : 32;
export const PASSAGE_WORDS = 160;

/** Path of a llama-server; null when none was given. */
export const LLAMA_SERVER = env["LLAMA_SERVER"] ?? null;
