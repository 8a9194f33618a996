import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { chooseFit, RESERVE_BYTES } from "../../../models/fit/choose-fit.ts";
import { createMemoryLedger } from "../../../models/fit/memory-ledger.ts";
import { planMemory, planText, type WantedModel } from "../../../models/fit/memory-plan.ts";
import { listModels, starterEmbedder, wantedModels } from "../../../models/index.ts";
import { checkMemory } from "../../../src/cli/doctor-memory.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const GIB = 1024 ** 3;
const KIB = 1024;

function model(key: string, weights: number, changes: Partial<WantedModel> = {}): WantedModel {
  const need = {
    weightsBytes: weights * GIB,
    kvBytesPerToken: 128 * KIB,
    computeBytes: GIB / 4,
  };
  return { key, name: `${key} model`, need, sequences: null, contextTokens: null, ...changes };
}

const reader = (key: string): WantedModel =>
  model(key, 0.5, { sequences: 1, contextTokens: 1_024 });
const fits = (wanted: readonly WantedModel[], free: number): readonly unknown[] =>
  planMemory(wanted, free * GIB).shares.map(({ fit }) =>
    fit === null ? null : [fit.sequences, fit.contextTokens],
  );

describe("memory that several models share", () => {
  it("gives each what it would have alone when there is enough", () => {
    const wanted = [reader("embed"), reader("rerank"), model("chat", 4), model("small", 1)];

    expect(fits(wanted, 16)).toEqual([
      [1, 1_024],
      [1, 1_024],
      [2, 4_096],
      [2, 4_096],
    ]);
  });

  it("gives a model less, so that those behind it still get the least", () => {
    const wanted = [reader("embed"), model("chat", 4), model("small", 1)];

    expect(fits(wanted, 7.7)).toEqual([
      [1, 1_024],
      [1, 4_096],
      [1, 2_048],
    ]);
  });

  it("leaves out whoever comes last and does not fit, and says so with the sums", () => {
    const plan = planMemory([reader("embed"), model("chat", 4), model("small", 3)], 7 * GIB);

    expect(plan.shares.map(({ fit }) => fit !== null)).toEqual([true, true, false]);
    expect(planText(plan)).toMatch(
      /^embed model 940 MB \(1 × 1024 tokens\) \+ chat model 5\.6 GB .* of 7\.5 GB free; small model: no room for 3\.8 GB; 537 MB stay free/u,
    );
    const { status, advice } = checkMemory(plan, false);
    expect(status).toBe("problem");
    expect(advice).toContain("no room for small model");
    expect(checkMemory(plan, true).status).toBe("ok");
  });

  it("makes no difference for a model of which nobody knows what it needs", () => {
    const unknown = model("rerank", 0, { need: null });

    expect(fits([unknown, model("chat", 4)], 8)).toEqual([null, [2, 4_096]]);
    expect(planText(planMemory([unknown], GIB))).toContain("rerank model: not known");
    expect(planText(planMemory([], GIB))).toContain("nothing = 0 kB");
  });

  it("never plans more than is free, and each model chooses for itself what was planned for it", () => {
    const wanted = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(wanted, fc.integer({ min: 0, max: 200 }), (weights, free) => {
        const models = weights.map((weight, index) => model(`m${index}`, weight / 8));
        const plan = planMemory(models, (free / 8) * GIB);

        expect(plan.takenBytes).toBeLessThanOrEqual(plan.freeBytes);
        for (const [index, { fit, budgetBytes }] of plan.shares.entries()) {
          const need = models[index]?.need ?? null;
          if (need === null) throw new Error("each of them has a need");
          const chosen = chooseFit({
            need,
            freeBytes: budgetBytes,
            sequences: null,
            contextTokens: null,
            maxSequences: 2,
            reserveBytes: RESERVE_BYTES,
          });
          expect(chosen).toEqual(fit);
        }
      }),
    );
  });
});

describe("list of models", () => {
  it("says of each whether it fits beside those of the configuration, and of those whether they do", () => {
    const folder = { directory: temporaryFolder() };
    const wanted = wantedModels(
      [
        { key: "embed", role: "embed", name: "bge-m3" },
        { key: "rerank", role: "rerank", name: "off" },
        { key: "chat", role: "chat", name: "qwen3-4b" },
        { key: "small", role: "chat", name: "qwen3-8b" },
      ],
      folder,
    );
    const listed = (free: number): Readonly<Record<string, unknown>> => {
      const plan = planMemory(wanted, free);
      const models = listModels(folder, free, plan);
      return Object.fromEntries(models.map(({ name, fits }) => [name, fits]));
    };

    expect(wanted.map(({ key }) => key)).toEqual(["embed", "chat", "small"]);
    expect(listed(11e9)).toMatchObject({
      "bge-m3": true,
      "qwen3-4b": true,
      "qwen3-8b": true,
      "qwen3-1.7b": true,
      "deepseek-r1-distill-llama-8b": false,
    });
    expect(listed(9e9)).toMatchObject({ "qwen3-4b": true, "qwen3-8b": false });
  });
});

describe("ledger of the memory", () => {
  it("lends a model that comes later what is left, until it is given back", () => {
    const ledger = createMemoryLedger(planMemory([model("chat", 4)], 8 * GIB));
    expect(ledger.budgetOf("chat")).toEqual({ bytes: 8 * GIB, beside: "" });

    const first = ledger.claim("swap 1", starterEmbedder);
    const second = ledger.claim("swap 2", starterEmbedder);

    expect(first.bytes).toBeLessThan(4 * GIB);
    expect(first.beside).toMatch(/^chat model \(5\.\d GB\)$/u);
    expect(second.bytes).toBeLessThan(first.bytes);
    expect(second.beside).toContain("starter-embed-en");
    ledger.giveBack("swap 1");
    ledger.giveBack("swap 2");
    ledger.giveBack("chat");
    expect(ledger.claim("swap 3", starterEmbedder)).toEqual({ bytes: 8 * GIB, beside: "" });
  });
});
