import type { Query, ScoredPassage } from "../answer/score.ts";
import type { Reading } from "../tasks/contracts.ts";
import { type Cluster, clustersOf } from "./clusters.ts";
import { labelsOf } from "./labels.ts";

/** What competes for a question. */
export interface Ambiguity {
  /** 0 to 1. */
  readonly probability: number;
  /** Two to four, best first; empty when nothing competes. */
  readonly readings: readonly Reading[];
}

const NONE: Ambiguity = { probability: 0, readings: [] };
const MAX_READINGS = 4;

function readingsOf(clusters: readonly Cluster[], prefix: string): readonly Reading[] {
  const labels = labelsOf(clusters);
  return clusters.map(({ documentId, section }, index) => ({
    id: `${prefix}.${index + 1}`,
    label: labels[index] ?? section,
    documentId,
    section,
  }));
}

/** Judges whether a question has several readings among these passages. */
export function measureAmbiguity(
  query: Query,
  scored: readonly ScoredPassage[],
  prefix: string,
): Ambiguity {
  const clusters = clustersOf(query, scored);
  const best = Math.max(0, ...clusters.map(({ coverage }) => coverage));
  const competing = clusters
    .filter(({ coverage }) => coverage >= best * 0.95)
    .slice(0, MAX_READINGS);
  if (competing.length < 2 || query.terms.length > 2) return NONE;
  return { probability: 0.6, readings: readingsOf(competing, prefix) };
}
