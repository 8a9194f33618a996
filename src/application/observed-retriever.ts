import type { RetrievalDegradation, Retriever } from "../ports/retriever.ts";

/** Is told what a search had to do without: for metrics. Must neither throw nor wait. */
export interface RetrievalObserver {
  retrievalDegraded(part: RetrievalDegradation): void;
}

/** A retriever that tells an observer what its results had to do without. */
export function observeRetriever(
  retriever: Retriever,
  observer: RetrievalObserver,
): Pick<Retriever, "retrieve"> {
  return {
    async retrieve(request, call) {
      const result = await retriever.retrieve(request, call);
      for (const part of result.degraded) observer.retrievalDegraded(part);
      return result;
    },
  };
}
