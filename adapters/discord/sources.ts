import type { Citation, Reply } from "../../src/core/index.ts";
import { cleanLine } from "../shared/text.ts";
import { type DiscordLabels, discordLabels } from "./labels.ts";
import { plainLine } from "./safe-text.ts";

const MAX_PLACE = 180;
const MAX_URL = 400;
const MAX_SOURCES = 25;

/** A path as a reader would look for it: where it lies on the server is of no use to him. */
export function shownPath(source: string): string {
  const isAbsolute = /^(?:\/|[A-Za-z]:[\\/])/u.test(source);
  return isAbsolute ? source.split(/[\\/]/u).slice(-2).join("/") : source;
}

/** `<url>`: a link that grows no preview. */
function linkOf(source: string): string | null {
  const isLink = /^https?:\/\/[^\s<>]+$/u.test(source) && source.length <= MAX_URL;
  return isLink && URL.canParse(source) ? `<${source}>` : null;
}

function sourceLine(citation: Citation, labels: DiscordLabels): string {
  const { n, title, section, source, origin } = citation;
  const name = [title, section.startsWith(title) ? section.slice(title.length) : section]
    .map((part) => cleanLine(part).replace(/^› /u, ""))
    .filter((part) => part !== "")
    .join(" › ");
  const where = linkOf(source) ?? plainLine(shownPath(source), MAX_PLACE);
  // A file that came with the question is its own source.
  const parts = new Set([plainLine(name, MAX_PLACE), where].filter((part) => part !== ""));
  const shown = [...parts].join(" — ");
  return `-# [${n}] ${shown === "" ? "—" : shown}${origin === "web" ? ` (${labels.web})` : ""}`;
}

/** The numbered sources of an answer, a line each. */
export function sourceLines({ citations, language }: Reply): readonly string[] {
  const labels = discordLabels(language);
  const lines = citations.slice(0, MAX_SOURCES).map((citation) => sourceLine(citation, labels));
  const left = citations.length - MAX_SOURCES;
  return left > 0 ? [...lines, `-# … +${left}`] : lines;
}

/** What a reader should know about how the answer came about. */
export function markLines({ marks, language }: Reply): readonly string[] {
  const labels = discordLabels(language);
  return marks.length === 0 ? [] : [`-# *${marks.map((mark) => labels.marks[mark]).join(" · ")}*`];
}
