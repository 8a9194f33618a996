import { setTimeout as delay } from "node:timers/promises";
import { FrontdeskError, type Principal, principalMayRead, userId } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Embedder } from "../../src/ports/embedder.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Reranker } from "../../src/ports/reranker.ts";
import type { DocumentReader } from "../document.ts";
import { createKnowledge, type Knowledge } from "../knowledge.ts";
import { loadHanSegmenter } from "../lexical/han-segmenter.ts";
import { createTokenizer } from "../lexical/tokenize.ts";
import type { KnowledgeSettings } from "../settings.ts";
import type { ChromaPlace } from "../vectors/neighbours.ts";
import { findGold } from "./gold.ts";
import { type IndexedPassage, listIndexedPassages } from "./indexed-passages.ts";
import {
  type Asked,
  askAll,
  differenceOf,
  type Finder,
  figuresOf,
  findWith,
  type GoldQuestion,
  LOOKED_AT,
  type RetrievalFigures,
  timesOf,
} from "./measure-retrieval.ts";
import { createPlainBm25 } from "./plain-bm25.ts";
import { type QuestionSet, readPassages } from "./question-set.ts";
import { createSetReader, SET_ROOT } from "./set-reader.ts";

/** What is searched: passages of a file, documents at a path, or what the data directory holds already. */
type EvaluatedCorpus =
  | { readonly kind: "passages"; readonly file: string; readonly lang: string | null }
  | { readonly kind: "documents"; readonly root: string; readonly reader: DocumentReader }
  | { readonly kind: "index"; readonly reader: DocumentReader };

/** What measuring works with. */
export interface EvaluationParts {
  /** A folder of its own: nothing else may use it. */
  readonly dataDir: string;
  readonly corpus: EvaluatedCorpus;
  readonly set: QuestionSet;
  readonly embedder: Embedder | null;
  readonly reranker: Reranker | null;
  readonly chroma: ChromaPlace;
  readonly settings: KnowledgeSettings;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Other ways of finding, measured on the same passages and questions. */
  readonly peers?: (passages: readonly IndexedPassage[]) => Promise<ReadonlyMap<string, Finder>>;
  readonly onProgress: (
    stage: "reading" | "embedding" | "asking",
    done: number,
    of: number,
  ) => void;
  readonly signal: AbortSignal;
}

/** Figures of one way of finding, and how far the product's retrieval is above it. */
interface ComparedFigures {
  readonly figures: RetrievalFigures;
  readonly difference: RetrievalFigures;
  readonly times: ReturnType<typeof timesOf>;
}

/** What was measured. */
export interface RetrievalReport {
  readonly questions: number;
  readonly passages: number;
  /** Questions that were left out: nothing answers them, or what does is not among the passages. */
  readonly leftOut: { readonly withoutGold: number; readonly notInCorpus: number };
  readonly figures: RetrievalFigures;
  readonly times: ReturnType<typeof timesOf>;
  /** Textbook BM25 over the same passages. */
  readonly baseline: ComparedFigures;
  readonly peers: Readonly<Record<string, ComparedFigures>>;
  /** Questions that went without vectors or reranker although they are configured. */
  readonly degraded: number;
  readonly embedder: string | null;
  readonly hasReranker: boolean;
}

const POLL_MS = 50;
/** A text that the model cannot take keeps its passage without a vector: it is not waited for. */
const STANDSTILL_MS = 30_000;

async function fill(knowledge: Knowledge, parts: EvaluationParts): Promise<void> {
  const { corpus, signal, onProgress } = parts;
  if (corpus.kind === "index") return;
  const sources = [corpus.kind === "passages" ? SET_ROOT : corpus.root];
  const request = { sources, collection: "evaluation", visibility: "public" } as const;
  let found = 0;
  for await (const event of knowledge.ingest(request, { signal })) {
    if (event.type === "found") found = event.documents;
    if (event.type === "document") onProgress("reading", event.done, found);
    if (event.type === "embedded") onProgress("embedding", event.chunks, event.of);
  }
}

