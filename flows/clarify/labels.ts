import { cleanLine, shorten } from "../language/index.ts";
import type { Cluster } from "./clusters.ts";

const MAX_LABEL_CHARACTERS = 72;
const SEPARATOR = " › ";

function pathOf(cluster: Cluster): readonly string[] {
  const parts = cluster.section === "" ? [] : cluster.section.split(SEPARATOR);
  return [cluster.title, ...parts].map(cleanLine).filter((part) => part !== "");
}

/**
 * Names each reading by what sets it apart: its own heading; where headings are the same, with the one above it. Never
 * text of a passage.
 */
export function labelsOf(clusters: readonly Cluster[]): readonly string[] {
  const paths = clusters.map(pathOf);
  return paths.map((path, index) => {
    const own = path.at(-1) ?? "";
    const isShared = paths.some((other, at) => at !== index && other.at(-1) === own);
    const above = path.at(-2);
    const label = isShared && above !== undefined ? `${above}${SEPARATOR}${own}` : own;
    return shorten(label, MAX_LABEL_CHARACTERS);
  });
}
