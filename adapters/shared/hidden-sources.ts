import type { Audience, Citation, Principal, Reply } from "../../src/core/index.ts";
import type { Retriever } from "../../src/ports/retriever.ts";

/** As many as one retrieval gives: a passage that was cited for this very question is among them. */
const CHECKED = 100;

/**
 * The sources of an answer that not everybody here may read. Asked of retrieval itself, the one place that knows: what it does
 * not give to these readers for this question does not count as seen.
 */
export async function hiddenSources(
  reply: Pick<Reply, "question" | "language" | "citations">,
  readers: { readonly principal: Principal; readonly audience: Audience },
  retriever: Retriever | null,
  call: { readonly signal: AbortSignal },
): Promise<readonly Citation[]> {
  const local = reply.citations.filter(({ origin }) => origin === "local");
  if (local.length === 0) return [];
  if (retriever === null || reply.question === null) return local;
  const { language, question: query } = reply;
  const request = { query, language, ...readers, collections: null, top: CHECKED };
  const { passages } = await retriever.retrieve(request, call);
  const seen = new Set<string>(passages.map(({ id }) => id));
  return local.filter((citation) => !seen.has(citation.passageId));
}
