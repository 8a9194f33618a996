import { FrontdeskError, type RankedPassage } from "../core/index.ts";
import type { SearchFilters } from "../ports/application.ts";
import type { Topic, TopicOverview } from "../ports/topics.ts";

/** A retriever gives so many at most: what is filtered is chosen from them. */
export const MOST = 100;

function sameWords(text: string): string {
  return text.normalize("NFKC").toLowerCase().trim();
}

/** The topic that is meant: by its number in the list, its label, or one word of it. */
function topicOf({ topics }: TopicOverview, wanted: string): Topic {
  const words = sameWords(wanted);
  const found =
    topics[Number(words) - 1] ??
    topics.find(({ label }) => sameWords(label) === words) ??
    topics.find(({ terms }) => terms.some((term) => sameWords(term) === words));
  if (found !== undefined) return found;
  throw new FrontdeskError(
    "usage",
    `There is no topic ${wanted} among these documents; frontdesk topics lists them.`,
  );
}

/**
 * Passages that are about a topic and name somebody or something.
 * @param overview asked for only when a topic is wanted
 */
export async function filterPassages(
  passages: readonly RankedPassage[],
  { topic, entity }: SearchFilters,
  overview: () => Promise<TopicOverview>,
): Promise<readonly RankedPassage[]> {
  const members = topic === null ? null : new Set(topicOf(await overview(), topic).passages);
  const name = entity === null ? null : sameWords(entity);
  return passages.filter(({ id, title, section, text }) => {
    if (members !== null && !members.has(id)) return false;
    return name === null || sameWords(`${title}\n${section}\n${text}`).includes(name);
  });
}
