import type { Language } from "../../src/core/index.ts";
import { sigmoid } from "../confidence/calibrator.ts";
import { isTelling } from "../language/index.ts";
import type { Found } from "../rank/find.ts";
import type { Reading } from "../tasks/contracts.ts";
import { type Cluster, clustersOf } from "./clusters.ts";
import { answerDistance, contendersOf, isHeadingAhead, isNamed } from "./contenders.ts";
import { labelsOf } from "./labels.ts";

/** What competes for a question. */
export interface Ambiguity {
  /** 0 to 1. */
  readonly probability: number;
  /** Two to four, best first; empty when nothing competes. */
  readonly readings: readonly Reading[];
}

/** What the probability is computed from; each 0 to 1. */
interface AmbiguityFeatures {
  /** How much of the question the first contender speaks of. */
  readonly coverage: number;
  /** How close the second contender comes to the first. */
  readonly balance: number;
  /** How little the question says: 1 for one telling term, less for each further one. */
  readonly vagueness: number;
  /** How different the answers would be. */
  readonly distance: number;
}

const NONE: Ambiguity = { probability: 0, readings: [] };
const MAX_READINGS = 4;
const LEAST_DISTANCE = 0.3;
/** A further reading out of the same document stands back behind one out of another. */
const SAME_DOCUMENT_SHARE = 0.9;
/** Set by hand: one telling term and two equal readings → 0.9; two, one reading ahead → 0.7; four → 0.5 and less. */
const WEIGHTS = { bias: -11, coverage: 8, balance: 3, vagueness: 2.2, distance: 0.5 } as const;

function featuresOf(
  found: Omit<Found, "result">,
  contenders: readonly Cluster[],
): AmbiguityFeatures {
  const [first, second] = contenders;
  const telling = found.query.terms.filter(isTelling);
  if (first === undefined || second === undefined) {
    return { coverage: 0, balance: 0, vagueness: 0, distance: 0 };
  }
  return {
    coverage: first.coverage,
    balance:
      Math.min(1, second.coverage / Math.max(first.coverage, 0.01)) * (second.score / first.score),
    vagueness: Math.exp(-0.45 * Math.max(0, telling.length - 1)),
    distance: Math.max(...contenders.slice(1, 4).map((other) => answerDistance(first, other))),
  };
}

/** Puts contenders in the order in which they are offered: good ones first, out of different documents. */
function offered(contenders: readonly Cluster[]): readonly Cluster[] {
  const chosen: Cluster[] = [];
  const left = [...contenders];
  while (chosen.length < MAX_READINGS && left.length > 0) {
    const worth = (cluster: Cluster): number =>
      cluster.score *
      SAME_DOCUMENT_SHARE ** chosen.filter((each) => each.documentId === cluster.documentId).length;
    const best = left.reduce((top, each) => (worth(each) > worth(top) ? each : top));
    chosen.push(best);
    left.splice(left.indexOf(best), 1);
  }
  return chosen;
}

function readingsOf(clusters: readonly Cluster[], prefix: string): readonly Reading[] {
  const labels = labelsOf(clusters);
  return clusters.map(({ documentId, section, label }, index) => ({
    id: `${prefix}.${index + 1}`,
    label: labels[index] ?? label,
    documentId,
    section,
  }));
}

/**
 * Judges whether a question has several readings among what was found: others cover it as well as the best one, it says
 * little, it names none of them, and the answers would differ.
 */
export function measureAmbiguity(
  found: Omit<Found, "result">,
  question: string,
  language: Language,
  prefix: string,
): Ambiguity {
  const clusters = clustersOf(found.passages, found.scored);
  const contenders = contendersOf(found.query, clusters, language);
  if (contenders.length < 2 || isNamed(question, contenders)) return NONE;
  if (isHeadingAhead(found.query, contenders)) return NONE;
  const features = featuresOf(found, contenders);
  if (features.distance < LEAST_DISTANCE) return NONE;
  const { bias, coverage, balance, vagueness, distance } = WEIGHTS;
  const sum =
    bias +
    coverage * features.coverage +
    balance * features.balance +
    vagueness * features.vagueness +
    distance * features.distance;
  return { probability: sigmoid(sum), readings: readingsOf(offered(contenders), prefix) };
}
