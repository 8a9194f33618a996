import { describe, expect, it } from "vitest";
import { findPassages } from "../../../flows/rank/find.ts";
import type { RetrievalRequest, Retriever } from "../../../src/ports/retriever.ts";
import { aPassage, aPrincipal, someFeatures } from "../../support/flows-builders.ts";

const PAGE = aPassage("The salary is paid on the 25th. Receipts are handed in automatically.");
/** What the page says; all else is in nothing that may be read. */
const KNOWN = /salary|paid|receipt|automatically|month/u;

/** Remembers what it was asked. */
function retriever(): Retriever & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    retrieve: async ({ query, words }: RetrievalRequest) => {
      asked.push(query);
      return {
        passages: [PAGE],
        features: someFeatures(),
        rarity: words?.map((word) => (KNOWN.test(word) ? 0.4 : 1)),
        timings: {},
        degraded: [],
      };
    },
  };
}

async function ask(query: string): Promise<readonly string[]> {
  const knowledge = retriever();
  await findPassages(
    knowledge,
    {
      query,
      language: "en",
      principal: aPrincipal(),
      audience: { kind: "private" },
      collections: null,
      top: 5,
    },
    { signal: AbortSignal.timeout(5_000) },
  );
  return knowledge.asked;
}

describe("a slip of the pen", () => {
  it.each([
    ["when is the salery paid", "when is the salary paid"],
    ["is it paid automaticaly", "is it paid automatically"],
    ["Salarey this month?", "salary this month?"],
  ])("is asked once more as it was meant: %s", async (written, meant) => {
    expect(await ask(written)).toContain(meant);
  });

  it.each([
    "when is the salary paid",
    "is the celery paid",
    "what is a solari",
    "E-1042 salery_max",
  ])(
    "is not seen where a word is known, begins or ends otherwise, or names something: %s",
    async (written) => {
      const asked = await ask(written);

      expect(asked.filter((query) => !query.startsWith(written))).toEqual([]);
    },
  );
});
