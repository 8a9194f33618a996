import type { HtmlElement } from "linkedom";

/** Stands in the page where a table was. */
const TABLE_TAG = "X-TABLE";

/** A cell with more text than this is part of a page's layout, not of a table. */
const MAX_CELL_LENGTH = 1000;
const MAX_SPAN = 50;
const MAX_COLUMNS = 200;

/**
 * Takes the tables out of a page, in place, and returns them as lines of Markdown under the mark that now stands for
 * each (the first row is the heading row; a cell that spans rows is repeated in each of them). Tables that only lay the
 * page out dissolve into their cells.
 * @param toMarkdown turns the content of a cell into Markdown
 */
export function takeTables(
  page: HtmlElement,
  toMarkdown: (cell: HtmlElement) => string,
): Map<string, readonly string[]> {
  const taken = new Map<string, readonly string[]>();
  // Inner tables come after outer ones in the document: from the end, each is settled before what holds it.
  for (const table of [...page.querySelectorAll("table")].reverse()) {
    const rows = [...table.querySelectorAll("tr")].map(cellsOf);
    if (isLayout(table, rows)) {
      table.replaceWith(...rows.flat().map(unwrapCell));
      continue;
    }
    const mark = `XTABLE${taken.size}X`;
    taken.set(mark, tableLines(rows, toMarkdown));
    const place = table.ownerDocument.createElement("p");
    place.append(table.ownerDocument.createElement(TABLE_TAG));
    place.append(mark);
    const caption = table.querySelector("caption");
    table.replaceWith(...(caption === null ? [place] : [unwrapCell(caption), place]));
  }
  return taken;
}

function cellsOf(row: HtmlElement): HtmlElement[] {
  return [...row.children].filter((cell) => cell.tagName === "TD" || cell.tagName === "TH");
}

function isLayout(table: HtmlElement, rows: readonly (readonly HtmlElement[])[]): boolean {
  if (table.getAttribute("role") === "presentation") return true;
  if (Math.max(0, ...rows.map((cells) => cells.length)) < 2) return true;
  if (table.querySelector(`${TABLE_TAG},h1,h2,h3,h4,pre`) !== null) return true;
  return rows.flat().some((cell) => cell.textContent.length > MAX_CELL_LENGTH);
}

function unwrapCell(cell: HtmlElement): HtmlElement {
  const block = cell.ownerDocument.createElement("div");
  block.append(...cell.childNodes);
  return block;
}

function tableLines(
  rows: readonly (readonly HtmlElement[])[],
  toMarkdown: (cell: HtmlElement) => string,
): string[] {
  const grid = toGrid(rows, toMarkdown).filter((row) => row.some((cell) => cell !== ""));
  const width = Math.max(0, ...grid.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, column) => column);
  const lines = grid.map((row) => toLine(columns.map((column) => row[column] ?? "")));
  return [lines[0] ?? "", toLine(columns.map(() => "---")), ...lines.slice(1)];
}

function toLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

function toGrid(
  rows: readonly (readonly HtmlElement[])[],
  toMarkdown: (cell: HtmlElement) => string,
): string[][] {
  const grid: string[][] = rows.map(() => []);
  for (const [y, cells] of rows.entries()) {
    const line = grid[y] ?? [];
    let x = 0;
    for (const cell of cells) {
      while (line[x] !== undefined) x += 1;
      if (x >= MAX_COLUMNS) break;
      // Most cells of big tables hold bare text: no need for a whole conversion each.
      const isBare = cell.firstElementChild === null;
      const text = (isBare ? cell.textContent : toMarkdown(cell))
        .replaceAll(/\s+/gu, " ")
        .replaceAll("|", "\\|")
        .trim();
      const height = Math.min(spanOf(cell, "rowspan"), rows.length - y);
      const width = spanOf(cell, "colspan");
      for (let down = 0; down < height; down += 1) {
        const target = grid[y + down] ?? [];
        for (let right = 0; right < width; right += 1) target[x + right] = right === 0 ? text : "";
      }
      x += width;
    }
  }
  return grid.map((row) => Array.from(row, (cell) => cell ?? ""));
}

function spanOf(cell: HtmlElement, name: "rowspan" | "colspan"): number {
  const span = Number.parseInt(cell.getAttribute(name) ?? "1", 10);
  return Number.isNaN(span) ? 1 : Math.min(Math.max(span, 1), MAX_SPAN);
}
