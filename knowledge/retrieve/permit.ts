import { createHash } from "node:crypto";
import {
  type Audience,
  LANGUAGES,
  type Language,
  mayRead,
  type Principal,
  type Visibility,
} from "../../src/core/index.ts";

/** Who may read what: one pair of collection and visibility that occurs in the index, and how much it holds. */
export interface Scope {
  readonly id: number;
  readonly collection: string;
  readonly visibility: Visibility;
  readonly chunks: number;
  /** Words in all its chunks. */
  readonly words: number;
  readonly languages: readonly Language[];
  /** Another word after every change of its documents. */
  readonly version: string;
}

/** Who reads a result, and what they want to see of it. */
export interface Reader {
  readonly principal: Principal;
  readonly audience: Audience;
  /** Null for all. */
  readonly collections: readonly string[] | null;
}

/** What one reader may see of the index; every query is made through it. */
export interface Permission {
  /** Ids of the scopes that may be read, as a filter; null when that is everything there is. */
  readonly filter: ReadonlySet<number> | null;
  readonly allows: (scopeId: number) => boolean;
  /** Equal for readers who may see the same. */
  readonly key: string;
  readonly chunks: number;
  readonly averageLength: number;
  /** Languages of what is seen. */
  readonly languages: readonly Language[];
  /** What is seen, as it stands: equal only where neither readers' rights nor documents differ. */
  readonly view: () => string;
}

function mayReadFrom(
  reader: Reader,
  place: { readonly collection: string; readonly visibility: Visibility },
): boolean {
  if (reader.collections !== null && !reader.collections.includes(place.collection)) return false;
  return mayRead(reader.principal, reader.audience, place.visibility);
}

/**
 * The choke point, on the way in: decides what a reader may see. Candidates, term frequencies, lengths and counts are then
 * taken from these scopes only, so that what is hidden shows in no score and no feature.
 */
export function permit(scopes: readonly Scope[], reader: Reader): Permission {
  const readable = scopes.filter((scope) => mayReadFrom(reader, scope));
  const ids = new Set(readable.map((scope) => scope.id));
  const chunks = readable.reduce((sum, scope) => sum + scope.chunks, 0);
  const words = readable.reduce((sum, scope) => sum + scope.words, 0);
  return {
    filter: readable.length === scopes.length ? null : ids,
    allows: (scopeId) => ids.has(scopeId),
    key: [...ids].join(","),
    chunks,
    averageLength: chunks === 0 ? 0 : words / chunks,
    languages: LANGUAGES.filter((language) =>
      readable.some((scope) => scope.languages.includes(language)),
    ),
    view: () => viewOf(readable),
  };
}

function viewOf(scopes: readonly Scope[]): string {
  const hash = createHash("sha256");
  for (const { collection, visibility, version } of scopes) {
    hash.update(JSON.stringify([collection, visibility, version]));
  }
  return hash.digest("hex").slice(0, 32);
}

/**
 * The choke point, on the way out: no text leaves retrieval, nor goes to a reranker, but through here. Checked once more
 * on the passage itself, as it is stored now, so that neither a stale vector nor a mistake above can show a hidden text.
 */
export function isReleased(
  passage: { readonly collection: string; readonly visibility: Visibility },
  reader: Reader,
): boolean {
  return mayReadFrom(reader, passage);
}
