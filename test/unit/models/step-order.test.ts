import { describe, expect, it } from "vitest";
import { createStepOrder, rowLengths } from "../../../models/engine/chat/step-order.ts";

describe("order of steps", () => {
  it("tells by its last token which sequence a step is of", () => {
    const order = createStepOrder<number>();
    order.queued(2, 6);
    order.queued(0, 5);

    const found = order.sequencesOf([{ tokens: [6] }, { tokens: [1, 2, 5] }]);

    expect(found).toEqual([2, 0]);
  });

  it("takes the one that queued first where two steps end alike", () => {
    const order = createStepOrder<number>();
    order.queued(0, 5);
    order.queued(1, 5);
    order.queued(0, 5);

    const found = order.sequencesOf([{ tokens: [5] }, { tokens: [5] }]);

    expect(found).toEqual([1, 0]);
  });

  it("knows nothing of a step that is done", () => {
    const order = createStepOrder<number>();
    order.queued(0, 5);
    order.done(0);

    expect(order.sequencesOf([{ tokens: [5] }])).toEqual([null]);
  });
});

describe("rows of neighbours", () => {
  it("break where a number is left out, comes too early, or is not known", () => {
    expect(rowLengths([0, 1, 2, 5, 6, 4, null, 0])).toEqual([3, 2, 1, 1, 1]);
    expect(rowLengths([])).toEqual([]);
  });
});
