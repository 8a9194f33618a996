// Fits the order of passages and the confidence on labelled questions, and writes flows/calibration/*.json.
// Usage: npx tsx bench/calibrate.ts --data FOLDER --step rank|confidence|chinese|plain|left-out [--questions 200]
// `plain` fits the confidence in texts without headings, on the public sets alone; 2000 questions are enough.
// Confidence and ambiguity look at the order of passages: fit `rank` first, then `confidence` in a run of its own.
// `left-out` keeps no fit and needs no data sets: it judges each of the project's own sets by a fit without it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Calibration, FeatureName } from "../flows/index.ts";
import { openCorpus } from "../src/cli/evaluation/corpus-knowledge.ts";
import {
  type AmbiguityExample,
  type ConfidenceExample,
  collect,
  type RankExample,
} from "../src/cli/evaluation/examples.ts";
import { crossJudgeAmbiguity, fitAmbiguity } from "../src/cli/evaluation/fit-ambiguity.ts";
import {
  BY_WORDS,
  crossJudge,
  fitConfidence,
  judgeConfidence,
  L2,
  PLAIN,
  plainSharesOf,
  WITH_SCORE,
} from "../src/cli/evaluation/fit-confidence.ts";
import { readCorpus, readQuestions } from "../src/cli/evaluation/labelled-sets.ts";
import { halves, spread } from "../src/cli/evaluation/read-set.ts";
import { fitRanking, hitAt1, type Weights } from "./calibration/fit-ranking.ts";
import { judgeLeftOut } from "./calibration/left-out.ts";
import { collectOwn } from "./calibration/own-examples.ts";
import { openOwnDocuments, readOwnQuestions } from "./calibration/own-questions.ts";

const { values } = parseArgs({
  options: {
    data: { type: "string" },
    step: { type: "string", default: "confidence" },
    questions: { type: "string", default: "200" },
  },
});
const folder = values.data;
if (folder === undefined && values.step !== "left-out")
  throw new Error("say where the data sets are: --data FOLDER");
const most = Number(values.questions);

const ENGLISH = ["squad2", "stackfaq", "docs_support_en"] as const;
const CHINESE = ["cmrc2018", "drcd"] as const;
const FOREIGN = ["banking77", "clinc150"] as const;
/** Weights of the order that the questions at hand say too little about. */
const BY_HAND = { isSameLanguage: 2, fit: 0, names: 30 } as const;

async function examplesOfSets(hasVectors: boolean, sets: readonly string[]) {
  const confidence: ConfidenceExample[] = [];
  const rank: RankExample[] = [];
  for (const set of sets) {
    const isChinese = CHINESE.some((each) => each === set);
    const others = [...(isChinese ? CHINESE : [...ENGLISH, ...FOREIGN])].filter(
      (each) => each !== set,
    );
    const foreign = others.flatMap((each) =>
      spread(readQuestions(join(folder ?? "", each)), most / 4),
    );
    const { knowledge, close } = await openCorpus(readCorpus(join(folder ?? "", set)), hasVectors);
    const questions = readQuestions(join(folder ?? "", set));
    // Every second line of the file is fitted on, the others are reported, here as in `frontdesk eval`.
    const [first, second] = halves(questions).map((half) => [
      ...spread(
        half.filter(({ gold }) => gold.size > 0),
        most / 2,
      ),
      ...spread(
        half.filter(({ gold }) => gold.size === 0),
        most / 2,
      ),
    ]);
    const found = await collect(knowledge, set, alternating(first ?? [], second ?? []), foreign);
    confidence.push(...found.confidence);
    rank.push(...found.rank);
    await close();
    console.log(`${set}: ${found.confidence.length} examples, vectors ${hasVectors}`);
  }
  return { confidence, rank };
}

async function examplesOf(hasVectors: boolean, sets: readonly string[]) {
  const theirs = await examplesOfSets(hasVectors, sets);
  const ours = await examplesOfOwn(hasVectors);
  return {
    confidence: [...theirs.confidence, ...ours.confidence],
    rank: [...theirs.rank, ...ours.rank],
    ambiguity: ours.ambiguity,
  };
}

/** One of each in turn, as long as both have one. */
function alternating<Item>(left: readonly Item[], right: readonly Item[]): readonly Item[] {
  const most = Math.min(left.length, right.length);
  return left.slice(0, most).flatMap((item, at) => [item, ...right.slice(at, at + 1)]);
}

async function examplesOfOwn(hasVectors: boolean) {
  const { knowledge, close } = await openOwnDocuments(hasVectors);
  const ours = await collectOwn(knowledge, readOwnQuestions());
  await close();
  return ours;
}

function split<Example extends { readonly half: 0 | 1 }>(examples: readonly Example[]) {
  return [
    examples.filter(({ half }) => half === 0),
    examples.filter(({ half }) => half === 1),
  ] as const;
}

function write(name: string, content: object): void {
  const url = new URL(`../flows/calibration/${name}.json`, import.meta.url);
  writeFileSync(url, `${JSON.stringify(content, null, 2)}\n`);
}

function fitOne(
  name: string,
  examples: readonly ConfidenceExample[],
  names: readonly FeatureName[],
) {
  const [fitted, held] = split(examples);
  const calibration = fitConfidence(name, fitted, names, L2.confidence);
  const figures = judgeConfidence(calibration, held);
  const provenance = {
    date: new Date().toISOString().slice(0, 10),
    data: "halves of squad2, stackfaq, docs_support_en, cmrc2018, drcd; the project's own questions (bench/calibration, test/e2e); negatives: source removed, foreign and unanswerable questions",
    examples: fitted.length,
    heldOut: figures,
    ownSetLeftOut: crossJudge(fitted, names, L2.confidence),
  };
  console.log(
    name,
    provenance,
    calibration.features.map(({ name: f, weight }) => `${f} ${weight}`).join(", "),
  );
  return { ...calibration, provenance } satisfies Calibration;
}

