/** So many gaps between tokens are remembered. */
const GAPS = 1_024;

/** What a chat model has done so far. */
interface ChatTotals {
  readonly prefillTokens: number;
  readonly prefillMs: number;
  readonly decodeTokens: number;
  readonly decodeMs: number;
  readonly interTokenMs: { readonly p50: number; readonly p95: number } | null;
}

/** Adds up what answers cost; cheap enough for every token. */
export interface ChatMeter {
  /** A prompt was read up to the first token of the answer. */
  prefilled(tokens: number, ms: number): void;
  /** The next token of an answer came so long after the one before. */
  decoded(gapMs: number): void;
  totals(): ChatTotals;
}

export function createChatMeter(): ChatMeter {
  const gaps = new Float64Array(GAPS);
  let prefillTokens = 0;
  let prefillMs = 0;
  let decodeTokens = 0;
  let decodeMs = 0;
  return {
    prefilled: (tokens, ms) => {
      prefillTokens += tokens;
      prefillMs += ms;
    },
    decoded: (gapMs) => {
      gaps[decodeTokens % GAPS] = gapMs;
      decodeTokens += 1;
      decodeMs += gapMs;
    },
    totals: () => ({
      prefillTokens,
      prefillMs,
      decodeTokens,
      decodeMs,
      interTokenMs: percentiles(gaps.slice(0, Math.min(decodeTokens, GAPS)).sort()),
    }),
  };
}

function percentiles(sorted: Float64Array): ChatTotals["interTokenMs"] {
  const at = (share: number): number | undefined =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  const [p50, p95] = [at(0.5), at(0.95)];
  return p50 === undefined || p95 === undefined ? null : { p50, p95 };
}
