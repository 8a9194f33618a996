import type { Language } from "../../src/core/index.ts";
import { innermostHeading } from "../answer/match.ts";
import type { ScoredPassage, ScoredUnit } from "../answer/score.ts";
import type { FoundPassage } from "../rank/find.ts";

/** Passages that give one reading of a question: one section of one document. */
export interface Cluster {
  readonly documentId: string;
  /** Folder or site in which the document stands. */
  readonly folder: string;
  readonly title: string;
  readonly section: string;
  /** Innermost heading, or the document's title above the first heading. */
  readonly label: string;
  readonly language: Language;
  /** How much of the question it speaks of, heading and text, 0 to 1. */
  readonly coverage: number;
  /** Score of its first passage in the ranking. */
  readonly score: number;
  /** Its best piece. */
  readonly best: ScoredUnit | null;
  /** It holds the kind of words that is asked for. */
  readonly fits: boolean;
  /** It says what to do, step by step. */
  readonly hasSteps: boolean;
}

interface Member {
  readonly found: FoundPassage;
  readonly scored: ScoredPassage;
}

function bestOf(units: readonly ScoredUnit[]): ScoredUnit | null {
  return units.reduce<ScoredUnit | null>(
    (top, each) => (top === null || each.score > top.score ? each : top),
    null,
  );
}

function clusterOf(group: readonly Member[]): readonly Cluster[] {
  const [first] = group;
  if (first === undefined) return [];
  const { documentId, source, title, section, language } = first.found.passage;
  const units = group.flatMap(({ scored }) => scored.units);
  return [
    {
      documentId,
      folder: source.slice(0, source.lastIndexOf("/") + 1),
      title,
      section,
      label: innermostHeading(first.found.passage),
      language,
      coverage: Math.max(...group.map(({ scored }) => scored.coverage)),
      score: first.found.score,
      best: bestOf(units),
      fits: units.some((unit) => unit.fits && unit.about > 0),
      hasSteps: units.some(({ unit }) => unit.step !== null),
    },
  ];
}

/** Sections in the language of the question, best first. */
export function inLanguage(clusters: readonly Cluster[], language: Language): readonly Cluster[] {
  return clusters.filter((cluster) => cluster.language === language);
}

/** Groups passages, best first, by document and section; best first. */
export function clustersOf(
  passages: readonly FoundPassage[],
  scored: readonly ScoredPassage[],
): readonly Cluster[] {
  const groups = new Map<string, Member[]>();
  for (const [at, found] of passages.entries()) {
    const cut = scored[at];
    if (cut === undefined) continue;
    const key = `${found.passage.documentId}\n${found.passage.section}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [{ found, scored: cut }]);
    else group.push({ found, scored: cut });
  }
  return [...groups.values()].flatMap(clusterOf);
}
