import { describe, expect, it } from "vitest";
import {
  bm25,
  inverseDocumentFrequency,
  type WeightedTerm,
} from "../../../../knowledge/lexical/bm25.ts";
import {
  decodeTermVector,
  encodeTermVector,
  termHash,
} from "../../../../knowledge/lexical/term-vector.ts";

const settings = {
  k1: 1.2,
  b: 0.75,
  weights: { title: 3, heading: 2, body: 1, identifiers: 1 },
};
const term = (text: string, idf = 1): WeightedTerm => ({ text, hash: termHash(text), idf });

function chunk(body: readonly string[], title: readonly string[] = []) {
  const vector = decodeTermVector(encodeTermVector({ title, heading: [], body, identifiers: [] }));
  return { vector, length: body.length + title.length };
}

describe("bm25", () => {
  it("is the formula: idf · f(k1 + 1) / (f + k1(1 − b + b · length/average))", () => {
    const score = bm25([term("vpn", 2)], chunk(["vpn", "vpn", "client", "setup"]), 8, settings);

    const stretch = 1.2 * (0.25 + 0.75 * (4 / 8));
    expect(score).toBeCloseTo((2 * 2 * 2.2) / (2 + stretch), 10);
  });

  it("is 0 when no term is there", () => {
    expect(bm25([term("vpn")], chunk(["printer"]), 1, settings)).toBe(0);
  });

  it("counts a word in the title more than one in the text", () => {
    const inTitle = bm25([term("vpn")], chunk(["a", "b"], ["vpn"]), 3, settings);
    const inBody = bm25([term("vpn")], chunk(["vpn", "b"], ["a"]), 3, settings);

    expect(inTitle).toBeGreaterThan(inBody);
  });

  it("holds back long chunks", () => {
    const short = bm25([term("vpn")], chunk(["vpn", "x"]), 10, settings);
    const long = bm25([term("vpn")], chunk(["vpn", ..."abcdefghijklmnop"]), 10, settings);

    expect(short).toBeGreaterThan(long);
  });

  it("never goes beyond Σ idf · (k1 + 1)", () => {
    const many = chunk(Array.from({ length: 255 }, () => "vpn"));

    expect(bm25([term("vpn", 3)], many, 10_000, settings)).toBeLessThan(3 * 2.2);
  });
});

describe("inverseDocumentFrequency", () => {
  it("falls with every chunk that has the term and stays above 0", () => {
    const values = [0, 1, 5, 10].map((containing) => inverseDocumentFrequency(10, containing));

    expect(values).toEqual([...values].sort((left, right) => right - left));
    expect(Math.min(...values)).toBeGreaterThan(0);
  });
});
