import type { RetrievalRequest, Retriever } from "../../src/ports/retriever.ts";
import { type Found, type FoundPassage, findPassages } from "./find.ts";

/** What stands first for the question alone stays first: on it rests what is decided. */
const KEPT = 2;
/** Reciprocal rank fusion with a small k: the first few places count. */
const RANK_OFFSET = 2;
/** Of what was said last. */
const MAX_CONTEXT_CHARACTERS = 300;

/** What was found for a question in a conversation. */
export interface FoundInContext {
  /** For the question alone: what is judged. */
  readonly found: Found;
  /** The same passages, and those that speak of the question together with what was said last: what is answered from. */
  readonly passages: readonly FoundPassage[];
}

/** Behind the first few, passages in the order of both rankings together. */
function fused(
  own: readonly FoundPassage[],
  inContext: readonly FoundPassage[],
): readonly FoundPassage[] {
  const worth = new Map<string, { readonly each: FoundPassage; readonly sum: number }>();
  for (const list of [own, inContext]) {
    for (const [rank, each] of list.entries()) {
      const before = worth.get(each.passage.id);
      const sum = (before?.sum ?? 0) + 1 / (RANK_OFFSET + rank + 1);
      worth.set(each.passage.id, { each: before?.each ?? each, sum });
    }
  }
  const kept = own.slice(0, KEPT);
  const ids = new Set(kept.map(({ passage }) => passage.id));
  const others = [...worth.values()]
    .filter(({ each }) => !ids.has(each.passage.id))
    .toSorted((left, right) => right.sum - left.sum);
  return [...kept, ...others.map(({ each }) => each)];
}

/**
 * Finds passages for a question, and in a conversation once more together with what was said last: "What is the issue, if there are
 * any?" is about what was answered before. What is found for the question alone comes first and decides.
 * @param said - the last answer, or the last question where there was none; empty at the beginning
 */
export async function findInContext(
  retriever: Retriever,
  request: RetrievalRequest,
  said: string,
  call: { readonly signal: AbortSignal },
): Promise<FoundInContext> {
  const context = said.slice(0, MAX_CONTEXT_CHARACTERS).trim();
  const wider = { ...request, query: `${request.query} ${context}` };
  const [found, inContext] = await Promise.all([
    findPassages(retriever, request, call),
    context === "" ? null : findPassages(retriever, wider, call),
  ]);
  const passages = inContext === null ? found.passages : fused(found.passages, inContext.passages);
  return { found, passages };
}
