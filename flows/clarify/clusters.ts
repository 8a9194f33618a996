import type { Passage } from "../../src/core/index.ts";
import { type Query, type ScoredPassage, type ScoredUnit, shareOf } from "../answer/score.ts";
import { hasTerm } from "../language/index.ts";

/** Passages that give one reading of a question: one section of one document. */
export interface Cluster {
  readonly documentId: string;
  readonly title: string;
  readonly section: string;
  readonly passages: readonly Passage[];
  /** How much of the question it speaks of, heading and text, 0 to 1. */
  readonly coverage: number;
  /** How much of the question stands in its heading. */
  readonly heading: number;
  /** Its best piece. */
  readonly best: ScoredUnit | null;
  /** Place of its first passage in the ranking. */
  readonly rank: number;
}

function bestOf(units: readonly ScoredUnit[]): ScoredUnit | null {
  return units.reduce<ScoredUnit | null>(
    (top, each) => (top === null || each.score > top.score ? each : top),
    null,
  );
}

/** Groups passages by document and section, best first. */
export function clustersOf(query: Query, scored: readonly ScoredPassage[]): readonly Cluster[] {
  const groups = new Map<string, ScoredPassage[]>();
  for (const each of scored) {
    const key = `${each.passage.documentId}\n${each.passage.section}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [each]);
    else group.push(each);
  }
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { documentId, title, section } = first.passage;
    return [
      {
        documentId,
        title,
        section,
        passages: group.map(({ passage }) => passage),
        coverage: Math.max(...group.map(({ coverage }) => coverage)),
        heading: shareOf(query, (term) => hasTerm(first.heading, term)),
        best: bestOf(group.flatMap(({ units }) => units)),
        rank: first.rank,
      },
    ];
  });
}
