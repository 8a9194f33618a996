import { type InlineContext, inlineSpans } from "./markdown-inline.ts";
import type { Table } from "./markdown-tree.ts";
import { type Line, lineWidth, type Span, span } from "./spans.ts";
import { wrapSpans } from "./wrap.ts";

const SEPARATOR = " │ ";
/** Columns narrower than this are no longer readable; then each row becomes a list. */
const MIN_COLUMN = 6;

type Alignment = "left" | "right" | "center";
type Row = readonly (readonly Span[])[];

function naturalWidths(rows: readonly Row[], columns: number): readonly number[] {
  return Array.from({ length: columns }, (_value, column) =>
    Math.max(1, ...rows.map((row) => lineWidth(row[column] ?? []))),
  );
}

/** Takes from the widest column until all fit; null when they cannot. */
function fitWidths(natural: readonly number[], available: number): readonly number[] | null {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - available;
  while (excess > 0) {
    const widest = Math.max(...widths);
    if (widest <= MIN_COLUMN) return null;
    widths[widths.indexOf(widest)] = widest - 1;
    excess -= 1;
  }
  return widths;
}

function pad(line: Line, width: number, alignment: Alignment): Line {
  const missing = Math.max(0, width - lineWidth(line));
  const left =
    alignment === "right" ? missing : alignment === "center" ? Math.floor(missing / 2) : 0;
  return [span(" ".repeat(left)), ...line, span(" ".repeat(missing - left))];
}

function trimEnd(line: Line): Line {
  const kept = [...line];
  while (kept.length > 0 && kept.at(-1)?.text.trim() === "") kept.pop();
  return kept;
}

function rowLines(
  row: Row,
  widths: readonly number[],
  alignments: readonly Alignment[],
): readonly Line[] {
  const cells = widths.map((width, column) => wrapSpans(row[column] ?? [], width));
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_value, index) =>
    trimEnd(
      cells.flatMap((cell, column) => [
        ...(column === 0 ? [] : [span(SEPARATOR, "dim")]),
        ...pad(cell[index] ?? [], widths[column] ?? 0, alignments[column] ?? "left"),
      ]),
    ),
  );
}

function stackedRows(head: Row, body: readonly Row[], width: number): readonly Line[] {
  return body.flatMap((row, index) => [
    ...(index === 0 ? [] : [[]]),
    ...row.flatMap((cell, column) => {
      const name = head[column] ?? [];
      return wrapSpans(name.length === 0 ? cell : [...name, span(": "), ...cell], width);
    }),
  ]);
}

/** A table with its columns aligned, cells wrapped where it is too wide; as a list where it cannot fit at all. */
export function tableLines(table: Table, width: number, context: InlineContext): readonly Line[] {
  const [head = [], ...body] = table.children.map((row, index) =>
    row.children.map((cell) => inlineSpans(cell.children, context, index === 0 ? ["strong"] : [])),
  );
  const columns = Math.max(1, ...[head, ...body].map((row) => row.length));
  const available = width - SEPARATOR.length * (columns - 1);
  const widths = fitWidths(naturalWidths([head, ...body], columns), available);
  if (widths === null) return stackedRows(head, body, width);
  const alignments = widths.map((_width, column) => table.align?.[column] ?? "left");
  const rule = span(widths.map((own) => "─".repeat(own)).join("─┼─"), "dim");
  return [
    ...rowLines(head, widths, alignments),
    [rule],
    ...body.flatMap((row) => rowLines(row, widths, alignments)),
  ];
}
