import { type Citation, isFrontdeskError, mayEdit, type Principal } from "../../src/core/index.ts";
import type { Standing } from "../../src/ports/document-standings.ts";
import type { KnowledgeBase } from "../../src/ports/knowledge-base.ts";
import type { KnowledgeLabels } from "./command-labels.ts";

const ACTS: Readonly<Record<string, Standing>> = {
  hide: "hidden",
  boost: "boosted",
  reset: "normal",
};

/** What a word of a command says of a document; null when it says nothing. */
export function standingOf(word: string): Standing | null {
  return Object.hasOwn(ACTS, word) ? (ACTS[word] ?? null) : null;
}

const MAX_TITLES = 3;

/** The documents of ours that an answer rests on, by title; those that an editor may be told to look at. */
export function judgeableTitles(citations: readonly Citation[]): readonly string[] {
  const local = citations.filter(({ origin }) => origin === "local");
  return [...new Set(local.map(({ title }) => title))].slice(0, MAX_TITLES);
}

/**
 * Says for an editor how a document counts, as far as he may read it, and tells what came of it.
 * @param shown makes words of a document harmless
 */
export async function judgeDocument(
  request: {
    readonly document: string;
    readonly standing: Standing;
    readonly principal: Principal;
  },
  knowledge: Pick<KnowledgeBase, "standings"> | null,
  labels: KnowledgeLabels,
  shown: (text: string) => string,
): Promise<string> {
  const { principal, standing } = request;
  const document = request.document.trim();
  if (!mayEdit(principal)) return labels.judgeEditorsOnly;
  if (knowledge?.standings === undefined) return labels.noJudging;
  if (document === "") return labels.judgeUsage;
  try {
    const by = `${principal.platform}:${principal.userId}`;
    const judged = await knowledge.standings.judge({ document, standing, by, reader: principal });
    return labels.judged[standing](shown(judged.title));
  } catch (error) {
    if (isFrontdeskError(error, "source_not_found")) return labels.noSuchDocument(shown(document));
    if (isFrontdeskError(error, "usage")) return labels.severalDocuments(shown(document));
    throw error;
  }
}