/** Waits until every passage has its vector in its place, or it is known that it will have none. */
export async function settled(
  knowledge: Pick<Knowledge, "status">,
  { signal, onProgress }: Partial<Pick<EvaluationParts, "onProgress">> & { signal: AbortSignal },
): Promise<void> {
  let last = -1;
  let since = performance.now();
  for (;;) {
    const { chunks, vectors } = await knowledge.status();
    if (vectors.state === "off" || vectors.state === "unavailable") return;
    if (vectors.state === "ready" && vectors.embedded >= chunks) return;
    if (vectors.embedded !== last) since = performance.now();
    last = vectors.embedded;
    if (performance.now() - since > STANDSTILL_MS) return;
    onProgress?.("embedding", vectors.embedded, chunks);
    await delay(POLL_MS, undefined, { signal });
  }
}

/** Somebody who may read all that any group may read. */
function readerOf(passages: readonly IndexedPassage[]): Principal {
  const groups = passages.flatMap(({ visibility }) =>
    visibility.startsWith("group:") ? [visibility.slice("group:".length)] : [],
  );
  return {
    platform: "console",
    userId: userId("evaluation"),
    displayName: "evaluation",
    role: "admin",
    groups: [...new Set(groups)],
  };
}

function compare(ours: Asked, theirs: Asked, questions: readonly GoldQuestion[]): ComparedFigures {
  return {
    figures: figuresOf(theirs.places, questions),
    difference: differenceOf(ours.places, theirs.places, questions),
    times: timesOf(theirs.timesMs),
  };
}

function measurable(
  { questions }: QuestionSet,
  passages: readonly IndexedPassage[],
): readonly GoldQuestion[] {
  const gold = findGold(questions, passages);
  const found = questions.map((question, index) => {
    return { ...question, goldIds: gold[index] ?? new Set<string>() };
  });
  const known = found.filter(({ goldIds }) => goldIds.size > 0);
  if (known.length > 0) return known;
  throw new FrontdeskError(
    "source_empty",
    "There is nothing to measure: none of the questions names (`gold_ids`) a passage or document that is there. " +
      "docs/evaluation.md shows how to write them.",
  );
}

async function readerFor({ corpus }: EvaluationParts): Promise<DocumentReader> {
  if (corpus.kind !== "passages") return corpus.reader;
  return createSetReader(await readPassages(corpus.file, corpus.lang));
}

/**
 * Measures how often retrieval finds the right passage, beside plain BM25 on the same passages and questions.
 * @throws FrontdeskError `usage`, `source_not_found`, `source_empty`; as of `createKnowledge` and `ingest`
 */
export async function evaluateRetrieval(parts: EvaluationParts): Promise<RetrievalReport> {
  const { dataDir, set, embedder, reranker, logger, signal, onProgress } = parts;
  const knowledge = await createKnowledge({
    ...parts,
    reader: await readerFor(parts),
  });
  try {
    await fill(knowledge, parts);
    await settled(knowledge, parts);
    const passages = listIndexedPassages(dataDir);
    const principal = readerOf(passages);
    const readable = passages.filter(({ visibility }) => principalMayRead(principal, visibility));
    const questions = measurable(set, readable);

    let degraded = 0;
    const finder = findWith(knowledge, principal, () => {
      degraded += 1;
    });
    const onAsked = (done: number): void => onProgress("asking", done, questions.length);
    const ours = await askAll(questions, finder, { signal, onAsked });
    const tokenizer = createTokenizer(await loadHanSegmenter({ logger }));
    const plain = createPlainBm25(tokenizer, readable);
    const bm25: Finder = async (query) => plain(query, LOOKED_AT);
    const baseline = compare(ours, await askAll(questions, bm25, { signal }), questions);
    const peers: Record<string, ComparedFigures> = {};
    for (const [name, find] of (await parts.peers?.(readable)) ?? []) {
      peers[name] = compare(ours, await askAll(questions, find, { signal }), questions);
    }
    return {
      questions: questions.length,
      passages: readable.length,
      leftOut: {
        withoutGold: set.withoutGold,
        notInCorpus: set.questions.length - questions.length,
      },
      figures: figuresOf(ours.places, questions),
      times: timesOf(ours.timesMs),
      baseline,
      peers,
      degraded,
      embedder: embedder === null ? null : (await knowledge.status()).vectors.model,
      hasReranker: reranker !== null,
    };
  } finally {
    await knowledge.close();
  }
}
