import { describe, expect, it } from "vitest";
import { excerpt } from "../../../src/cli/search.ts";

describe("the excerpt of a passage", () => {
  it("shows the rows of a table as text", () => {
    const table = "Limits:\n\n| Meal | Limit |\n|---|:---:|\n| Lunch | 15 € |\n| Dinner |  |\n";

    expect(excerpt(table)).toBe("Limits: Meal · Limit; Lunch · 15 €; Dinner");
  });

  it("leaves pipes that are no table, and escaped ones in a cell", () => {
    expect(excerpt("Run `ls | wc`\n---\nand go on")).toBe("Run `ls | wc` and go on");
    expect(excerpt("| a \\| b | c |")).toBe("a | b · c");
  });

  it("is cut, with an ellipsis", () => {
    expect(excerpt("word ".repeat(100))).toHaveLength(241);
  });
});
