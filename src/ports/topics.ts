import type { PassageId, Principal } from "../core/index.ts";

/** Passages that are about the same, named by the words that set them apart. */
export interface Topic {
  /** For people: its foremost words. */
  readonly label: string;
  readonly terms: readonly string[];
  readonly documents: number;
  readonly passages: readonly PassageId[];
}

/** What passages speak of by name: somebody, a product or an organisation, or an id (error code, version, setting). */
export type EntityKind = "person" | "name" | "id";

export interface Entity {
  readonly name: string;
  readonly kind: EntityKind;
  /** In so many passages. */
  readonly passages: number;
}

/** What somebody's documents are about. */
export interface TopicOverview {
  /** The largest first. */
  readonly topics: readonly Topic[];
  /** The most frequent first. */
  readonly entities: readonly Entity[];
  /** Passages that were looked at. */
  readonly passages: number;
  /** Passages beyond what is looked at at once. */
  readonly leftOut: number;
}

/** An overview of what this person may read, made of nothing else. */
export interface TopicRequest {
  readonly principal: Principal;
  /** Only these collections; null for all. */
  readonly collections: readonly string[] | null;
}
