import type { Language } from "../src/core/index.ts";
import { CHAT_WRAPPERS, type ChatWrapperName } from "../src/ports/chat-wrapper.ts";

export { CHAT_WRAPPERS, type ChatWrapperName };

/** What a model is used for. */
export const MODEL_ROLES = ["chat", "embed", "rerank"] as const;
export type ModelRole = (typeof MODEL_ROLES)[number];

/** How much the vector side weighs in score fusion, per language of the query; 0 to 1. */
export type FusionWeight = Readonly<Record<Language, number>>;

/** A model on this machine with all that is known about it. Own files have nulls where only a catalog could know. */
export interface ModelFile {
  /** Catalog name, or the file's name without extension. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Pinned in the catalog; null when unknown. Checked before the model is loaded. */
  readonly sha256: string | null;
  readonly sizeBytes: number | null;
  readonly wrapper: ChatWrapperName | null;
  /** Tokens of context to ask for; null: what the role asks for by default. */
  readonly contextSize: number | null;
  /** Put before every query text that is embedded. */
  readonly queryPrefix: string;
  /** Put before every passage text that is embedded. */
  readonly passagePrefix: string;
  /** Null when it was never measured. */
  readonly fusionWeight: FusionWeight | null;
}
