import { type Block, prose } from "../blocks.ts";
import { faqBlocks, faqColumns } from "../faq/faq-list.ts";
import { tableOfLines } from "../parse/markdown.ts";

const MAX_COLUMNS = 200;
/** Text over this length in one cell is a text of its own, not a value. */
const MAX_CELL_LENGTH = 5_000;

/**
 * Turns rows of cells into blocks: empty rows part tables, one cell alone is a line of text, and a table with a column of
 * questions and one of answers is a list of both.
 */
export function gridBlocks(rows: Iterable<readonly string[]>): readonly Block[] {
  return parts(rows).flatMap(partBlocks);
}

function parts(rows: Iterable<readonly string[]>): string[][][] {
  const found: string[][][] = [];
  let part: string[][] = [];
  for (const row of rows) {
    const cells = row.slice(0, MAX_COLUMNS).map(tidy);
    if (cells.some((cell) => cell !== "")) {
      part.push(cells);
    } else if (part.length > 0) {
      found.push(part);
      part = [];
    }
  }
  return part.length > 0 ? [...found, part] : found;
}

function tidy(cell: string): string {
  return cell.replaceAll(/\s+/gu, " ").trim().slice(0, MAX_CELL_LENGTH);
}

function partBlocks(rows: readonly (readonly string[])[]): readonly Block[] {
  const used = usedColumns(rows);
  if (used.length < 2) return rows.map((row) => prose(row[used[0] ?? 0] ?? ""));
  const [first = []] = rows;
  const lead = first.filter((cell) => cell !== "");
  // A line over the table is its name.
  if (lead.length === 1 && rows.length > 2) {
    return [prose(lead[0] ?? ""), ...partBlocks(rows.slice(1))];
  }
  const table = rows.map((row) => used.map((column) => row[column] ?? ""));
  const [head = [], ...body] = table;
  const columns = faqColumns(head);
  if (columns !== null) return faqBlocks(body.map(columns));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [tableOfLines([line(head), line(head.map(() => "---")), ...body.map(line)])];
}

function usedColumns(rows: readonly (readonly string[])[]): readonly number[] {
  const used = new Set<number>();
  for (const row of rows)
    for (const [column, cell] of row.entries()) if (cell !== "") used.add(column);
  return [...used].sort((a, b) => a - b);
}
