import { createHash } from "node:crypto";
import {
  documentId,
  errorMessage,
  FrontdeskError,
  type Language,
  type Passage,
  passageId,
  timeLimit,
} from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { WebSearch } from "../../src/ports/web-search.ts";
import type { Chunk, DocumentReader } from "../document.ts";
import { mergeHits } from "./merge-hits.ts";
import { withoutPrivateWords } from "./private-words.ts";
import type { SearchProvider, WebHit } from "./provider.ts";
import { createRecent } from "./recent.ts";
import { createRelevance } from "./relevance.ts";

/** What a search on the web may cost. */
interface WebLimits {
  /** An engine that has not answered by then is left out, in milliseconds. */
  readonly searchMs: number;
  /** A page that is not read by then is known by the engine's words only, in milliseconds. */
  readonly pageMs: number;
  readonly pages: number;
  readonly passagesPerPage: number;
  readonly keepMs: number;
}

const LIMITS: WebLimits = {
  searchMs: 4_000,
  pageMs: 6_000,
  pages: 4,
  passagesPerPage: 2,
  keepMs: 600_000,
};
const KEPT_SEARCHES = 200;
const HITS_PER_ENGINE = 10;

/** What a search on the web is made of. */
export interface WebSearchOptions {
  /** Asked at the same time. */
  readonly providers: readonly SearchProvider[];
  /** Reads the pages that were found; null: the words of the engines are all there is. */
  readonly reader: Pick<DocumentReader, "read"> | null;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly limits?: Partial<WebLimits>;
}

/** Looks on the web: engines side by side, then the best pages themselves. Results are remembered for ten minutes. */
export function createWebSearch(options: WebSearchOptions): WebSearch {
  const limits: WebLimits = { ...LIMITS, ...options.limits };
  const logger = options.logger.child({ component: "web-search" });
  const now = (): number => options.clock.now();
  const kept = createRecent<readonly Passage[]>({
    size: KEPT_SEARCHES,
    keepMs: limits.keepMs,
    now,
  });
  return {
    async search({ query, language, top }, { signal }) {
      const text = withoutPrivateWords(query);
      if (text === "") return [];
      const key = JSON.stringify([text.toLowerCase(), language]);
      const known = kept.get(key);
      if (known !== null) return known.slice(0, top);
      const hits = await askAll(options.providers, { text, language, limits, logger, signal });
      const best = hits.slice(0, limits.pages);
      const found = await Promise.all(
        best.map((hit) => passagesOf(hit, text, { ...options, limits, language, signal })),
      );
      signal.throwIfAborted();
      const passages = found.flat();
      kept.set(key, passages);
      return passages.slice(0, top);
    },
  };
}

async function askAll(
  providers: readonly SearchProvider[],
  call: {
    readonly text: string;
    readonly language: Language;
    readonly limits: WebLimits;
    readonly logger: Logger;
    readonly signal: AbortSignal;
  },
): Promise<readonly WebHit[]> {
  const { text, language, limits, logger, signal } = call;
  const failures: string[] = [];
  const lists = await Promise.all(
    providers.map(async (provider): Promise<readonly WebHit[]> => {
      const both = AbortSignal.any([signal, timeLimit(limits.searchMs)]);
      try {
        const query = { text, language, count: HITS_PER_ENGINE };
        return await provider.search(query, { signal: both });
      } catch (error) {
        signal.throwIfAborted();
        const reason = both.aborted
          ? `Web search by ${provider.name} did not answer within ${limits.searchMs / 1000} s.`
          : errorMessage(error);
        failures.push(reason);
        logger.warn({ provider: provider.name, reason }, "a search engine could not be asked");
        return [];
      }
    }),
  );
  if (failures.length === providers.length) {
    throw new FrontdeskError("knowledge_unavailable", failures.join(" "), { retryable: true });
  }
  return mergeHits(lists);
}

interface PageCall {
  readonly reader: Pick<DocumentReader, "read"> | null;
  readonly limits: WebLimits;
  readonly language: Language;
  readonly signal: AbortSignal;
}

/** The best pieces of a page; the engine's own words where it cannot be read. */
async function passagesOf(
  hit: WebHit,
  question: string,
  call: PageCall,
): Promise<readonly Passage[]> {
  const page = call.reader === null ? null : await readPage(hit, call.reader, call);
  const relevance = createRelevance(question);
  const ranked = (page?.chunks ?? [])
    .map((chunk) => ({ chunk, score: relevance(`${chunk.section} ${chunk.text}`) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, call.limits.passagesPerPage);
  const title = hit.title === "" ? (page?.title ?? hit.url) : hit.title;
  if (ranked.length > 0) return ranked.map(({ chunk }) => passage(hit.url, title, chunk));
  if (hit.text === "") return [];
  const { language } = call;
  return [passage(hit.url, title, { section: "", page: null, text: hit.text, language })];
}

async function readPage(
  hit: WebHit,
  reader: Pick<DocumentReader, "read">,
  { limits, signal }: PageCall,
): Promise<{ readonly title: string; readonly chunks: readonly Chunk[] } | null> {
  const limit = timeLimit(limits.pageMs);
  const ref = { source: hit.url, root: hit.url, sizeBytes: null, updatedAt: null };
  try {
    const outcome = await reader.read(ref, {
      knownHash: null,
      signal: AbortSignal.any([signal, limit]),
    });
    return outcome.status === "read" ? outcome.document : null;
  } catch (error) {
    signal.throwIfAborted();
    if (limit.aborted) return null;
    throw error;
  }
}

function passage(source: string, title: string, chunk: Chunk): Passage {
  const hash = (text: string): string => createHash("sha256").update(text).digest("base64url");
  return {
    id: passageId(`web-${hash(`${source}\n${chunk.text}`)}`),
    documentId: documentId(`web-${hash(source)}`),
    collection: "web",
    title,
    section: chunk.section,
    source,
    page: chunk.page,
    text: chunk.text,
    language: chunk.language,
    visibility: "public",
    origin: "web",
    updatedAt: null,
  };
}
