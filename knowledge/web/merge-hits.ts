import type { WebHit } from "./provider.ts";

/** Ranks further down count less and less; 60 is what Cormack et al. (SIGIR 2009) use. */
const RANK_OFFSET = 60;

/** Joins the lists of several engines: what more of them find, and higher up, comes first; each address once. */
export function mergeHits(lists: readonly (readonly WebHit[])[]): readonly WebHit[] {
  const found = new Map<string, { readonly hit: WebHit; score: number }>();
  for (const list of lists) {
    for (const [rank, hit] of list.entries()) {
      const key = addressKey(hit.url);
      if (key === null) continue;
      const known = found.get(key) ?? { hit, score: 0 };
      known.score += 1 / (RANK_OFFSET + rank);
      found.set(key, known);
    }
  }
  return [...found.values()].sort((a, b) => b.score - a.score).map(({ hit }) => hit);
}

/** The same page however it is written; null for what is no web page. */
function addressKey(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, host, pathname, search } = new URL(address);
  if (protocol !== "http:" && protocol !== "https:") return null;
  return `${host.replace(/^www\./u, "")}${pathname.replace(/\/$/u, "")}${search}`;
}
