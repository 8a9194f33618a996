import type { Passage } from "../../src/core/index.ts";
import { renderUnits } from "./render.ts";
import { type ScoredPassage, type ScoredUnit, scoreQuestion } from "./score.ts";

/** A passage as it goes into a prompt. */
interface Compressed {
  readonly passage: Passage;
  /** Its place among the passages, from 1: what a citation names, also where others were left out. */
  readonly n: number;
  readonly text: string;
}

/** Sentences before and after one that matters: "it" and "otherwise" mean nothing without them. */
const NEIGHBOURS = 1;
const OMITTED = { inside: " … ", between: "\n…\n" };

/** A piece with what it cannot be read without: its neighbours, the steps of its list, the line that announces it. */
function withNeighbours({ units }: ScoredPassage, centre: ScoredUnit): readonly ScoredUnit[] {
  const { block, step } = centre.unit;
  const list = step === null ? [] : units.filter(({ unit }) => unit.block === block);
  const first = list[0]?.at ?? centre.at;
  const last = list.at(-1)?.at ?? centre.at;
  return units.filter(({ at, unit }) => {
    if (at >= first && at <= last) return true;
    const isNear = at >= first - NEIGHBOURS && at <= last + NEIGHBOURS;
    const isAnnouncing = at === first - 1 && /[:：]$/u.test(unit.text);
    return isAnnouncing || (isNear && unit.block === block);
  });
}

function textOf(units: readonly ScoredUnit[]): string {
  return renderUnits(
    units.toSorted((left, right) => left.at - right.at),
    OMITTED,
  );
}

/** What may be spent, and on what. */
export interface Room {
  readonly tokens: number;
  readonly tokensOf: (text: string) => number;
  /** Of all around the text of a passage: its number, name and date. */
  readonly aroundOf: (passage: Passage, n: number) => number;
}

/** Of a mark or gap before a piece. */
const MARK_TOKENS = 2;

/**
 * Takes of the passages what says most about the question, sentence by sentence with neighbours, until the room is used up:
 * the best sentence of the fifth passage comes before the last one of the first. Where something is left out stands "…".
 * What is cited and checked later is the whole passage.
 */
export function compressPassages(
  question: string,
  passages: readonly Passage[],
  room: Room,
): readonly Compressed[] {
  const { scored } = scoreQuestion(question, passages);
  const taken = scored.map(() => new Map<number, ScoredUnit>());
  let left = room.tokens;
  const order = scored
    .flatMap((each, index) => each.units.map((unit) => ({ each, index, unit })))
    .sort((one, other) => other.unit.score - one.unit.score || one.index - other.index);
  for (const { each, index, unit } of order) {
    const own = taken[index];
    if (own === undefined || own.has(unit.at)) continue;
    const around = own.size === 0 ? room.aroundOf(each.passage, index + 1) : 0;
    for (const wanted of [withNeighbours(each, unit), [unit]]) {
      const added = wanted.filter(({ at }) => !own.has(at));
      const cost = added.reduce(
        (sum, { unit: { text } }) => sum + room.tokensOf(text) + MARK_TOKENS,
        around,
      );
      if (cost > left) continue;
      left -= cost;
      for (const one of added) own.set(one.at, one);
      break;
    }
  }
  return scored.flatMap(({ passage }, index) => {
    const units = [...(taken[index]?.values() ?? [])];
    return units.length === 0 ? [] : [{ passage, n: index + 1, text: textOf(units) }];
  });
}
