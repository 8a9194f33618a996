import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkGpu, type GpuPlaces } from "../../../src/cli/doctor-gpu.ts";
import { configSchema } from "../../../src/config-schema.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

/** A Linux machine with or without a card and the packages for it. */
function machine({
  card,
  binary,
}: {
  readonly card: boolean;
  readonly binary: boolean;
}): GpuPlaces {
  const root = temporaryFolder();
  const folder = join(root, "gpus", "0000:01:00.0");
  if (card) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "information"), "Model: \t\t NVIDIA L4\nIRQ: 42\n");
  }
  mkdirSync(join(root, "llama", "linux-x64-cuda", binary ? "bins" : ""), { recursive: true });
  return {
    platform: "linux",
    arch: "x64",
    nvidia: join(root, "gpus"),
    dri: join(root, "dri"),
    binaries: join(root, "llama"),
  };
}

const withGpu = (gpu: "auto" | "required" | "off") => configSchema.parse({ models: { gpu } });

describe("doctor on graphics cards", () => {
  it("names the card and what it is used through", () => {
    expect(checkGpu(withGpu("auto"), machine({ card: true, binary: true }))).toMatchObject({
      status: "ok",
      detail: "NVIDIA L4; local chat models use it through CUDA (models.gpu is auto)",
    });
  });

  it("says that the packages for a card are missing, and what to do", () => {
    const finding = checkGpu(withGpu("auto"), machine({ card: true, binary: false }));

    expect(finding.detail).toContain("NVIDIA L4; not used");
    expect(finding.advice).toContain("docs/models.md");
  });

  it("finds nothing on a machine without one, which is a problem only where one is required", () => {
    const places = machine({ card: false, binary: false });

    expect(checkGpu(withGpu("auto"), places)).toMatchObject({ status: "ok", advice: "" });
    expect(checkGpu(withGpu("required"), places)).toMatchObject({ status: "problem" });
  });

  it("does not promise a card that is turned off", () => {
    const places = machine({ card: true, binary: true });

    expect(checkGpu(withGpu("off"), places).detail).toBe("NVIDIA L4; not used (models.gpu is off)");
  });
});
