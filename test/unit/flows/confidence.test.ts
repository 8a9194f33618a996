import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { confidenceCeiling } from "../../../flows/confidence/index.ts";
import { emptyDialogue } from "../../../flows/dialogue/context.ts";
import { decide } from "../../../flows/dialogue/decide.ts";
import { incomingMessage } from "../../../flows/dialogue/incoming.ts";
import { startTurn, updateTurn } from "../../../flows/dialogue/turn.ts";
import {
  areaUnderCurve,
  calibrationError,
  calibrationFor,
  FEATURE_NAMES,
  type FeatureName,
  type FeatureVector,
  fitLogistic,
  probability,
} from "../../../flows/index.ts";
import { aMessage, aPassage } from "../../support/flows-builders.ts";
import { QUICK_SETTINGS } from "../../support/flows-dialogue.ts";
import { someAssessment } from "../../support/flows-outputs.ts";

const AVERAGE: Readonly<Record<FeatureName, number | null>> = {
  score: 14,
  margin: 3,
  unit: 0.6,
  unitOwn: 0.5,
  heading: 0.4,
  headingMatch: 0.4,
  near: 0.5,
  top: 0.6,
  topStrong: 0.6,
  absent: 0.2,
  fit: 0.3,
  terms: 1.4,
  telling: 2.5,
  length: 2,
  found: 1.2,
  named: 0.7,
  crowd: 2,
  unseen: 0.1,
  nouns: 0.7,
  rarest: 0.8,
  unfit: 0,
  ahead: 0.1,
  sameDocument: 2,
  cosine: null,
  cosineMargin: null,
  rerank: null,
  negated: 0,
  opposed: 0,
  elsewhere: 0.1,
  gap: 0.2,
  strangeNames: 0,
  strangeNumbers: 0,
  pairs: 0.5,
  scattered: 2,
  extreme: 0,
  missingRarity: 0.5,
  ample: 1.8,
  plain: 0,
};

function judge(parts: Partial<FeatureVector>, language: "en" | "zh" = "en"): number {
  const vector = { ...AVERAGE, ...parts };
  return probability(calibrationFor({ calibration: "starter" }, vector, language), vector);
}

describe("confidence", () => {
  it("is low where hardly a word of the question stands anywhere, unless one place says it in other words", () => {
    const isKindMissing = false;
    const { clarifyAt } = QUICK_SETTINGS;
    expect(confidenceCeiling({ unseen: 0.75, near: 0.5, isKindMissing })).toBeLessThan(clarifyAt);
    expect(confidenceCeiling({ unseen: 0.75, near: 0.9, isKindMissing })).toBe(1);
    expect(confidenceCeiling({ unseen: 0.5, near: 0.3, isKindMissing })).toBe(1);
  });

  it.each(["en", "zh"] as const)(
    "is high when everything is said in one place, low when nothing is (%s)",
    (language) => {
      const all = {
        ...{ heading: 1, headingMatch: 1, top: 1, topStrong: 1, absent: 0 },
        ...{ found: 2, named: 2, crowd: 1, unseen: 0, nouns: 1, unfit: 0, ahead: 0.5 },
        ...{ score: 22, unitOwn: 1, fit: 1, sameDocument: 4 },
      };
      const none = {
        ...{ heading: 0, headingMatch: 0, top: 0.1, topStrong: 0.1, absent: 0.9 },
        ...{ found: 0.2, named: 0, crowd: 3, unseen: 0.8, nouns: 0, unfit: 1, ahead: 0 },
        ...{ score: 6, unitOwn: 0.1, fit: 0, sameDocument: 1 },
      };

      expect(judge(all, language)).toBeGreaterThan(0.8);
      expect(judge(none, language)).toBeLessThan(0.2);
    },
  );

  it("grows with how much of the question the first passage holds, and falls with what is missing", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.9, noNaN: true }), (share) => {
        expect(judge({ topStrong: share + 0.1 })).toBeGreaterThan(judge({ topStrong: share }));
        expect(judge({ unseen: share + 0.1 })).toBeLessThan(judge({ unseen: share }));
      }),
    );
  });

  it("has a calibration of its own for vectors, for words and for Chinese", () => {
    const named = (
      vector: FeatureVector,
      calibration: "starter" | "lexical",
      language: "en" | "zh",
    ) => calibrationFor({ calibration }, vector, language).name;
    const withVectors = { ...AVERAGE, cosine: 0.5 };

    expect(named(withVectors, "starter", "en")).toBe("starter");
    expect(named(withVectors, "lexical", "en")).toBe("lexical");
    expect(named(AVERAGE, "starter", "en")).toBe("lexical");
    expect(named(withVectors, "starter", "zh")).toBe("chinese");
  });

  it("has a calibration of its own for English texts without headings, less sure of itself", () => {
    const headed = { ...AVERAGE, cosine: 0.5 };
    const plain = { ...headed, plain: 1 };
    const settings = { calibration: "starter" } as const;

    expect(calibrationFor(settings, plain, "en").name).toBe("plain");
    expect(calibrationFor(settings, { ...AVERAGE, plain: 1 }, "zh").name).toBe("chinese");
    expect(judge({ ...plain, strangeNames: 1 })).toBeLessThan(judge(plain));
    expect(judge({ ...plain, negated: 1 })).toBeLessThan(judge(plain));
    expect(judge(plain)).toBeLessThan(judge(headed));
  });

  it("is fitted, and says on what", () => {
    for (const language of ["en", "zh"] as const) {
      const calibration = calibrationFor({ calibration: "starter" }, AVERAGE, language);
      expect(calibration.status).toBe("fitted");
      expect(Object.keys(calibration.provenance)).toEqual(
        expect.arrayContaining(["date", "data", "examples", "heldOut"]),
      );
    }
    expect(FEATURE_NAMES).toEqual(Object.keys(AVERAGE));
  });
});

