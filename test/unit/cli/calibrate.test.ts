import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  type Calibration,
  calibrationFor,
  FEATURE_NAMES,
  type FeatureName,
  type FeatureVector,
} from "../../../flows/index.ts";
import { questionsFrom, report } from "../../../src/cli/evaluation/calibrate.ts";
import type { ConfidenceExample } from "../../../src/cli/evaluation/examples.ts";
import { fitConfidence } from "../../../src/cli/evaluation/fit-confidence.ts";
import { readOwnCalibration, writeOwnCalibration } from "../../../src/compose-own-calibration.ts";
import { configSchema } from "../../../src/config-schema.ts";
import { fakePipes } from "../../support/fake-io.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";

const own: Calibration = {
  name: "own-en",
  status: "fitted",
  provenance: { data: "questions.jsonl" },
  bias: 0,
  features: [{ name: "topStrong", mean: 0, deviation: 1, weight: 1 }],
};

const vectorSchema = z.record(z.enum(FEATURE_NAMES), z.number().nullable());

function aVector(cosine: number | null): FeatureVector {
  return vectorSchema.parse({
    ...Object.fromEntries(FEATURE_NAMES.map((name) => [name, 0])),
    cosine,
  });
}

describe("questions made out of documents", () => {
  it("are the headings, and the words that other passages do not have", () => {
    const questions = questionsFrom([
      {
        source: "leave.md",
        section: "Leave › Annual leave",
        text: "Employees get 26 days of annual leave from Canopy.",
      },
      {
        source: "pay.md",
        section: "",
        text: "Employees are paid on the day named in the payroll.",
      },
    ]);

    expect(questions[0]).toEqual({ text: "Annual leave", gold: new Set(["leave.md"]) });
    expect(questions).toHaveLength(3);
    expect(questions[1]?.text).not.toContain("Employees");
    expect(questions.map(({ gold }) => [...gold])).toEqual([
      ["leave.md"],
      ["leave.md"],
      ["pay.md"],
    ]);
  });
});

describe("a team's own calibration", () => {
  const config = (dataDir: string, embed = "starter") =>
    configSchema.parse({ dataDir, models: { embed } });

  it("counts for the embedding model that it was fitted with, and for no other", () => {
    const folder = temporaryFolder();

    writeOwnCalibration(config(folder), { en: own, zh: null });

    expect(readOwnCalibration(config(folder))?.en).toEqual(own);
    expect(readOwnCalibration(config(folder, "bge-m3-q8"))).toBeNull();
    expect(readOwnCalibration(config(temporaryFolder()))).toBeNull();
  });

  it("is passed over when its file is no good", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "calibration.json"), "{");

    expect(readOwnCalibration(config(folder))).toBeNull();
  });

  it("takes the place of the shipped one where it was fitted, as long as vectors took part", () => {
    const settings = {
      calibration: "starter",
      ownCalibration: { model: "starter", en: own, zh: null },
    } as const;

    expect(calibrationFor(settings, aVector(0.5), "en").name).toBe("own-en");
    expect(calibrationFor(settings, aVector(null), "en").name).toBe("lexical");
    expect(calibrationFor(settings, aVector(null), "zh").name).toBe("chinese");
  });
});

describe("a fit", () => {
  const example = (
    set: string,
    origin: ConfidenceExample["origin"],
    sameDocument: number,
    score: number,
  ): ConfidenceExample => ({
    set,
    origin,
    language: "zh",
    half: 0,
    vector: { ...aVector(null), sameDocument, score },
  });
  const weightOf = (examples: readonly ConfidenceExample[], name: FeatureName) =>
    fitConfidence("tried", examples, ["sameDocument", "score"], 0.01).features.find(
      (feature) => feature.name === name,
    )?.weight;
  const texts = [example("texts", "gold", 1, 3), example("texts", "removed", 1, 1)];

  it("gives no weight to what never varies", () => {
    expect(weightOf(texts, "sameDocument")).toBe(0);
    expect(weightOf(texts, "score")).toBeGreaterThan(0);
  });

  it("does not learn from a measurement that only tells one set from another", () => {
    const handbook = [
      ...[1, 2, 3, 4].map(() => example("own/handbook", "gold", 4, 3)),
      example("own/handbook", "foreign", 4, 1),
    ];

    expect(weightOf([...texts, ...handbook], "sameDocument")).toBe(0);
  });
});

describe("what was fitted", () => {
  const heldOut = {
    ...{ n: 66, auroc: 0.921, aurocSourceRemoved: 0.921, aurocForeign: null },
    ...{ aurocUnanswerable: null, ece: 0.096 },
  };
  const fitted = { en: { provenance: { examples: 62, heldOut } }, zh: null };

  it("is shown as a table, with what its figures mean and which language has none", () => {
    const { io, lines } = fakePipes("");

    report(fitted, "/data/calibration.json", { json: false }, io);

    expect(lines()).toEqual([
      "language  fitted on  tried on  AUROC  calibration error",
      "English   62         66        0.921  0.096",
      expect.stringContaining("0.5 is chance"),
      "Chinese: too few questions; it stays as it is shipped.",
      "Written to /data/calibration.json; it counts from the next start.",
    ]);
  });
});
