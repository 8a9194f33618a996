import type { SwapFigures } from "../../src/ports/model-swap.ts";

/** Fewer failures may be chance. */
const MIN_FAILURES = 3;
/** A share of failures that is so much higher is worse. */
const WORSE_SHARE = 0.1;
/** Times that are so many times longer are worse, */
const WORSE_FACTOR = 1.5;
/** as far as the difference can be felt. */
const FELT_FIRST_TOKEN_MS = 250;
const FELT_MS_PER_TOKEN = 10;

/** Why the new model is worse than the one before; null as long as it is not. */
export function whyWorse(current: SwapFigures, candidate: SwapFigures): string | null {
  const [before, now] = [failureShare(current), failureShare(candidate)];
  if (candidate.failures >= MIN_FAILURES && now > before + WORSE_SHARE) {
    return `${percent(now)} of its answers failed, ${percent(before)} of those of the model before`;
  }
  return (
    slower(
      "its first word comes after",
      [current.firstTokenMs, candidate.firstTokenMs],
      FELT_FIRST_TOKEN_MS,
    ) ?? slower("a token takes it", [current.msPerToken, candidate.msPerToken], FELT_MS_PER_TOKEN)
  );
}

function failureShare({ answers, failures }: SwapFigures): number {
  return failures === 0 ? 0 : failures / (answers + failures);
}

function slower(
  what: string,
  [before, now]: readonly [number | null, number | null],
  feltMs: number,
): string | null {
  if (before === null || now === null) return null;
  if (now <= before * WORSE_FACTOR || now - before < feltMs) return null;
  return `${what} ${Math.round(now)} ms, the model before needs ${Math.round(before)} ms`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
