/** A prediction and what was true. */
export interface Judged {
  readonly probability: number;
  readonly isPositive: boolean;
  /** How much it counts for {@link calibrationError}; default 1. */
  readonly weight?: number;
}

/** Probability that a positive is ranked above a negative; ties count half. 0.5 without either. */
export function areaUnderCurve(judged: readonly Judged[]): number {
  const sorted = judged.toSorted((left, right) => left.probability - right.probability);
  const positives = judged.filter(({ isPositive }) => isPositive).length;
  const negatives = judged.length - positives;
  if (positives === 0 || negatives === 0) return 0.5;
  let rankSum = 0;
  for (let start = 0; start < sorted.length; ) {
    let end = start;
    while (sorted[end]?.probability === sorted[start]?.probability) end += 1;
    const middle = (start + 1 + end) / 2;
    rankSum += middle * sorted.slice(start, end).filter(({ isPositive }) => isPositive).length;
    start = end;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Mean distance of said and true frequency over groups of the same number of examples. */
export function calibrationError(judged: readonly Judged[], groups = 10): number {
  const sorted = judged.toSorted((left, right) => left.probability - right.probability);
  const mass = weigh(sorted, () => 1);
  let error = 0;
  for (let group = 0; group < groups; group += 1) {
    const from = Math.floor((group * sorted.length) / groups);
    const bin = sorted.slice(from, Math.floor(((group + 1) * sorted.length) / groups));
    const said = weigh(bin, ({ probability }) => probability);
    const right = weigh(bin, ({ isPositive }) => (isPositive ? 1 : 0));
    error += Math.abs(said - right) / mass;
  }
  return error;
}

function weigh(judged: readonly Judged[], value: (each: Judged) => number): number {
  return judged.reduce((sum, each) => sum + (each.weight ?? 1) * value(each), 0);
}
