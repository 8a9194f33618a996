import {
  type AmbiguityVector,
  type FeatureVector,
  type Found,
  type FoundInContext,
  featureVector,
  findInContext,
  findPassages,
  measureEvidence,
  order,
  type RankVector,
} from "../../../flows/index.ts";
import type { Knowledge } from "../../../knowledge/index.ts";
import { detectLanguage, type Language, type Principal, userId } from "../../core/index.ts";
import { type LabelledQuestion, sourceOf } from "./labelled-sets.ts";

/** How a question came to be answerable or not. */
export type Origin = "gold" | "removed" | "foreign" | "unanswerable";

/** A question judged: can it be answered from what was found? */
export interface ConfidenceExample {
  readonly set: string;
  readonly origin: Origin;
  readonly language: Language;
  readonly vector: FeatureVector;
  /** The first half is fitted on, the second one reported. */
  readonly half: 0 | 1;
}

/** Passages of one question with which of them answer. */
export interface RankExample {
  readonly set: string;
  readonly language: Language;
  readonly passages: readonly { readonly isGold: boolean; readonly vector: RankVector }[];
  readonly half: 0 | 1;
}

const READER: Principal = {
  platform: "console",
  userId: userId("calibration"),
  displayName: "calibration",
  role: "admin",
  groups: [],
};
const TOP = 24;

function requestOf(text: string) {
  return {
    query: text,
    language: detectLanguage(text),
    principal: READER,
    audience: { kind: "private" },
    collections: null,
    top: TOP,
  } as const;
}

/** Finds passages with the rights of a reader of everything. */
export async function find(knowledge: Knowledge, text: string): Promise<Found> {
  const { signal } = new AbortController();
  return findPassages(knowledge, requestOf(text), { signal });
}

/** The same in a conversation; what is answered from comes as `passages`. */
export async function findAfter(
  knowledge: Knowledge,
  text: string,
  said: string,
): Promise<FoundInContext> {
  const { signal } = new AbortController();
  return findInContext(knowledge, requestOf(text), said, { signal });
}

/** What is measured of passages that were found. */
export function judge(
  found: Omit<Found, "result">,
  text: string,
  language: Language,
): FeatureVector {
  return featureVector(found, measureEvidence(found.query, found.scored), text, language);
}

/** A question that is or is not ambiguous. */
export interface AmbiguityExample {
  readonly set: string;
  readonly isAmbiguous: boolean;
  readonly vector: AmbiguityVector;
}

/** The same question in an index without the passages that answer it. */
export function without(
  found: Found,
  isGold: (source: string) => boolean,
  text: string,
): Omit<Found, "result"> {
  const kept = found.passages.filter(({ passage }) => !isGold(passage.source));
  const held = new Set(
    found.scored.flatMap(({ passage, keys }) => (isGold(passage.source) ? [] : [...keys.keys()])),
  );
  const scores = new Map(kept.map(({ passage, vector }) => [passage.id, vector]));
  return order(
    kept.map(({ passage }) => passage),
    text,
    detectLanguage(text),
    ({ id }) => ({ asked: scores.get(id)?.asked ?? 0, expanded: scores.get(id)?.expanded ?? 0 }),
    // What no other passage has would not be in that index at all.
    ({ key }) => (held.has(key) ? (found.query.rarities.get(key) ?? null) : 1),
  );
}

/** Asks the questions of a set, and foreign ones, and writes down what was measured. */
export async function collect(
  knowledge: Knowledge,
  set: string,
  own: readonly LabelledQuestion[],
  foreign: readonly LabelledQuestion[],
  /** The address of a passage or document by the id that the question names. */
  addressOf: (id: string) => string = sourceOf,
): Promise<{ readonly confidence: ConfidenceExample[]; readonly rank: RankExample[] }> {
  const confidence: ConfidenceExample[] = [];
  const rank: RankExample[] = [];
  for (const [at, { text, gold }] of own.entries()) {
    const language = detectLanguage(text);
    const half = at % 2 === 0 ? 0 : 1;
    const found = await find(knowledge, text);
    const sources = new Set([...gold].map(addressOf));
    const note = (origin: Origin, vector: FeatureVector): void => {
      confidence.push({ set, origin, language, vector, half });
    };
    note(gold.size > 0 ? "gold" : "unanswerable", judge(found, text, language));
    if (gold.size === 0) continue;
    note(
      "removed",
      judge(
        without(found, (source) => sources.has(source), text),
        text,
        language,
      ),
    );
    const passages = found.passages.map(({ passage, vector }) => ({
      isGold: sources.has(passage.source),
      vector,
    }));
    rank.push({ set, language, passages, half });
  }
  for (const [at, { text }] of foreign.entries()) {
    const language = detectLanguage(text);
    const vector = judge(await find(knowledge, text), text, language);
    confidence.push({ set, origin: "foreign", language, vector, half: at % 2 === 0 ? 0 : 1 });
  }
  return { confidence, rank };
}
