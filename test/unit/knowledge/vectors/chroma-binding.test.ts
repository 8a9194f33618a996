import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findChromaBinding, isNewerVersion } from "../../../../knowledge/vectors/chroma-binding.ts";
import { claimChromaFolder } from "../../../../knowledge/vectors/chroma-folder.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

describe("findChromaBinding", () => {
  it("says what to do where there is none", () => {
    expect(JSON.stringify(findChromaBinding("aix-ppc64"))).toContain("set CHROMA_URL");
  });

  it("says which package is missing", () => {
    const { reason } = { reason: "", ...findChromaBinding("win32-arm64") };

    expect(reason).toContain("chromadb-js-bindings-win32-arm64-msvc");
  });
});

describe("isNewerVersion", () => {
  it.each([
    ["1.3.4", "1.0.5", true],
    ["1.0.10", "1.0.5", true],
    ["2.0.0", "1.9.9", true],
    ["1.0.5", "1.0.5", false],
    ["1.0.4", "1.0.5", false],
  ])("%s against %s: %s", (left, right, expected) => {
    expect(isNewerVersion(left, right)).toBe(expected);
  });
});

describe("claimChromaFolder", () => {
  it("refuses what a newer Chroma has written, and leaves it alone", async () => {
    const folder = join(temporaryFolder(), "chroma");
    await claimChromaFolder(folder, { file: "x", version: "1.3.4" });
    writeFileSync(join(folder, "chroma.sqlite3"), "data");

    const claim = claimChromaFolder(folder, { file: "x", version: "1.0.5" });

    await expect(claim).rejects.toMatchObject({ code: "vectors_unavailable", retryable: false });
    await expect(claim).rejects.toThrow("was written by Chroma 1.3.4");
    expect(readFileSync(join(folder, "chroma.sqlite3"), "utf8")).toBe("data");
  });

  it("takes a folder that an older Chroma has written", async () => {
    const folder = join(temporaryFolder(), "chroma");
    await claimChromaFolder(folder, { file: "x", version: "1.0.5" });

    await expect(
      claimChromaFolder(folder, { file: "x", version: "1.3.4" }),
    ).resolves.toBeUndefined();
  });

  it("does not wait for a process that is none of ours", async () => {
    const folder = join(temporaryFolder(), "chroma");
    mkdirSync(folder);
    writeFileSync(join(folder, "frontdesk-server.pid"), String(process.ppid));

    await expect(
      claimChromaFolder(folder, { file: "x", version: "1.0.5" }),
    ).resolves.toBeUndefined();
  });
});
