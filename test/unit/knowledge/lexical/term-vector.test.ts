import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeTermVector,
  encodeTermVector,
  termHash,
} from "../../../../knowledge/lexical/term-vector.ts";

const weights = { title: 3, heading: 2, body: 1, identifiers: 5 };
const empty = { title: [], heading: [], body: [], identifiers: [] };

describe("term vectors", () => {
  it("weigh each column by its own", () => {
    const packed = encodeTermVector({
      title: ["vpn"],
      heading: ["vpn", "setup"],
      body: ["vpn", "vpn", "client"],
      identifiers: ["e-1042"],
    });

    const vector = decodeTermVector(packed);

    expect(vector.frequency(termHash("vpn"), weights)).toBe(3 + 2 + 2);
    expect(vector.frequency(termHash("setup"), weights)).toBe(2);
    expect(vector.frequency(termHash("e-1042"), weights)).toBe(5);
    expect(vector.frequency(termHash("absent"), weights)).toBe(0);
  });

  it("are read from bytes that start anywhere", () => {
    const packed = encodeTermVector({ ...empty, body: ["one", "two", "three"] });
    const shifted = new Uint8Array(packed.length + 3);
    shifted.set(packed, 3);

    const vector = decodeTermVector(shifted.subarray(3));

    expect(vector.frequency(termHash("two"), weights)).toBe(1);
  });

  it("know how much two chunks share", () => {
    const left = decodeTermVector(encodeTermVector({ ...empty, body: ["a", "b", "c"] }));
    const right = decodeTermVector(encodeTermVector({ ...empty, body: ["b", "c", "d"] }));

    expect(left.similarity(right)).toBeCloseTo(2 / 4);
    expect(left.similarity(left)).toBe(1);
  });

  it("count every word of any text up to 255 times", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 4 }), { maxLength: 400 }),
        (body) => {
          const vector = decodeTermVector(encodeTermVector({ ...empty, body }));

          for (const term of new Set(body)) {
            const count = body.filter((other) => other === term).length;
            expect(vector.frequency(termHash(term), weights)).toBe(Math.min(255, count));
          }
        },
      ),
      { numRuns: 60 },
    );
  });
});
