import type { IndexedPassage } from "./indexed-passages.ts";

const HEADING_MARK = "#";
const BETWEEN_HEADINGS = " › ";

/** Whether a passage is what a question file means by this name: an id, or the end of a path, with a heading if wanted. */
export function isMeant(
  name: string,
  passage: Pick<IndexedPassage, "source" | "section">,
): boolean {
  if (isPlace(name, passage.source)) return true;
  const mark = name.indexOf(HEADING_MARK);
  if (mark < 0) return false;
  const heading = name.slice(mark + 1);
  const headings = passage.section.split(BETWEEN_HEADINGS);
  return isPlace(name.slice(0, mark), passage.source) && headings.includes(heading);
}

function isPlace(name: string, source: string): boolean {
  return name !== "" && (source === name || source.endsWith(`/${name}`));
}

/** Ids of the passages that answer each of the questions. */
export function findGold(
  questions: readonly { readonly gold: readonly string[] }[],
  passages: readonly IndexedPassage[],
): readonly ReadonlySet<string>[] {
  const known = new Map<string, readonly string[]>();
  const idsOf = (name: string): readonly string[] => {
    const ids =
      known.get(name) ?? passages.filter((passage) => isMeant(name, passage)).map(({ id }) => id);
    known.set(name, ids);
    return ids;
  };
  return questions.map(({ gold }) => new Set(gold.flatMap(idsOf)));
}
