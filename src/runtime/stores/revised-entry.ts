import type { CaseEntry } from "../../core/index.ts";

/** What stands in the place of a line whose author has changed it or taken it back: who said it and when stays as it was. */
export function revisedEntry(before: CaseEntry, after: CaseEntry): CaseEntry {
  const { text, revision } = after;
  const { files, ...kept } = before;
  const isDeleted = revision === "deleted";
  return {
    ...kept,
    text,
    ...(files === undefined || isDeleted ? {} : { files }),
    ...(revision === undefined ? {} : { revision }),
  };
}
