import { detectLanguage, FrontdeskError, principalMayRead } from "../core/index.ts";
import type { Application } from "../ports/application.ts";
import type { KnowledgeBase } from "../ports/knowledge-base.ts";
import type { Retriever } from "../ports/retriever.ts";
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
): Pick<Application, "search" | "ingest" | "sources" | "removeSource"> {
  const { knowledge, people } = parts;
  return {
    async search({ query, speaker, collection, top }, { signal }) {
      const text = query.trim().slice(0, MAX_QUERY_CHARACTERS);
      if (text === "") {
        throw new FrontdeskError("message_empty", "The query is empty; give words to look for.");
      }
      return knowledge.retrieve(
        {
          query: text,
          language: detectLanguage(text),
          principal: principalOf(speaker, people),
          audience: { kind: "private" },
          collections: collection === null ? null : [collection],
          top,
        },
        { signal },
      );
    },
    ingest: (request, call) => knowledge.ingest(request, call),
    async sources({ speaker }) {
      const all = await knowledge.sources();
      if (speaker === null) return all;
      const principal = principalOf(speaker, people);
      return all.filter(({ visibility }) => principalMayRead(principal, visibility));
    },
    removeSource: (target) => knowledge.remove(target),
  };
}