function fitRank(examples: readonly RankExample[], language: "en" | "zh", fixed: Partial<Weights>) {
  const [fitted, held] = split(examples.filter((example) => example.language === language));
  const weights = fitRanking(fitted, { l2: L2.rank, fixed });
  const share = Math.round(hitAt1(held, weights) * 1000) / 1000;
  console.log("rank", language, share, weights);
  return { weights, hitAt1: share };
}

async function fitRankings(): Promise<void> {
  const withVectors = await examplesOf(true, ENGLISH);
  const byWords = await examplesOf(false, CHINESE);
  const en = fitRank(withVectors.rank, "en", BY_HAND);
  const zh = fitRank(byWords.rank, "zh", { ...BY_HAND, cosine: 0 });
  write("rank", {
    name: "rank",
    status: "fitted",
    provenance: {
      date: new Date().toISOString().slice(0, 10),
      data: "halves of squad2, stackfaq, docs_support_en (English), cmrc2018, drcd (Chinese); the project's own questions (bench/calibration, test/e2e); isSameLanguage, fit and names by hand",
      heldOutHitAt1: { en: en.hitAt1, zh: zh.hitAt1 },
    },
    weights: { en: en.weights, zh: zh.weights },
  });
}

async function fitConfidences(): Promise<void> {
  const withVectors = await examplesOf(true, ENGLISH);
  const english = withVectors.confidence.filter(({ language }) => language === "en");
  write("starter", fitOne("starter", english, WITH_SCORE));
  // None of these measurements depends on vectors but by the order of the passages.
  write("lexical", fitOne("lexical", english, BY_WORDS));
  writeAmbiguity(withVectors.ambiguity);
  await fitChinese();
}

async function fitChinese(): Promise<void> {
  const byWords = await examplesOf(false, CHINESE);
  const chinese = byWords.confidence.filter(({ language }) => language === "zh");
  write("chinese", fitOne("chinese", chinese, WITH_SCORE));
}

async function fitPlain(): Promise<void> {
  const { confidence } = await examplesOfSets(true, ENGLISH);
  const english = confidence.filter(({ language }) => language === "en");
  write("plain", plainFit(english));
}

/** Fits the confidence in texts without headings on the first half of the examples, and judges it by the second. */
export function plainFit(examples: readonly ConfidenceExample[]): Calibration {
  const [fitted, held] = split(examples);
  const calibration = fitConfidence("plain", fitted, PLAIN, L2.confidence, plainSharesOf(fitted));
  const bySet = [...new Set(held.map(({ set }) => set))].map((set) => {
    const some = held.filter((each) => each.set === set);
    return [set, judgeConfidence(calibration, some, plainSharesOf(held))] as const;
  });
  const provenance = {
    date: new Date().toISOString().slice(0, 10),
    data: "halves of squad2, stackfaq, docs_support_en; negatives: unanswerable on topic, source removed, foreign questions",
    examples: fitted.length,
    heldOut: judgeConfidence(calibration, held, plainSharesOf(held)),
    heldOutBySet: Object.fromEntries(bySet),
  };
  console.log(
    provenance,
    calibration.features.map(({ name, weight }) => `${name} ${weight}`).join(", "),
  );
  return { ...calibration, provenance };
}

/** Fits on the project's own questions alone, one set left out at a time, and writes what the acceptance test would say. */
async function reportLeftOut(): Promise<void> {
  const { confidence, ambiguity, asked } = await examplesOfOwn(true);
  const report = {
    date: new Date().toISOString().slice(0, 10),
    fittedOn: "the other sets of the project's own questions; the order of passages on all",
    leftOut: judgeLeftOut(asked, {
      confidence: {
        en: confidence.filter(({ language }) => language === "en"),
        zh: confidence.filter(({ language }) => language === "zh"),
      },
      names: { en: WITH_SCORE, zh: WITH_SCORE },
      ambiguity,
      l2: L2.confidence,
    }),
  };
  console.table(report.leftOut);
  const url = new URL("./results/left-out.json", import.meta.url);
  writeFileSync(url, `${JSON.stringify(report, null, 2)}\n`);
}

function writeAmbiguity(ambiguity: readonly AmbiguityExample[]): void {
  const fitted = fitAmbiguity(ambiguity);
  const provenance = {
    date: new Date().toISOString().slice(0, 10),
    data: "the project's own questions (bench/calibration, test/e2e)",
    examples: ambiguity.length,
    ownSetLeftOut: crossJudgeAmbiguity(ambiguity),
  };
  console.log(
    provenance,
    fitted.features.map(({ name, weight }) => `${name} ${weight}`).join(", "),
  );
  write("ambiguity", { ...fitted, provenance });
}

const STEPS: Readonly<Record<string, () => Promise<void>>> = {
  rank: fitRankings,
  confidence: fitConfidences,
  chinese: fitChinese,
  plain: fitPlain,
  "left-out": reportLeftOut,
};
const step = STEPS[values.step];
if (step === undefined) throw new Error(`--step is one of ${Object.keys(STEPS).join(", ")}`);
await step();
