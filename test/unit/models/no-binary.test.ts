import { describe, expect, it } from "vitest";
import { noBinaryError, thisHost } from "../../../models/engine/no-binary.ts";

const host = { platform: "linux", arch: "x64", glibcVersion: "2.36" } as const;
const cause = new Error("NoBinaryFound");

describe("engine that found no binary to use", () => {
  it.each([
    ["Linux with a recent glibc", host],
    ["Linux with the oldest glibc that will do", { ...host, glibcVersion: "2.34" }],
    ["a glibc of a later major version", { ...host, glibcVersion: "3.1" }],
    ["macOS", { platform: "darwin", arch: "arm64", glibcVersion: null }],
    ["Windows", { platform: "win32", arch: "x64", glibcVersion: null }],
  ])("is tried again on %s: its trial did not end well this time", (_, machine) => {
    const error = noBinaryError(machine, cause);

    expect(error).toMatchObject({ code: "model_unavailable", retryable: true, cause });
    expect(error.message).not.toContain("glibc");
  });

  it.each([
    ["an older glibc", { ...host, glibcVersion: "2.31" }],
    ["another C library, as on Alpine", { ...host, glibcVersion: null }],
    ["an architecture without a binary", { ...host, arch: "riscv64" }],
    ["a system without a binary", { platform: "freebsd", arch: "x64", glibcVersion: null }],
  ])("is not supported with %s", (_, machine) => {
    expect(noBinaryError(machine, cause)).toMatchObject({ code: "unsupported", retryable: false });
  });

  it("reads the C library of its own machine", () => {
    const { platform, glibcVersion } = thisHost();
    const report = JSON.stringify(process.report.getReport());

    expect(platform).toBe(process.platform);
    expect(report.includes(`"glibcVersionRuntime":"${glibcVersion}"`)).toBe(glibcVersion !== null);
  });
});
