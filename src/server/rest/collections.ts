import {
  type Language,
  type Principal,
  principalMayRead,
  type Visibility,
} from "../../core/index.ts";
import type { SourceSummary } from "../../ports/knowledge-base.ts";

/** A collection as far as somebody may know of it. */
interface CollectionSummary {
  readonly name: string;
  readonly documents: number;
  readonly passages: number;
  readonly visibilities: readonly Visibility[];
  readonly languages: readonly Language[];
  readonly updatedAt: number;
}

/** Sums sources up by collection; what this reader may not see counts for nothing. Null sees everything. */
export function collectionsOf(
  sources: readonly SourceSummary[],
  reader: Principal | null,
): readonly CollectionSummary[] {
  const byName = new Map<string, CollectionSummary>();
  for (const source of sources) {
    if (reader !== null && !principalMayRead(reader, source.visibility)) continue;
    const before = byName.get(source.collection);
    byName.set(source.collection, {
      name: source.collection,
      documents: (before?.documents ?? 0) + source.documents,
      passages: (before?.passages ?? 0) + source.chunks,
      visibilities: [...new Set([...(before?.visibilities ?? []), source.visibility])],
      languages: [...new Set([...(before?.languages ?? []), ...source.languages])],
      updatedAt: Math.max(before?.updatedAt ?? 0, source.updatedAt),
    });
  }
  return [...byName.values()].toSorted((left, right) => left.name.localeCompare(right.name));
}
