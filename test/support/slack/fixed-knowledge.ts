import type { SlackHost } from "../../../adapters/slack/index.ts";
import {
  documentId,
  FrontdeskError,
  mayRead,
  passageId,
  principalMayRead,
  type RankedPassage,
  type Visibility,
} from "../../../src/core/index.ts";
import { type IngestRequest, SOURCE_DEFAULTS } from "../../../src/ports/knowledge-base.ts";

/** A passage of a document that this visibility holds. */
export function aPassage(title: string, visibility: Visibility): RankedPassage {
  return {
    id: passageId(`passage-${title}`),
    documentId: documentId(title),
    collection: "default",
    title,
    section: "",
    source: `docs/${title}.md`,
    page: null,
    text: `${title} says: 25 days of leave.`,
    language: "en",
    visibility,
    origin: "local",
    updatedAt: null,
    score: 1,
    parts: { vector: null, lexical: 1, rerank: null },
  };
}

/** Knowledge that holds a few passages and checks access as the real one does. */
export function fixedKnowledge(passages: readonly RankedPassage[]): Pick<
  SlackHost,
  "retriever" | "knowledge"
> & {
  readonly ingested: readonly IngestRequest[];
  /** What was said of documents: "TITLE: standing, by whom". */
  readonly judged: readonly string[];
} {
  const ingested: IngestRequest[] = [];
  const judged: string[] = [];
  return {
    ingested,
    judged,
    retriever: {
      retrieve: ({ principal, audience, top }) =>
        Promise.resolve({
          passages: passages
            .filter(({ visibility }) => mayRead(principal, audience, visibility))
            .slice(0, top),
          features: {
            queryTerms: 1,
            coverage: 1,
            coverageTop3: 1,
            unseen: 0,
            lexicalPerIdf: 1,
            lexicalMargin: 1,
            topCosine: null,
            cosineMargin: null,
            overlapAt10: null,
            rerankTop: null,
            rerankMargin: null,
          },
          timings: {},
          degraded: [],
        }),
    },
    knowledge: {
      sources: () =>
        Promise.resolve(
          passages.map(({ title, visibility }) => ({
            collection: "default",
            root: `docs/${title}.md`,
            visibility,
            documents: 1,
            chunks: 1,
            languages: ["en" as const],
            updatedAt: 0,
            settings: SOURCE_DEFAULTS,
          })),
        ),
      standings: {
        async judge({ document, standing, by, reader }) {
          const found = passages.find(
            ({ title, visibility }) =>
              title === document && (reader === null || principalMayRead(reader, visibility)),
          );
          if (found === undefined) throw new FrontdeskError("source_not_found", document);
          judged.push(`${found.title}: ${standing}, ${by}`);
          const { documentId: id, title, source, collection } = found;
          return Promise.resolve({ id, title, source, collection, standing, by, at: 0 });
        },
        judged: () => Promise.resolve([]),
      },
      async *ingest(request) {
        ingested.push(request);
        const rest = {
          updated: 0,
          unchanged: 0,
          removed: 0,
          skipped: 0,
          failed: 0,
          chunks: 1,
          durationMs: 1,
        };
        yield { type: "finished", summary: { added: 1, ...rest } };
        await Promise.resolve();
      },
    },
  };
}
