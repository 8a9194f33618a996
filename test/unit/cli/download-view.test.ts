import { describe, expect, it } from "vitest";
import {
  createDownloadView,
  createRateMeter,
  progressText,
} from "../../../src/cli/download-view.ts";
import { fakePipes } from "../../support/fake-io.ts";

describe("progress of a download", () => {
  it("says how much, how fast and how long", () => {
    expect(progressText({ receivedBytes: 1.2e9, totalBytes: 5e9 }, 34e6)).toBe(
      "1.2 GB of 5.0 GB, 34 MB/s, 1 min 52 s left",
    );
    expect(progressText({ receivedBytes: 5e6, totalBytes: null }, 1e6)).toBe("5 MB, 1 MB/s");
    expect(progressText({ receivedBytes: 0, totalBytes: 9e9 }, null)).toBe("0 kB of 9.0 GB");
    expect(progressText({ receivedBytes: 0, totalBytes: 9e9 }, 2e6)).toContain("1 h 15 min left");
  });

  it("takes the rate of the last seconds, not of the beginning", () => {
    let now = 0;
    const rate = createRateMeter(() => now);
    for (; now < 20_000; now += 1_000) rate(now * 1_000);
    const before = rate(20_000_000);
    for (; now < 40_000; now += 1_000) rate(20_000_000 + (now - 20_000) * 10);

    expect(before).toBeCloseTo(1_000_000, -4);
    expect(rate(20_200_000)).toBeCloseTo(10_000, -3);
  });

  it("writes plain lines now and then where there is no terminal", () => {
    const pipes = fakePipes("");
    let now = 0;
    const view = createDownloadView(pipes.io, "Pulling tiny", () => now);

    for (; now <= 30_000; now += 100) view.show({ receivedBytes: now * 1e3, totalBytes: 30e6 });
    view.end("tiny is here");

    const lines = pipes.stderr().trimEnd().split("\n");
    expect(lines[0]).toBe("Pulling tiny");
    expect(lines.at(-1)).toBe("tiny is here");
    expect(lines).toHaveLength(5);
    expect(pipes.stderr()).not.toContain("\u001b");
    expect(pipes.stdout()).toBe("");
  });
});
