import { describe, expect, it } from "vitest";
import { createTokenDecoder } from "../../../models/engine/chat/token-decoder.ts";

/** Each token is a byte. */
function decode(text: string, spelled: ReadonlyMap<number, string> = new Map()): readonly string[] {
  const decoder = createTokenDecoder<number>(
    (tokens) => Buffer.from(tokens).toString("utf8"),
    [],
    spelled,
  );
  return [...[...Buffer.from(text, "utf8")].map(decoder.push), decoder.end()];
}

describe("decoder of tokens", () => {
  it("gives out characters only when they are whole", () => {
    expect(decode("a你😀")).toEqual(["a", "", "", "你", "", "", "", "😀", ""]);
  });

  it("does not hold back for ever what is no character", () => {
    const broken = createTokenDecoder<number>(
      (tokens) => Buffer.from(tokens).toString("utf8"),
      [],
      new Map(),
    );

    const pieces = [0xf0, 0xf0, 0xf0, 0xf0, 0x61].map(broken.push);

    expect(pieces.join("")).toMatch(/^\ufffd+a$/u);
  });

  it("gives the rest at the end", () => {
    const decoder = createTokenDecoder<number>(
      (tokens) => Buffer.from(tokens).toString("utf8"),
      [],
      new Map(),
    );

    expect(decoder.push(0xe4)).toBe("");
    expect(decoder.end()).toBe("\ufffd");
  });

  it("spells tokens that the model would not print", () => {
    expect(decode("a!b", new Map([[33, "<think>"]])).join("")).toBe("a<think>b");
  });
});
