import type { Theme } from "./theme.ts";

/** What lines are made for. */
export interface Layout {
  /** Columns; `Infinity` wraps nothing. */
  readonly width: number;
  readonly theme: Theme;
  /** Paths below this folder are shown without it; null shows all paths whole. */
  readonly folder: string | null;
}

/** A source as a reader would look for it from where they are. */
export function shownSource(source: string, folder: string | null): string {
  if (folder === null || folder === "") return source;
  const prefix = folder.endsWith("/") ? folder : `${folder}/`;
  return source.startsWith(prefix) ? source.slice(prefix.length) : source;
}
