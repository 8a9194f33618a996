import type { BatchItem, Token } from "node-llama-cpp";
import { describe, expect, it } from "vitest";
import { createGatherStrategy } from "../../../models/engine/chat/gather-strategy.ts";

const item = (length: number): BatchItem => ({
  tokens: new Array<Token>(length),
  logits: [],
  evaluationPriority: 3,
});
const amounts = (batch: readonly { processAmount: number }[]): readonly number[] =>
  batch.map(({ processAmount }) => processAmount);

describe("strategy of batches", () => {
  it("waits until all who are expected have come", () => {
    const strategy = createGatherStrategy({ expected: () => 2, onStep: () => {} });
    const first = item(1);

    expect(strategy({ items: [first], size: 512 })).toEqual([]);
    expect(amounts(strategy({ items: [first, item(1)], size: 512 }))).toEqual([1, 1]);
  });

  it("goes on without one who never comes", () => {
    const strategy = createGatherStrategy({ expected: () => 2, onStep: () => {} });
    const items = [item(1)];

    let turns = 0;
    while (strategy({ items, size: 512 }).length === 0) turns += 1;

    expect(turns).toBe(64);
  });

  it("lets answers go before prompts and cuts the prompt beside them", () => {
    const strategy = createGatherStrategy({ expected: () => 0, onStep: () => {} });
    const prompt = item(1_000);
    const answer = item(1);

    const batch = strategy({ items: [prompt, answer], size: 512 });

    expect(batch.map(({ item: chosen }) => chosen)).toEqual([answer, prompt]);
    expect(amounts(batch)).toEqual([1, 256]);
  });

  it("fills the batch with prompts when nobody is being answered", () => {
    const strategy = createGatherStrategy({ expected: () => 0, onStep: () => {} });

    expect(amounts(strategy({ items: [item(300), item(300)], size: 512 }))).toEqual([300, 212]);
  });

  it("tells how many answers each step carries on", () => {
    const steps: number[] = [];
    const strategy = createGatherStrategy({
      expected: () => 0,
      onStep: (size) => steps.push(size),
    });

    strategy({ items: [item(1), item(1), item(40)], size: 512 });
    strategy({ items: [item(40)], size: 512 });

    expect(steps).toEqual([2, 0]);
  });
});
