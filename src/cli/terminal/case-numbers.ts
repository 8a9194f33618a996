import type { CaseId, CaseRecord } from "../../core/index.ts";

/** Short numbers for cases, which stay the same as long as this terminal is open. */
export interface CaseNumbers {
  /** The number of a case; a new one gets the next. */
  of(id: CaseId): number;
  /** The case that a person means by a number, an id, or the only beginning of an id; null when there is none. */
  find(text: string): CaseId | null;
  /** Gives numbers to all of these, in order. */
  add(records: readonly CaseRecord[]): void;
}

/** Starts counting at 1. */
export function createCaseNumbers(): CaseNumbers {
  const ids: CaseId[] = [];
  const numberOf = (id: CaseId): number => {
    const known = ids.indexOf(id);
    return known >= 0 ? known + 1 : ids.push(id);
  };
  return {
    of: numberOf,
    find(text) {
      if (/^\d{1,6}$/u.test(text)) return ids[Number(text) - 1] ?? null;
      const exact = ids.find((id) => id === text);
      if (exact !== undefined) return exact;
      const matching = text === "" ? [] : ids.filter((id) => id.startsWith(text));
      return matching.length === 1 ? (matching[0] ?? null) : null;
    },
    add(records) {
      for (const { id } of records) numberOf(id);
    },
  };
}
