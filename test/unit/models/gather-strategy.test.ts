import type { BatchItem, Token } from "node-llama-cpp";
import { describe, expect, it } from "vitest";
import {
  createGatherStrategy,
  type GatherOptions,
} from "../../../models/engine/chat/gather-strategy.ts";

const item = (length: number): BatchItem => ({
  tokens: new Array<Token>(length),
  logits: [],
  evaluationPriority: 3,
});
/** As if it were known of each item which sequence it is of. */
const orderOf = (sequences: readonly (number | null)[] = []): GatherOptions["order"] => ({
  sequencesOf: (items) => items.map((_, index) => sequences[index] ?? null),
});
const order = orderOf();
const amounts = (batch: readonly { processAmount: number }[]): readonly number[] =>
  batch.map(({ processAmount }) => processAmount);

describe("strategy of batches", () => {
  it("waits until all who are expected have come", () => {
    const strategy = createGatherStrategy({ expected: () => 2, order, onStep: () => {} });
    const first = item(1);

    expect(strategy({ items: [first], size: 512 })).toEqual([]);
    expect(amounts(strategy({ items: [first, item(1)], size: 512 }))).toEqual([1, 1]);
  });

  it("goes on without one who never comes", () => {
    const strategy = createGatherStrategy({ expected: () => 2, order, onStep: () => {} });
    const items = [item(1)];

    let turns = 0;
    while (strategy({ items, size: 512 }).length === 0) turns += 1;

    expect(turns).toBe(64);
  });

  it("takes answers whole and cuts the prompt beside them", () => {
    const strategy = createGatherStrategy({ expected: () => 0, order, onStep: () => {} });
    const prompt = item(1_000);
    const answer = item(1);

    const batch = strategy({ items: [prompt, answer], size: 512 });

    expect(batch).toHaveLength(2);
    expect(batch).toContainEqual({ item: answer, processAmount: 1 });
    expect(batch).toContainEqual({ item: prompt, processAmount: 256 });
  });

  it("fills the batch with prompts when nobody is being answered", () => {
    const strategy = createGatherStrategy({ expected: () => 0, order, onStep: () => {} });

    expect(amounts(strategy({ items: [item(300), item(300)], size: 512 }))).toEqual([300, 212]);
  });

  it("puts what it takes in the order of the sequences, which is how llama.cpp takes them in one pass", () => {
    const steps: (readonly number[])[] = [];
    const strategy = createGatherStrategy({
      expected: () => 0,
      order: orderOf([3, 1, 0, 2]),
      onStep: ({ passes }) => steps.push(passes),
    });
    const items = [item(1), item(40), item(1), item(1)];

    const batch = strategy({ items, size: 512 });

    expect(batch.map(({ item: chosen }) => items.indexOf(chosen))).toEqual([2, 1, 3, 0]);
    expect(steps).toEqual([[1, 2]]);
  });

  it("tells how many answers each pass carries on", () => {
    const steps: (readonly number[])[] = [];
    const strategy = createGatherStrategy({
      expected: () => 0,
      order: orderOf([4, 1, 0]),
      onStep: ({ passes }) => steps.push(passes),
    });

    strategy({ items: [item(1), item(1), item(1)], size: 512 });
    strategy({ items: [item(40)], size: 512 });

    expect(steps).toEqual([[2, 1], []]);
  });
});
