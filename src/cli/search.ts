import type { Application, SearchFilters, Speaker } from "../ports/application.ts";
import { type Io, writeLine } from "./io.ts";

export interface SearchOptions {
  readonly query: string;
  readonly speaker: Speaker;
  readonly collection: string | null;
  readonly top: number;
  readonly json: boolean;
  /** Default: none. */
  readonly filters?: SearchFilters;
}

const EXCERPT_CHARACTERS = 240;

/** The line under a table's head, which says nothing. */
const TABLE_RULE = /^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$/u;
const TABLE_ROW = /^\s*\|(?<cells>.*)\|\s*$/u;
const BETWEEN_CELLS = /(?<!\\)\|/u;

/** Rows of Markdown tables as text: their cells, one after the other. */
function withoutPipes(text: string): string {
  const lines = text.split("\n").filter((line) => !TABLE_RULE.test(line));
  return lines
    .map((line) => {
      const cells = TABLE_ROW.exec(line)?.groups?.["cells"];
      if (cells === undefined) return line;
      const filled = cells.split(BETWEEN_CELLS).map((cell) => cell.replaceAll("\\|", "|").trim());
      return `${filled.filter((cell) => cell !== "").join(" · ")};`;
    })
    .join("\n");
}

/** One line of a passage for a list. */
export function excerpt(text: string): string {
  const flat = withoutPipes(text).replaceAll(/\s+/gu, " ").trim().replace(/;$/u, "");
  return flat.length > EXCERPT_CHARACTERS ? `${flat.slice(0, EXCERPT_CHARACTERS)}…` : flat;
}

/** Finds passages, without the dialogue. Exit code 0 also when nothing was found. */
export async function runSearch(
  app: Application,
  options: SearchOptions,
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const { json, ...request } = options;
  const { passages, degraded } = await app.search(request, { signal });
  if (degraded.includes("vectors-unavailable")) {
    writeLine(
      io.stderr,
      "note: vectors are not available, found by words only (frontdesk doctor says why)",
    );
  }
  if (json) {
    const rows = passages.map(({ id, title, section, source, text, score, parts }) => ({
      id,
      title,
      section,
      source,
      text,
      score,
      parts,
    }));
    writeLine(io.stdout, JSON.stringify(rows));
    return 0;
  }
  if (passages.length === 0) {
    writeLine(io.stdout, "Nothing found.");
    return 0;
  }
  for (const [index, passage] of passages.entries()) {
    const section = passage.section === "" ? "" : ` › ${passage.section}`;
    writeLine(io.stdout, `${index + 1}. ${passage.title}${section}  (${passage.score.toFixed(3)})`);
    writeLine(io.stdout, `   ${passage.source}`);
    writeLine(io.stdout, `   ${excerpt(passage.text)}\n`);
  }
  return 0;
}
