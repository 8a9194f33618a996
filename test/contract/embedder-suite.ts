import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Embedder } from "../../src/ports/embedder.ts";

/** Embedders of one kind to try the contract on. */
export interface EmbedderHarness {
  readonly embedder: Embedder;
  readonly dimensions: number;
  /** Cannot be reached at all. */
  readonly unreachable: Embedder;
  close(): Promise<void>;
}

const signal = new AbortController().signal;
const passage = { purpose: "passage", signal } as const;
const query = { purpose: "query", signal } as const;

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  let sum = 0;
  for (const [index, value] of (a ?? []).entries()) sum += value * (b?.[index] ?? 0);
  return sum;
}

/** The promises of the embedder port, for any implementation. */
export function describeEmbedder(name: string, start: () => Promise<EmbedderHarness>): void {
  describe(`embedder: ${name}`, () => {
    let harness: EmbedderHarness;
    let embedder: Embedder;
    beforeAll(async () => {
      harness = await start();
      embedder = harness.embedder;
    });
    afterAll(() => harness.close());

    it("gives one vector of length 1 for each text", async () => {
      const vectors = await embedder.embed(["The office opens at nine.", "办公室", "!"], passage);

      expect(vectors).toHaveLength(3);
      for (const vector of vectors) {
        expect(vector).toHaveLength(harness.dimensions);
        expect(cosine(vector, vector)).toBeCloseTo(1, 4);
      }
    });

    it("keeps the order of many texts", async () => {
      const texts = Array.from(
        { length: 150 },
        (_, index) => `text ${"x".repeat(index % 40)} ${index}`,
      );

      const together = await embedder.embed(texts, passage);

      for (const index of [0, 31, 32, 64, 149]) {
        const [alone] = await embedder.embed([texts[index] ?? ""], passage);
        expect(cosine(together[index], alone)).toBeCloseTo(1, 4);
      }
    });

    it("puts a text nearer to itself than to another one", async () => {
      const [asked, same, other] = await embedder.embed(
        ["reset my password", "reset my password", "zebra quilt fjord"],
        passage,
      );

      expect(cosine(asked, same)).toBeGreaterThan(cosine(asked, other));
    });

    it("gives a query the same vector each time", async () => {
      const [first] = await embedder.embed(["when does the office open?"], query);
      const [again] = await embedder.embed(["when does the office open?"], query);

      expect(cosine(first, again)).toBeCloseTo(1, 5);
    });

    it("knows its dimensions and its name", async () => {
      const identity = await embedder.identity({ signal });

      expect(identity.dimensions).toBe(harness.dimensions);
      expect(identity.model).not.toBe("");
      expect(await embedder.identity({ signal })).toEqual(identity);
    });

    it.each([
      ["an empty text", ""],
      ["white space", " \n\t"],
      ["a text of a million characters", "a long text ".repeat(83_000)],
      ["text that is not well formed", "\ud800 \u0000 \uffff"],
    ])("embeds %s", async (_, text) => {
      const [vector] = await embedder.embed([text], passage);

      expect(cosine(vector, vector)).toBeCloseTo(1, 4);
    });

    it("has nothing to do for no texts", async () => {
      expect(await embedder.embed([], passage)).toEqual([]);
      expect(await embedder.embed([], query)).toEqual([]);
    });

    it("rejects with the caller's reason when aborted", async () => {
      const controller = new AbortController();
      const reason = new Error("the reader has left");
      const texts = Array.from({ length: 2_000 }, (_, index) => `passage number ${index}`);

      const working = embedder.embed(texts, { purpose: "passage", signal: controller.signal });
      controller.abort(reason);

      await expect(working).rejects.toBe(reason);
    });

    it("says that it is unavailable when it cannot be reached", async () => {
      const working = harness.unreachable.embed(["text"], passage);

      await expect(working).rejects.toMatchObject({ code: "model_unavailable" });
      await expect(harness.unreachable.identity({ signal })).rejects.toMatchObject({
        code: "model_unavailable",
      });
    }, 60_000);
  });
}
