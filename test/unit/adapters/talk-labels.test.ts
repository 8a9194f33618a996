import { describe, expect, it } from "vitest";
import { talkLabels } from "../../../adapters/shared/labels.ts";

const queued = { type: "stage", stage: "queued", place: 2 } as const;

describe("status line of somebody who waits", () => {
  it("tells the place, of how many, and how long it will take", () => {
    const progress = { ...queued, of: 5, etaMs: 19_400 };

    expect(talkLabels("en").stage(progress)).toBe(
      "is busy; you are in line, number 2 of 5, about 20 s …",
    );
    expect(talkLabels("zh").stage(progress)).toBe("正忙，您排在第 2/5 位，大约 20 秒……");
  });

  it("tells minutes where seconds would be many", () => {
    expect(talkLabels("en").stage({ ...queued, etaMs: 150_000 })).toContain("about 3 min");
  });

  it("tells no time that nobody knows", () => {
    expect(talkLabels("en").stage({ ...queued, etaMs: null })).toBe(
      "is busy; you are in line, number 2 …",
    );
  });
});
