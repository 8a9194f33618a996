import { setImmediate as pause } from "node:timers/promises";
import { kmeans, kmeansGenerator } from "ml-kmeans";

/** Something that can be sorted by its words: a section of a document. */
interface Unit {
  /** How often each term stands in it. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Units that belong together, with the terms that set them apart, the foremost first. */
export interface Cluster {
  readonly units: readonly number[];
  readonly terms: readonly string[];
}

const MAX_TERMS = 256;
const MAX_CLUSTERS = 12;
const MAX_ROUNDS = 40;
const LABEL_TERMS = 5;
/** A term of more units than this share sets none apart. */
const COMMON = 0.5;
const SEED = 1;
/** The first centres are looked for among so many: kmeans++ over thousands would hold up everybody for seconds. */
const MAX_SEEDED = 250;

interface Vocabulary {
  readonly terms: readonly string[];
  readonly idf: readonly number[];
}

function vocabularyOf(units: readonly Unit[]): Vocabulary {
  const frequencies = new Map<string, number>();
  for (const { counts } of units) {
    for (const term of counts.keys()) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  }
  const least = units.length > 3 ? 2 : 1;
  const terms = [...frequencies]
    .filter(
      ([, frequency]) => frequency >= least && frequency <= Math.max(1, units.length * COMMON),
    )
    .sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1))
    .slice(0, MAX_TERMS);
  return {
    terms: terms.map(([term]) => term),
    idf: terms.map(([, frequency]) => Math.log(1 + units.length / frequency)),
  };
}

/** Of length 1, so that long texts and short ones compare. */
function vectorOf({ counts }: Unit, { terms, idf }: Vocabulary): number[] {
  const raw = terms.map((term, at) => Math.log1p(counts.get(term) ?? 0) * (idf[at] ?? 0));
  const length = Math.hypot(...raw);
  return length === 0 ? raw : raw.map((value) => value / length);
}

function meanOf(vectors: readonly number[][], size: number): number[] {
  const sum = new Array<number>(size).fill(0);
  for (const vector of vectors) {
    for (const [at, value] of vector.entries()) sum[at] = (sum[at] ?? 0) + value;
  }
  return sum.map((value) => value / Math.max(1, vectors.length));
}

/** The group of each vector. Others have their turn between the rounds. */
async function groupsOf(
  vectors: number[][],
  count: number,
  signal: AbortSignal,
): Promise<readonly number[]> {
  const step = Math.ceil(vectors.length / MAX_SEEDED);
  const sample = vectors.filter((_, at) => at % step === 0);
  const first = kmeans(sample, count, { seed: SEED, maxIterations: MAX_ROUNDS });
  let groups: readonly number[] = [];
  const initialization = first.centroids;
  for (const round of kmeansGenerator(vectors, count, {
    initialization,
    maxIterations: MAX_ROUNDS,
  })) {
    groups = round.clusters;
    await pause();
    signal.throwIfAborted();
  }
  return groups;
}

/** Sorts units into groups by their words (k-means over TF-IDF); the same units give the same groups. */
export async function clusterUnits(
  units: readonly Unit[],
  signal: AbortSignal,
): Promise<readonly Cluster[]> {
  const vocabulary = vocabularyOf(units);
  const size = vocabulary.terms.length;
  if (size === 0) return [];
  const vectors = units.map((unit) => vectorOf(unit, vocabulary));
  const filled = vectors.flatMap((vector, at) => (vector.some((value) => value > 0) ? [at] : []));
  const count = Math.min(MAX_CLUSTERS, Math.max(1, Math.round(Math.sqrt(filled.length))));
  const chosen = filled.map((at) => vectors[at] ?? []);
  if (chosen.length === 0) return [];
  const clusters = await groupsOf(chosen, count, signal);
  const overall = meanOf(chosen, size);
  return Array.from({ length: count }, (_, number) => {
    const members = filled.filter((_at, index) => clusters[index] === number);
    const mean = meanOf(
      members.map((at) => vectors[at] ?? []),
      size,
    );
    const terms = vocabulary.terms
      .map((term, at) => ({
        term,
        score: (mean[at] ?? 0) - (count === 1 ? 0 : (overall[at] ?? 0)),
      }))
      .filter(({ score }) => score > 0)
      .sort((left, right) => right.score - left.score || (left.term < right.term ? -1 : 1))
      .slice(0, LABEL_TERMS)
      .map(({ term }) => term);
    return { units: members, terms };
  })
    .filter((cluster) => cluster.units.length > 0 && cluster.terms.length > 0)
    .sort((left, right) => right.units.length - left.units.length);
}
