import { cleanLine, shorten } from "../language/index.ts";
import type { Cluster } from "./clusters.ts";

const MAX_LABEL_CHARACTERS = 72;
const SEPARATOR = " › ";

function aboveOf(cluster: Cluster): string | undefined {
  const path = [cluster.title, ...cluster.section.split(SEPARATOR)].filter((part) => part !== "");
  return path.at(-2);
}

/**
 * Names each reading by what sets it apart: its own heading; where headings are the same, with the one above it. Never
 * text of a passage.
 */
export function labelsOf(clusters: readonly Cluster[]): readonly string[] {
  return clusters.map((cluster, index) => {
    const own = cleanLine(cluster.label);
    const isShared = clusters.some((other, at) => at !== index && cleanLine(other.label) === own);
    const above = aboveOf(cluster);
    const label = isShared && above !== undefined ? `${cleanLine(above)}${SEPARATOR}${own}` : own;
    return shorten(label, MAX_LABEL_CHARACTERS);
  });
}
