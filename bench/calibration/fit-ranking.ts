import { RANK_FEATURES, type RankFeature } from "../../flows/index.ts";
import type { RankExample } from "../../src/cli/evaluation/examples.ts";

const ROUNDS = 800;
const STEP = 0.05;

/** Weights by feature. */
export type Weights = Readonly<Record<RankFeature, number>>;

function scoreOf(
  vector: Readonly<Record<RankFeature, number>>,
  weights: readonly number[],
): number {
  return RANK_FEATURES.reduce((sum, name, at) => sum + vector[name] * (weights[at] ?? 0), 0);
}

/** Gradient of −log p(a passage that answers comes first) under a softmax over the passages of one question. */
function addGradient(
  example: RankExample,
  weights: readonly number[],
  share: number,
  into: number[],
): void {
  const scores = example.passages.map(({ vector }) => scoreOf(vector, weights));
  const highest = Math.max(...scores);
  const exps = scores.map((score) => Math.exp(score - highest));
  const all = exps.reduce((sum, each) => sum + each, 0);
  const gold = exps.reduce((sum, each, at) => sum + (example.passages[at]?.isGold ? each : 0), 0);
  if (gold === 0 || gold === all) return;
  for (const [at, { vector, isGold }] of example.passages.entries()) {
    const exp = exps[at] ?? 0;
    const factor = (exp / all - (isGold ? exp / gold : 0)) * share;
    for (const [index, name] of RANK_FEATURES.entries()) {
      into[index] = (into[index] ?? 0) + factor * vector[name];
    }
  }
}

/** Fits a listwise softmax by Adam with L2; every set counts the same, whatever its size. */
export function fitRanking(
  examples: readonly RankExample[],
  options: { readonly l2: number; readonly fixed: Partial<Weights> },
): Weights {
  const sizes = new Map<string, number>();
  for (const { set } of examples) sizes.set(set, (sizes.get(set) ?? 0) + 1);
  const weights = RANK_FEATURES.map((name) => options.fixed[name] ?? 0);
  const first = weights.map(() => 0);
  const second = weights.map(() => 0);
  for (let round = 1; round <= ROUNDS; round += 1) {
    const gradient = weights.map((weight) => options.l2 * weight);
    for (const example of examples) {
      addGradient(example, weights, 100 / (sizes.get(example.set) ?? 1), gradient);
    }
    for (const [at, name] of RANK_FEATURES.entries()) {
      if (options.fixed[name] !== undefined) continue;
      const slope = gradient[at] ?? 0;
      first[at] = 0.9 * (first[at] ?? 0) + 0.1 * slope;
      second[at] = 0.999 * (second[at] ?? 0) + 0.001 * slope * slope;
      const mean = (first[at] ?? 0) / (1 - 0.9 ** round);
      const spread = Math.sqrt((second[at] ?? 0) / (1 - 0.999 ** round)) + 1e-8;
      weights[at] = (weights[at] ?? 0) - (STEP * mean) / spread;
    }
  }
  const named: Record<RankFeature, number> = {
    asked: 0,
    expanded: 0,
    cosine: 0,
    coverage: 0,
    heading: 0,
    innermost: 0,
    precision: 0,
    unit: 0,
    unitOwn: 0,
    near: 0,
    fit: 0,
    isSameLanguage: 0,
    names: 0,
  };
  for (const [at, name] of RANK_FEATURES.entries()) named[name] = round2(weights[at] ?? 0);
  return named;
}

function round2(value: number): number {
  return Math.round(value * 100) / 100;
}

/** Share of questions of which a passage that answers comes first. */
export function hitAt1(examples: readonly RankExample[], weights: Weights): number {
  const list = RANK_FEATURES.map((name) => weights[name]);
  const hits = examples.filter(({ passages }) => {
    const ordered = passages.toSorted((a, b) => scoreOf(b.vector, list) - scoreOf(a.vector, list));
    return ordered[0]?.isGold === true;
  });
  return hits.length / Math.max(1, examples.length);
}
