import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Reranker } from "../../src/ports/reranker.ts";

/** Rerankers of one kind to try the contract on. */
export interface RerankerHarness {
  readonly reranker: Reranker;
  /** Cannot be reached at all. */
  readonly unreachable: Reranker;
  close(): Promise<void>;
}

const signal = new AbortController().signal;

/** The promises of the reranker port, for any implementation. */
export function describeReranker(name: string, start: () => Promise<RerankerHarness>): void {
  describe(`reranker: ${name}`, () => {
    let harness: RerankerHarness;
    let reranker: Reranker;
    beforeAll(async () => {
      harness = await start();
      reranker = harness.reranker;
    });
    afterAll(() => harness.close());

    it("gives one finite number for each passage, in their order", async () => {
      const passages = Array.from({ length: 70 }, (_, index) => `opening hours, page ${index}`);

      const together = await reranker.rerank("opening hours", passages, { signal });

      expect(together).toHaveLength(70);
      expect(together.every(Number.isFinite)).toBe(true);
      for (const index of [0, 1, 63, 64, 69]) {
        const [alone] = await reranker.rerank("opening hours", [passages[index] ?? ""], { signal });
        expect(together[index]).toBeCloseTo(alone ?? Number.NaN, 4);
      }
    });

    it("gives the same passage the same number", async () => {
      const scores = await reranker.rerank(
        "when is it open?",
        ["nine to five", "zebra", "nine to five"],
        {
          signal,
        },
      );

      expect(scores[0]).toBe(scores[2]);
    });

    it("has nothing to do for no passages", async () => {
      expect(await reranker.rerank("question", [], { signal })).toEqual([]);
    });

    it("rates a passage that is longer than its context", async () => {
      const [score] = await reranker.rerank("office", ["the office opens ".repeat(2_000)], {
        signal,
      });

      expect(score).toSatisfy(Number.isFinite);
    });

    it("rejects with the caller's reason when aborted", async () => {
      const controller = new AbortController();
      const reason = new Error("the reader has left");
      const passages = Array.from({ length: 500 }, (_, index) => `passage number ${index}`);

      const working = reranker.rerank("question", passages, { signal: controller.signal });
      controller.abort(reason);

      await expect(working).rejects.toBe(reason);
    });

    it("says that it is unavailable when it cannot be reached", async () => {
      const working = harness.unreachable.rerank("question", ["passage"], { signal });

      await expect(working).rejects.toMatchObject({ code: "model_unavailable" });
    }, 60_000);
  });
}
