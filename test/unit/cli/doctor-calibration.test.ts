import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { checkCalibration } from "../../../src/cli/doctor.ts";
import { writeOwnCalibration } from "../../../src/compose-own-calibration.ts";
import { configSchema } from "../../../src/config-schema.ts";

function configWith(models: object) {
  const dataDir = mkdtempSync(join(tmpdir(), "frontdesk-doctor-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true }));
  return configSchema.parse({ dataDir, models });
}

it("models that nobody has fitted confidence for are called uncalibrated until somebody does", () => {
  const own = configWith({ embed: "bge-m3" });
  const before = checkCalibration(own);

  const en = { name: "own", status: "fitted", provenance: {}, bias: 0, features: [] } as const;
  const feature = { name: "score", mean: 0, deviation: 1, weight: 1 } as const;
  writeOwnCalibration(own, { en: { ...en, features: [feature] }, zh: null });

  expect(before).toHaveLength(1);
  expect(before[0]).toMatchObject({ check: "Confidence", status: "warning" });
  expect(before[0]?.detail).toContain("bge-m3");
  expect(before[0]?.detail).toContain("uncalibrated");
  expect(checkCalibration(own)).toEqual([]);
  expect(checkCalibration(configWith({}))).toEqual([]);
  expect(checkCalibration(configWith({ rerank: "some.gguf" }))).toHaveLength(1);
});
