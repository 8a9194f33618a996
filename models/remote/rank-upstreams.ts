import { createHash } from "node:crypto";

/** What decides about the order of servers. */
export interface Rankable {
  /** Its address and model; stays the same over restarts. */
  readonly key: string;
  /** How much of the work it gets beside the others; above 0. */
  readonly weight: number;
}

/**
 * All servers in the order in which they are to be tried for one conversation. A conversation always goes to the same server,
 * which still holds its tokens, and when a server goes only its own conversations move. Over many conversations
 * each server gets work by its weight: weighted rendezvous hashing (Schindelhauer, Schomaker 2005).
 */
export function rankUpstreams<U extends Rankable>(
  upstreams: readonly U[],
  conversationKey: string,
): readonly U[] {
  const scored = upstreams.map((upstream) => ({
    upstream,
    score: -upstream.weight / Math.log(uniform(`${upstream.key}\n${conversationKey}`)),
  }));
  return scored.sort((a, b) => b.score - a.score).map(({ upstream }) => upstream);
}

/** A number between 0 and 1, neither of them, that looks random and is always the same for the same text. */
function uniform(text: string): number {
  const bits = createHash("sha256").update(text).digest().readUIntBE(0, 6);
  return (bits + 0.5) / 2 ** 48;
}
