import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BudgetLimit, SharedBudget } from "../../src/ports/shared-budget.ts";
import { eventually } from "../support/runtime-eventually.ts";

/** Two handles on the same budgets: two processes, or one that asks twice. */
export interface BudgetFixture {
  readonly budgets: readonly [SharedBudget, SharedBudget];
  dispose(): Promise<void>;
}

const LONG: BudgetLimit = { points: 3, windowMs: 60_000 };

/** The contract of {@link SharedBudget}: run it over every implementation. */
export function describeSharedBudget(name: string, make: () => Promise<BudgetFixture>): void {
  describe(`shared budget: ${name}`, () => {
    let fixture: BudgetFixture | null = null;
    let bucket = "";
    const budgets = (): BudgetFixture["budgets"] => {
      if (fixture === null) throw new Error("the budgets are made before each test");
      return fixture.budgets;
    };

    beforeEach(async () => {
      fixture = await make();
      bucket = `test:${randomUUID()}`;
    });

    afterEach(async () => {
      await fixture?.dispose();
    });

    const context = { budgets, bucket: () => bucket };
    takingTests(context);
    blockingTests(context);
  });
}

interface SuiteContext {
  readonly budgets: () => BudgetFixture["budgets"];
  readonly bucket: () => string;
}

function takingTests({ budgets, bucket }: SuiteContext): void {
  it("gives what is there to whoever asks first, and then says how long to wait", async () => {
    const [one, other] = budgets();

    const answers = [
      await one.take(bucket(), LONG),
      await other.take(bucket(), LONG),
      await one.take(bucket(), LONG),
      await other.take(bucket(), LONG),
    ];

    expect(answers.map(({ waitMs }) => waitMs > 0)).toEqual([false, false, false, true]);
    expect(answers[3]?.waitMs).toBeGreaterThan(50_000);
    expect(answers[3]?.waitMs).toBeLessThanOrEqual(60_000);
  });

  it("tells of the first refusal of a window once, to one of all who ask", async () => {
    const [one, other] = budgets();
    for (let taken = 0; taken < 3; taken += 1) await one.take(bucket(), LONG);

    const refusals = [
      await other.take(bucket(), LONG),
      await one.take(bucket(), LONG),
      await other.take(bucket(), LONG),
    ];

    expect(refusals.map(({ isFirstRefusal }) => isFirstRefusal)).toEqual([true, false, false]);
  });

  it("never gives more than the limit to many who ask at once", async () => {
    const [one, other] = budgets();
    const limit = { points: 20, windowMs: 60_000 };

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        (index % 2 === 0 ? one : other).take(bucket(), limit),
      ),
    );

    expect(answers.filter(({ waitMs }) => waitMs === 0)).toHaveLength(20);
    expect(answers.filter(({ isFirstRefusal }) => isFirstRefusal)).toHaveLength(1);
  });

  it("takes nothing when it refuses", async () => {
    const [budget] = budgets();
    await budget.take(bucket(), LONG, 2);

    const tooMuch = await budget.take(bucket(), LONG, 2);
    const justEnough = await budget.take(bucket(), LONG, 1);

    expect(tooMuch.waitMs).toBeGreaterThan(0);
    expect(justEnough.waitMs).toBe(0);
  });

  it("begins anew when the window is over, with a first refusal of its own", async () => {
    const [budget] = budgets();
    const short = { points: 1, windowMs: 150 };
    await budget.take(bucket(), short);
    const before = await budget.take(bucket(), short);

    await eventually("a new window", async () => (await budget.take(bucket(), short)).waitMs === 0);
    const after = await budget.take(bucket(), short);

    expect(before.isFirstRefusal).toBe(true);
    expect(after.isFirstRefusal).toBe(true);
  });

  it("keeps buckets apart", async () => {
    const [budget] = budgets();
    await budget.take(bucket(), LONG, 3);

    const elsewhere = await budget.take(`${bucket()}:other`, LONG, 3);

    expect(elsewhere.waitMs).toBe(0);
  });

  it("counts a bucket for all limits together", async () => {
    const [budget] = budgets();
    await budget.take(bucket(), LONG, 3);

    const wider = { points: 4, windowMs: 60_000 };

    expect((await budget.take(bucket(), wider)).waitMs).toBe(0);
    expect((await budget.take(bucket(), wider)).waitMs).toBeGreaterThan(0);
  });

  it("refuses more points than there ever are, without taking any", async () => {
    const [budget] = budgets();

    const answer = await budget.take(bucket(), LONG, 4);

    expect(answer.waitMs).toBeGreaterThan(0);
    expect((await budget.take(bucket(), LONG, 3)).waitMs).toBe(0);
  });
}

function blockingTests({ budgets, bucket }: SuiteContext): void {
  it("gives nothing while a bucket is blocked, whoever blocked it", async () => {
    const [one, other] = budgets();

    await one.block(bucket(), 30_000);
    const answers = [await other.take(bucket(), LONG), await one.take(bucket(), LONG, 0)];

    for (const { waitMs } of answers) {
      expect(waitMs).toBeGreaterThan(20_000);
      expect(waitMs).toBeLessThanOrEqual(30_000);
    }
  });

  it("does not end a longer block by a shorter one", async () => {
    const [one, other] = budgets();
    await one.block(bucket(), 30_000);

    await other.block(bucket(), 1_000);

    expect((await one.take(bucket(), LONG)).waitMs).toBeGreaterThan(20_000);
  });

  it("gives again when the block is over", async () => {
    const [budget] = budgets();
    await budget.block(bucket(), 200);

    const isRefused = (await budget.take(bucket(), LONG)).waitMs > 0;

    expect(isRefused).toBe(true);
    const isGiven = async (): Promise<boolean> => (await budget.take(bucket(), LONG)).waitMs === 0;
    expect(await eventually("the end of the block", isGiven)).toBe(true);
  });

  it("takes nothing with zero points and refuses them only while blocked", async () => {
    const [budget] = budgets();
    await budget.take(bucket(), LONG, 3);

    expect((await budget.take(bucket(), LONG, 0)).waitMs).toBe(0);
    await budget.block(bucket(), 10_000);
    expect((await budget.take(bucket(), LONG, 0)).waitMs).toBeGreaterThan(0);
  });
}
