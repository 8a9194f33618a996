import { detectLanguage, FrontdeskError, principalMayRead } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type { KnowledgeBase } from "../ports/knowledge-base.ts";
import type { Retriever } from "../ports/retriever.ts";
import { filterPassages, MOST } from "./filtering.ts";
import { type PeopleSettings, principalOf } from "./principals.ts";

const MAX_QUERY_CHARACTERS = 16_000;

/** What knowing works with. */
export interface KnowingParts {
  readonly knowledge: KnowledgeBase & Retriever;
  readonly people: PeopleSettings;
}

/** The part of the application that fills and asks the knowledge base, with the rights of whoever asks. */
export function createKnowing(
  parts: KnowingParts,
): Pick<
  Application,
  "search" | "topics" | "ingest" | "sources" | "removeSource" | "judgeDocument" | "judgedDocuments"
> {
  const { knowledge, people } = parts;

  const topics: Application["topics"] = async ({ speaker, collection }, call) => {
    if (knowledge.topics === undefined) {
      throw new FrontdeskError("unsupported", "Nobody can tell topics of these documents.");
    }
    const collections = collection === null ? null : [collection];
    return knowledge.topics({ principal: principalOf(speaker, people), collections }, call);
  };

  return {
    topics,
    async search({ query, speaker, collection, top, filters }, { signal }) {
      const text = query.trim().slice(0, MAX_QUERY_CHARACTERS);
      if (text === "") {
        throw new FrontdeskError("message_empty", "The query is empty; give words to look for.");
      }
      const found = await knowledge.retrieve(
        {
          query: text,
          language: detectLanguage(text),
          principal: principalOf(speaker, people),
          audience: { kind: "private" },
          collections: collection === null ? null : [collection],
          top: filters === undefined ? top : MOST,
        },
        { signal },
      );
      if (filters === undefined) return found;
      const overview = () => topics({ speaker, collection }, { signal });
      const passages = await filterPassages(found.passages, filters, overview);
      return { ...found, passages: passages.slice(0, top) };
    },
    ingest: (request, call) => knowledge.ingest(request, call),
    async sources({ speaker }) {
      const all = await knowledge.sources();
      if (speaker === null) return all;
      const principal = principalOf(speaker, people);
      return all.filter(({ visibility }) => principalMayRead(principal, visibility));
    },
    removeSource: (target) => knowledge.remove(target),
    async judgeDocument(request) {
      if (knowledge.standings === undefined) {
        throw new FrontdeskError("unsupported", "Documents cannot be boosted or hidden here.");
      }
      return knowledge.standings.judge({ ...request, reader: null });
    },
    judgedDocuments: async () => (await knowledge.standings?.judged(null)) ?? [],
  };
}