describe("fitting", () => {
  it("finds which number tells, and stays unsure with few examples", () => {
    const examples = Array.from({ length: 200 }, (_, at) => ({
      values: [at % 2 === 0 ? 1 : -1, Math.sin(at)],
      isPositive: at % 2 === 0,
      weight: 1,
    }));

    const fitted = fitLogistic(examples, 0.001);
    const few = fitLogistic(examples.slice(0, 4), 0.001);

    expect(fitted.weights[0]).toBeGreaterThan(1);
    expect(Math.abs(fitted.weights[1] ?? 9)).toBeLessThan(0.3);
    expect(few.weights[0]).toBeLessThan(fitted.weights[0] ?? 0);
  });

  it("measures order and honesty", () => {
    const judged = [0.1, 0.2, 0.8, 0.9].map((said) => ({
      probability: said,
      isPositive: said > 0.5,
    }));

    expect(areaUnderCurve(judged)).toBe(1);
    expect(areaUnderCurve(judged.map((each) => ({ ...each, probability: 0.5 })))).toBe(0.5);
    expect(
      calibrationError(
        [
          { probability: 0.5, isPositive: true },
          { probability: 0.5, isPositive: false },
        ],
        1,
      ),
    ).toBe(0);
    expect(calibrationError([{ probability: 1, isPositive: false }], 1)).toBe(1);
  });
});

describe("the decision table", () => {
  function verdict(
    answerable: number,
    ambiguous: number,
    parts: {
      readonly web?: boolean;
      readonly misses?: number;
      readonly round?: number;
      readonly tried?: boolean;
      readonly here?: boolean;
    } = {},
  ) {
    const base = { ...emptyDialogue("c"), misses: parts.misses ?? 0 };
    const manner = { collection: null, language: null, tone: null };
    const here = parts.here === undefined ? {} : { manner: { ...manner, web: parts.here } };
    const message = aMessage("How many days?", here);
    const started = {
      ...base,
      ...startTurn(base, incomingMessage({ type: "message.received", message, at: 1 })),
    };
    const context = {
      ...started,
      ...updateTurn(started, {
        passages: [aPassage("26 days")],
        assessment: someAssessment({ answerable, ambiguous }),
        round: parts.round ?? 0,
        isWebTried: parts.tried ?? false,
      }),
    };
    return decide(context, { ...QUICK_SETTINGS, isWebAllowed: parts.web ?? false });
  }

  it.each([
    [0.9, 0, {}, "answer"],
    [0.7, 0, {}, "answer"],
    [0.9, 0.9, {}, "clarify"],
    [0.5, 0.9, {}, "clarify"],
    [0.5, 0.5, {}, "clarify"],
    [0.9, 0.49, {}, "answer"],
    [0.9, 0.9, { round: 2 }, "best-reading"],
    [0.69, 0, {}, "answer-unsure"],
    [0.4, 0, {}, "answer-unsure"],
    [0.39, 0, {}, "decline"],
    [0.39, 0.9, {}, "decline"],
    [0.39, 0, { web: true }, "web"],
    [0.39, 0, { web: true, tried: true }, "decline"],
    [0.39, 0, { web: true, here: true }, "web"],
    [0.39, 0, { web: true, here: false }, "decline"],
    [0.39, 0, { misses: 1 }, "escalate"],
    [0.39, 0, { misses: 1, web: true }, "web"],
  ] as const)("answerable %d, ambiguous %d, %j → %s", (answerable, ambiguous, parts, expected) => {
    expect(verdict(answerable, ambiguous, parts)).toBe(expected);
  });
});
