import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clean, TEXT_STEPS } from "../../../../knowledge/ingest/clean.ts";

const character = fc.oneof(
  fc.integer({ min: 0, max: 0x10ffff }).map((code) => String.fromCodePoint(code)),
  fc.constantFrom(
    "e",
    "\u0301",
    "\u200d",
    "\ufeff",
    "\r",
    "\n",
    "人",
    "\u2f08",
    "\ud800",
    "a".repeat(499),
  ),
);

describe("cleaning", () => {
  it("makes one form of a character, however it was typed", () => {
    expect(clean("cafe\u0301")).toBe("caf\u00e9");
    expect(clean("\u2f08\u529b")).toBe("人力");
  });

  it("keeps line structure and unifies its marks", () => {
    expect(clean("a\r\nb\rc\u2028d\n\n  e")).toBe("a\nb\nc\nd\n\n  e");
  });

  it("makes every wide or narrow space a plain one", () => {
    expect(clean("a\u00a0b\u3000c\u202fd")).toBe("a b c d");
  });

  it("drops what cannot be seen: zero-width marks, soft hyphens, direction marks, tags", () => {
    expect(clean("\ufeffpass\u200bword re\u00adset \u202eevil\u202c \u{e0041}\u{e0042}x")).toBe(
      "password reset evil x",
    );
    expect(clean("密\u200d码")).toBe("密码");
  });

  it("keeps joiners where they make a difference: emoji and scripts that need them", () => {
    expect(clean("👩\u200d💻")).toBe("👩\u200d💻");
    expect(clean("می\u200cخواهم")).toBe("می\u200cخواهم");
  });

  it("drops control characters, halves of characters and marks of broken bytes", () => {
    expect(clean("a\u0000b\u001bc\ud800d\ufffde\tf\n")).toBe("abcde\tf\n");
  });

  it("drops pictures written as letters", () => {
    expect(clean(`see ${"QUJD".repeat(400)} below`)).toBe("see  below");
    expect(clean(`see ${"a".repeat(300)} below`)).toContain("a".repeat(300));
  });

  it("changes nothing the second time, whatever the text", () => {
    fc.assert(
      fc.property(fc.array(character), (characters) => {
        const text = characters.join("");
        const once = clean(text);
        expect(clean(once)).toBe(once);
      }),
    );
  });

  it("takes its steps in the order in which they are listed", () => {
    expect(clean("\r\n", TEXT_STEPS.slice(0, 1))).toBe("\n");
    expect(clean("\r\n", [])).toBe("\r\n");
  });
});
