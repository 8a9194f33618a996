import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toJson } from "../../../src/runtime/json.ts";

describe("toJson", () => {
  test("copies whatever JSON holds", () => {
    fc.assert(
      fc.property(fc.jsonValue({ stringUnit: "grapheme" }), (value) => {
        const roundTrip: unknown = JSON.parse(JSON.stringify(value));
        expect(JSON.parse(JSON.stringify(toJson(value, "v")))).toEqual(roundTrip);
      }),
    );
  });

  test("gives back what reading the stored text would give, minus zero included", () => {
    const value = { a: -0, b: [{ "": -0 }] };

    expect(toJson(value, "v")).toStrictEqual(JSON.parse(JSON.stringify(value)));
  });

  test("leaves out properties that are undefined", () => {
    expect(toJson({ a: undefined, b: [undefined, 1] }, "v")).toEqual({ b: [null, 1] });
  });

  const cyclic: Record<string, unknown> = {};
  cyclic["self"] = cyclic;
  test.each([
    ["a date", { at: new Date(0) }, "v.at is an instance of a class"],
    ["a map", [new Map()], "v[0] is an instance of a class"],
    ["a function", { f: () => 1 }, "v.f is a function"],
    ["NaN", { n: Number.NaN }, "v.n is NaN"],
    ["a bigint", 1n, "v is a bigint"],
    ["a cycle", cyclic, "refers to itself"],
  ])("refuses %s and names its place", (_, value, message) => {
    expect(() => toJson(value, "v")).toThrow(message);
  });
});
