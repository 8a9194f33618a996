import { describe, expect, it } from "vitest";
import { createStepGate, type StepGate } from "../../../models/engine/chat/step-gate.ts";

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Steps until told to stop; counts its steps. */
function stepper(gate: StepGate): { steps: number; isOver: boolean } {
  const state = { steps: 0, isOver: false };
  const run = async (): Promise<void> => {
    gate.enter();
    while (!state.isOver) {
      await gate.beforeStep();
      state.steps += 1;
      await settle();
    }
    gate.leave();
  };
  void run();
  return state;
}

describe("gate before each step", () => {
  it("holds all answers while somebody has the context for himself", async () => {
    const gate = createStepGate();
    const steppers = [stepper(gate), stepper(gate)];
    let open = (): void => {};
    const exclusive = gate.exclusive(
      () =>
        new Promise<void>((resolve) => {
          open = resolve;
        }),
    );
    await settle();
    await settle();
    const before = steppers.map(({ steps }) => steps);

    for (let turn = 0; turn < 5; turn += 1) await settle();
    expect(steppers.map(({ steps }) => steps)).toEqual(before);
    expect(gate.expected()).toBeLessThanOrEqual(0);
    open();
    await exclusive;
    for (let turn = 0; turn < 5; turn += 1) await settle();

    for (const [index, state] of steppers.entries()) {
      expect(state.steps).toBeGreaterThan(before[index] ?? 0);
      state.isOver = true;
    }
  });

  it("stays closed until the last of several is done", async () => {
    const gate = createStepGate();
    const opens: (() => void)[] = [];
    const hold = (): Promise<void> => new Promise((resolve) => opens.push(resolve));
    const both = [gate.exclusive(hold), gate.exclusive(hold)];
    let hasPassed = false;
    const passing = gate.beforeStep().then(() => {
      hasPassed = true;
    });

    opens[0]?.();
    await both[0];
    await settle();
    expect(hasPassed).toBe(false);
    opens[1]?.();
    await passing;

    expect(hasPassed).toBe(true);
  });

  it("opens again when what ran alone fails", async () => {
    const gate = createStepGate();

    await expect(gate.exclusive(() => Promise.reject(new Error("no")))).rejects.toThrow("no");

    await expect(gate.beforeStep()).resolves.toBeUndefined();
  });

  it("expects as many steps as answers run", () => {
    const gate = createStepGate();

    gate.enter();
    gate.enter();
    expect(gate.expected()).toBe(2);
    gate.leave();

    expect(gate.expected()).toBe(1);
  });
});
