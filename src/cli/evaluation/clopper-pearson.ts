/** log(n!) for small and large n, summed once. */
function logFactorials(most: number): Float64Array {
  const logs = new Float64Array(most + 1);
  for (let n = 2; n <= most; n += 1) logs[n] = (logs[n - 1] ?? 0) + Math.log(n);
  return logs;
}

/** Probability of at most `hits` in `all` tries with the chance `p` each. */
function atMost(hits: number, all: number, p: number, logs: Float64Array): number {
  let sum = 0;
  for (let k = 0; k <= hits; k += 1) {
    const ways = (logs[all] ?? 0) - (logs[k] ?? 0) - (logs[all - k] ?? 0);
    sum += Math.exp(ways + k * Math.log(p) + (all - k) * Math.log1p(-p));
  }
  return sum;
}

const CHANCE = 0.05;
const ROUNDS = 50;

/**
 * The share that is exceeded with a probability of at most 5 % when `hits` of `all` were counted (C. J. Clopper and E. S.
 * Pearson 1934, one-sided); 1 when nothing was counted.
 */
export function upperBound(hits: number, all: number): number {
  if (all === 0 || hits >= all) return 1;
  const logs = logFactorials(all);
  let [low, high] = [hits / all, 1];
  for (let round = 0; round < ROUNDS; round += 1) {
    const middle = (low + high) / 2;
    if (atMost(hits, all, middle, logs) > CHANCE) low = middle;
    else high = middle;
  }
  return high;
}
