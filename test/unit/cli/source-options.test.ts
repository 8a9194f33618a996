import { describe, expect, it } from "vitest";
import { intervalArgument, intervalText } from "../../../src/cli/options.ts";

describe("the time between two runs of a source", () => {
  it.each([
    ["30m", 30],
    ["12h", 720],
    ["7d", 10_080],
    ["never", null],
  ])("%s is read and shown alike", (text, minutes) => {
    expect(intervalArgument(text)).toBe(minutes);
    expect(intervalText(minutes)).toBe(text);
  });

  it("is shown in the largest unit that fits", () => {
    expect(intervalText(90)).toBe("90m");
    expect(intervalText(1_440)).toBe("1d");
  });

  it.each(["0m", "5", "1w", "-3h", "367d", "daily", ""])(
    "%j is refused with an example",
    (text) => {
      expect(() => intervalArgument(text)).toThrow(/30m, 12h or 7d/u);
    },
  );
});
