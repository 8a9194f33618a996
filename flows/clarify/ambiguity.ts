import type { Language } from "../../src/core/index.ts";
import { codesIn, namedShare } from "../answer/exact-names.ts";
import type { QuestionType } from "../answer/question-type.ts";
import type { Query } from "../answer/score.ts";
import ambiguityJson from "../calibration/ambiguity.json" with { type: "json" };
import { type Calibration, calibrationSchema, probability } from "../confidence/calibrator.ts";
import { isTelling } from "../language/index.ts";
import type { Found } from "../rank/find.ts";
import type { Reading } from "../tasks/contracts.ts";
import { type Cluster, clustersOf, inLanguage } from "./clusters.ts";
import {
  answerDistance,
  areTwins,
  contendersOf,
  familyOf,
  isHeadingAhead,
  isNamed,
  isTopic,
} from "./contenders.ts";
import { AMBIGUITY_FEATURES, type AmbiguityFeature, ambiguityVector } from "./features.ts";
import { labelsOf } from "./labels.ts";

/** What competes for a question. */
export interface Ambiguity {
  /** 0 to 1. */
  readonly probability: number;
  /** Two to four, best first; empty when nothing competes. */
  readonly readings: readonly Reading[];
}

const NONE: Ambiguity = { probability: 0, readings: [] };
const MAX_READINGS = 4;
const LEAST_DISTANCE = 0.3;
const NEXT_SCORE_SHARE = 0.5;
/** The least probability when two headings say the question alike; the fit rarely sees so few sections. Set by hand. */
const TWINS = 0.6;
/** A further reading out of the same document stands back behind one out of another, and so does one out of the same folder. */
const SAME_DOCUMENT_SHARE = 0.9;
const SAME_FOLDER_SHARE = 0.85;
/** Who asks how wants steps: where there are more readings than can be offered, those without any stand back. */
const WITHOUT_STEPS_SHARE = 0.9;

const stored = calibrationSchema(AMBIGUITY_FEATURES).parse(ambiguityJson);

/** Where none speaks of the question as well as the first: what comes next to it, as long as it is not far behind. */
function nextBest(own: readonly Cluster[]): readonly Cluster[] {
  const least = (own[0]?.score ?? 0) * NEXT_SCORE_SHARE;
  return own.filter(({ score }) => score >= least).slice(0, MAX_READINGS);
}

/** What stands above the first heading bears the page's title, which says little beside the titles of sections. */
function namedSections(contenders: readonly Cluster[]): readonly Cluster[] {
  const sections = contenders.filter(({ section }) => section !== "");
  return sections.length > 1 ? sections : contenders;
}

/** Puts contenders in the order in which they are offered: good ones first, out of different documents. */
function offered(contenders: readonly Cluster[], type: QuestionType): readonly Cluster[] {
  const chosen: Cluster[] = [];
  const left = [...namedSections(contenders)];
  const wantsSteps = type === "how" && left.length > MAX_READINGS;
  while (chosen.length < MAX_READINGS && left.length > 0) {
    const worth = (cluster: Cluster): number =>
      cluster.score *
      (wantsSteps && !cluster.hasSteps ? WITHOUT_STEPS_SHARE : 1) *
      SAME_DOCUMENT_SHARE **
        chosen.filter((each) => each.documentId === cluster.documentId).length *
      SAME_FOLDER_SHARE ** chosen.filter((each) => each.folder === cluster.folder).length;
    const best = left.reduce((top, each) => (worth(each) > worth(top) ? each : top));
    chosen.push(best);
    left.splice(left.indexOf(best), 1);
  }
  return chosen;
}

/** What stands above the first heading sums up the sections below it: no other answer than theirs. */
function withoutSummaries(contenders: readonly Cluster[]): readonly Cluster[] {
  const cut = new Set(
    contenders.filter(({ section }) => section !== "").map(({ documentId }) => documentId),
  );
  return contenders.filter(({ section, documentId }) => section !== "" || !cut.has(documentId));
}

function readingsOf(clusters: readonly Cluster[], prefix: string): readonly Reading[] {
  const labels = labelsOf(clusters);
  return clusters.map(({ documentId, section, label }, index) => ({
    id: `${prefix}.${index + 1}`,
    label: labels[index] ?? label,
    documentId,
    section,
  }));
}

/** What is named exactly stands in the first passage as it was written: asking which page is meant would be idle. */
function isExplained({ query, scored: [first] }: Omit<Found, "result">): boolean {
  const names = codesIn(query);
  return names.length > 0 && first !== undefined && namedShare(names, first.keys) === 1;
}

/**
 * Readings with a name of their own. Texts without a title, or parts of one text, cannot be told apart by who is asked; where the best
 * one is such, asking would leave it out.
 */
function nameable(readings: readonly Reading[]): readonly Reading[] {
  const [first] = readings;
  const isAmbiguous = ({ label }: Reading): boolean =>
    label === "" || readings.filter((other) => other.label === label).length > 1;
  return first === undefined || isAmbiguous(first)
    ? []
    : readings.filter((reading) => !isAmbiguous(reading));
}

const WHOLE = 0.99;

/** One sentence says all of the question, two telling words at least, and no other section comes near: it dominates. */
function isSaidInOnePiece(query: Query, [first]: readonly Cluster[]): boolean {
  return query.terms.filter(isTelling).length >= 2 && (first?.best?.own ?? 0) >= WHOLE;
}

/**
 * Judges whether a question has several readings among what was found: others cover it as well as the best one, it says
 * little, it names none of them, and the answers would differ.
 */
export function measureAmbiguity(
  found: Omit<Found, "result">,
  asked: { readonly question: string; readonly language: Language; readonly prefix: string },
  calibration: Calibration<AmbiguityFeature> = stored,
): Ambiguity {
  const { question, language, prefix } = asked;
  const clusters = clustersOf(found.passages, found.scored);
  const own = inLanguage(clusters, language);
  const family = familyOf(found.query, question, own);
  const equals = contendersOf(found.query, clusters, language);
  const contenders = withoutSummaries(equals.length > 1 ? equals : nextBest(own));
  const isOpenTopic = family.length > 0 && isTopic(found.query, question);
  if (contenders.length < 2) return NONE;
  if (!isOpenTopic && isNamed(question, contenders)) return NONE;
  if (isHeadingAhead(found.query, contenders)) return NONE;
  if (isExplained(found)) return NONE;
  if (equals.length < 2 && isSaidInOnePiece(found.query, own)) return NONE;
  const [first, ...others] = contenders;
  const distances = others.slice(0, 3).map((other) => answerDistance(first ?? other, other));
  if (Math.max(...distances) < LEAST_DISTANCE) return NONE;
  const competing = family.length > 0 ? family : contenders;
  const readings = nameable(readingsOf(offered(competing, found.query.type), prefix));
  if (readings.length < 2) return NONE;
  return {
    probability: Math.max(
      areTwins(found.query, contenders) || family.length > 0 ? TWINS : 0,
      probability(calibration, ambiguityVector(found, clusters, question, language)),
    ),
    readings,
  };
}
