import { expect, it } from "vitest";
import {
  addTurns,
  condenseByWords,
  noteCondensed,
  wholeSummary,
} from "../../../flows/dialogue/history.ts";
import type { Turn } from "../../../src/core/index.ts";

function lines(from: number, count: number): readonly Turn[] {
  return Array.from({ length: count }, (_, index) => ({
    role: "user",
    name: "ana",
    text: `q${from + index}?`,
    at: from + index,
    language: "en",
    decision: null,
  }));
}

const EMPTY = { turns: [], summary: "" };

it("keeps old snapshots as they are while nothing falls out of the window", () => {
  expect(addTurns(EMPTY, lines(0, 20))).toEqual({ turns: lines(0, 20), summary: "" });
});

it("lets older lines wait, in order, and the oldest of too many go into the summary by words", () => {
  const history = addTurns(addTurns(EMPTY, lines(0, 30)), lines(30, 35));

  expect(history.turns).toEqual(lines(45, 20));
  expect(history.surplus).toEqual({ from: 5, lines: lines(5, 40) });
  expect(history.summary).toBe("q0? · q1? · q2? · q3? · q4?");
});

it("shortens long lines that wait", () => {
  const long = lines(0, 1).map((turn) => ({ ...turn, text: "word ".repeat(200) }));

  const { surplus } = addTurns({ turns: long, summary: "" }, lines(1, 20));

  expect(surplus?.lines).toHaveLength(1);
  expect(surplus?.lines[0]?.text.length).toBeLessThanOrEqual(300);
});

it("takes only the lines out of waiting that a summary was made of", () => {
  const history = addTurns(EMPTY, lines(0, 32));
  const more = addTurns(history, lines(32, 4));

  expect(noteCondensed(more, { summary: "so far", through: 12 })).toEqual({
    summary: "so far",
    surplus: { from: 12, lines: lines(12, 4) },
  });
});

it("keeps count of what went into the summary by words meanwhile", () => {
  const history = addTurns(EMPTY, lines(0, 70));

  expect(history.surplus?.from).toBe(10);
  expect(noteCondensed(history, { summary: "so far", through: 12 }).surplus).toEqual({
    from: 12,
    lines: lines(12, 38),
  });
});

it("has every older question in the whole summary, before and after it is put into words", () => {
  const history = addTurns({ ...EMPTY, summary: "before" }, lines(0, 23));

  expect(wholeSummary(history)).toBe("before · q0? · q1? · q2?");
  expect(condenseByWords(history)).toEqual({
    summary: "before · q0? · q1? · q2?",
    surplus: { from: 3, lines: [] },
  });
});
