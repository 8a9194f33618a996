import { describe, expect, it } from "vitest";
import { en } from "../../../flows/texts/en.ts";
import { zh } from "../../../flows/texts/zh.ts";

function sentences(table: object): readonly (readonly [string, string])[] {
  return Object.entries(table).flatMap(([key, value]): readonly (readonly [string, string])[] => {
    if (typeof value === "string") return [[key, value]];
    if (typeof value === "function") return [[key, String(value("NAME"))]];
    return sentences(Object(value)).map(([inner, text]) => [`${key}.${inner}`, text]);
  });
}

describe("what the bot says", () => {
  it("has the same sentences in English and in Chinese", () => {
    expect(sentences(zh).map(([key]) => key)).toEqual(sentences(en).map(([key]) => key));
  });

  it("says each in its own language, with the same names in it", () => {
    for (const [key, text] of sentences(en)) expect(text, key).not.toMatch(/\p{Script=Han}/u);
    for (const [key, text] of sentences(zh).filter(([key]) => key !== "listSeparator")) {
      expect(text, key).toMatch(/\p{Script=Han}/u);
    }
    const named = (table: object): readonly string[] =>
      sentences(table)
        .filter(([, text]) => text.includes("NAME"))
        .map(([key]) => key);
    expect(named(zh)).toEqual(named(en));
  });
});
