import { FrontdeskError, isFrontdeskError } from "../../src/core/index.ts";
import type { Reranker } from "../../src/ports/reranker.ts";
import type {
  RetrievalDegradation,
  RetrievalRequest,
  RetrievalResult,
  Retriever,
} from "../../src/ports/retriever.ts";
import type { Sql } from "../index/sql.ts";
import { inverseDocumentFrequency, type WeightedTerm } from "../lexical/bm25.ts";
import type { LexicalIndex } from "../lexical/lexical-index.ts";
import type { Tokenizer } from "../lexical/tokenize.ts";
import type { KnowledgeSettings } from "../settings.ts";
import type { VectorAnswer, VectorSearch } from "../vectors/vector-search.ts";
import { type Candidate, createCandidateLoader } from "./candidates.ts";
import type { Corpus } from "./corpus.ts";
import { diversify } from "./diversify.ts";
import { measureFeatures, sumOfIdf } from "./features.ts";
import { foldCopies } from "./fold.ts";
import { fuse } from "./fuse.ts";
import { createPassageReader } from "./passages.ts";
import { isReleased, type Permission, permit } from "./permit.ts";
import { prefer } from "./prefer.ts";
import { type Query, readQuery, weighTerms } from "./query.ts";
import { type Reranked, rerankPassages } from "./rerank.ts";

/** What retrieval works with. */
export interface RetrieverParts {
  readonly sql: Sql;
  readonly tokenizer: Tokenizer;
  readonly lexical: LexicalIndex;
  readonly corpus: Corpus;
  /** Null without an embedding model. */
  readonly vectors: VectorSearch | null;
  readonly reranker: Reranker | null;
  readonly settings: KnowledgeSettings;
}

/** So many times the wanted number is looked at, so that other documents can come before more of the same one. */
const LOOK_AHEAD = 3;
/** Words whose rarity is told, and how much of each is read. */
const MAX_WORDS = 200;
const MAX_WORD_LENGTH = 100;

interface Found {
  readonly permission: Permission;
  readonly terms: readonly WeightedTerm[];
  readonly candidates: readonly Candidate[];
  readonly vectorWeight: number;
  readonly answer: VectorAnswer | null;
  readonly lexicalMs: number;
  /** When the candidates of both sides were there. */
  readonly fuseStart: number;
}

/** Creates the retriever: words and vectors at the same time, one score, diversity, reranker, and the check on the way out. */
export function createRetriever(parts: RetrieverParts): Retriever {
  const { sql, tokenizer, corpus, vectors, reranker, settings } = parts;
  const candidates = createCandidateLoader(sql);
  const reader = createPassageReader(sql);

  function weightOf(request: RetrievalRequest, query: Query): number {
    if (vectors === null) return 0;
    const weight = settings.fusion[request.language];
    return query.isIdentifier ? Math.min(weight, settings.fusion.identifier) : weight;
  }

  function rarityOf(words: readonly string[], permission: Permission): readonly number[] {
    const highest = inverseDocumentFrequency(permission.chunks, 0);
    return words.slice(0, MAX_WORDS).map((word) => {
      const { words: stems, identifiers } = tokenizer.tokenize(word.slice(0, MAX_WORD_LENGTH));
      const idfs = [...identifiers, ...stems].map((term) => corpus.idf(term, permission));
      return Math.max(0, ...idfs) / highest;
    });
  }

  async function find(request: RetrievalRequest, signal: AbortSignal): Promise<Found> {
    const query = readQuery(tokenizer, request.query);
    const vectorWeight = weightOf(request, query);
    const before = permit(corpus.scopes(), request);
    const asked =
      vectors === null || vectorWeight === 0 || before.chunks === 0
        ? null
        : vectors.search(query.text, { scopes: before.filter, limit: settings.candidates, signal });
    // The words are looked up while the model works on the question.
    asked?.catch(() => {});
    const start = performance.now();
    const byWords = parts.lexical.search(
      weighTerms(query, corpus, before).map(({ text }) => text),
      before.filter,
      settings.candidates,
    );
    const lexicalMs = performance.now() - start;
    const answer = asked === null ? null : await asked;
    const fuseStart = performance.now();

    // Documents may have changed meanwhile: everything is measured against what is there now.
    const permission = permit(corpus.scopes(), request);
    const terms = weighTerms(query, corpus, permission);
    const hits = answer?.hits ?? null;
    return {
      permission,
      terms,
      vectorWeight: hits === null ? 0 : vectorWeight,
      answer,
      lexicalMs,
      fuseStart,
      candidates: candidates.load([...new Set([...byWords, ...(hits?.rows ?? [])])], {
        terms,
        permission,
        bm25: settings.bm25,
        queryVector: hits?.queryVector ?? null,
        modelId: hits?.modelId ?? null,
      }),
    };
  }

  async function retrieve(
    request: RetrievalRequest,
    signal: AbortSignal,
  ): Promise<RetrievalResult> {
    signal.throwIfAborted();
    const found = await find(request, signal);
    const { permission, terms } = found;
    const ranked = diversify(
      prefer(
        fuse(found.candidates, {
          vectorWeight: found.vectorWeight,
          lexicalLimit: sumOfIdf(terms) * (settings.bm25.k1 + 1),
        }),
        settings.freshness,
      ),
      { ...settings, depth: Math.max(request.top * LOOK_AHEAD, settings.rerankTop) },
    );
    const texts = foldCopies(
      reader.read(ranked).filter(({ passage }) => isReleased(passage, request)),
    );
    const fuseMs = performance.now() - found.fuseStart;
    const rerankStart = performance.now();
    const reranked: Reranked =
      reranker === null
        ? { ranked: texts, logits: [] }
        : await rerankPassages(reranker, request.query, texts, {
            top: settings.rerankTop,
            deadlineMs: settings.rerankDeadlineMs,
            signal,
          });
    const rerankMs = performance.now() - rerankStart;
    const features = measureFeatures({
      terms,
      corpus,
      permission,
      candidates: found.candidates,
      ranked: reranked.ranked.map(({ scored }) => scored),
      logits: reranked.logits ?? [],
    });
    return {
      passages: reranked.ranked.slice(0, request.top).map(({ passage }) => passage),
      features,
      view: permission.view(),
      languages: permission.languages,
      ...(request.words === undefined ? {} : { rarity: rarityOf(request.words, permission) }),
      timings: {
        embedMs: found.answer?.embedMs ?? 0,
        vectorMs: found.answer?.vectorMs ?? 0,
        lexicalMs: found.lexicalMs,
        fuseMs,
        rerankMs,
      },
      degraded: degradations(found, reranked),
    };
  }

  return {
    async retrieve(request, { signal }) {
      try {
        return await retrieve(request, signal);
      } catch (error) {
        signal.throwIfAborted();
        if (isFrontdeskError(error, "knowledge_unavailable")) throw error;
        throw new FrontdeskError(
          "knowledge_unavailable",
          "The knowledge base cannot be searched. `frontdesk doctor` says why.",
          { cause: error, retryable: !isFrontdeskError(error, "database_corrupt") },
        );
      }
    },
  };
}

function degradations(found: Found, reranked: Reranked): readonly RetrievalDegradation[] {
  const degraded: RetrievalDegradation[] = [];
  if (found.answer !== null && found.answer.hits === null) degraded.push("vectors-unavailable");
  if (reranked.logits === null) degraded.push("reranker-unavailable");
  return degraded;
}
