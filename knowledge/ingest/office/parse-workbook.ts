import type { CellObject, WorkBook, WorkSheet } from "@e965/xlsx";
import type { Block, DocumentText } from "../blocks.ts";
import { clean } from "../clean.ts";
import { brokenDocument, encrypted } from "../faults.ts";
import { gridBlocks } from "./grid.ts";
import { openOffice } from "./open-office.ts";

/** More rows than anybody reads; what lies beyond is left out. */
const MAX_ROWS = 200_000;
/** A cell merged over more rows than this is a decoration. */
const MAX_MERGED_ROWS = 50;
/** The name that programs give to a sheet by themselves. */
const UNNAMED = /^(?:sheet|工作表|tabelle|feuil|hoja)\s*\d*$/iu;
const ZIP_MARK = 0x50;

/**
 * Reads a workbook (Excel of any age, OpenDocument): each visible sheet is a section with its tables, cells as they are
 * shown. Formulas give their last result; hidden sheets stay out.
 * @throws FrontdeskError `document_broken`, `document_encrypted`, `source_too_large`
 */
export async function parseWorkbook(bytes: Uint8Array): Promise<DocumentText> {
  if (bytes[0] === ZIP_MARK) await openOffice(bytes, "spreadsheet");
  const book = await readBook(bytes);
  const sheets = book.SheetNames.flatMap((name, index) => {
    const sheet = book.Sheets[name];
    const isHidden = (book.Workbook?.Sheets?.[index]?.Hidden ?? 0) !== 0;
    if (sheet === undefined || isHidden) return [];
    const blocks = gridBlocks(rowsOf(sheet));
    return blocks.length === 0 ? [] : [{ name, blocks }];
  });
  const [only] = sheets;
  if (sheets.length === 1 && only !== undefined && UNNAMED.test(only.name)) {
    return { title: null, blocks: only.blocks };
  }
  const blocks = sheets.flatMap(({ name, blocks: found }) => [sheetHeading(name), ...found]);
  return { title: null, blocks };
}

async function readBook(bytes: Uint8Array): Promise<WorkBook> {
  const { read } = await import("@e965/xlsx");
  try {
    return read(bytes, { type: "array", dense: true, cellFormula: false, sheetRows: MAX_ROWS });
  } catch (cause) {
    // The library has no other sign for it.
    if (cause instanceof Error && /password/iu.test(cause.message)) throw encrypted(cause);
    throw brokenDocument("spreadsheet", cause);
  }
}

function sheetHeading(name: string): Block {
  return { kind: "heading", depth: 1, text: clean(name).trim(), page: null };
}

/** Rows as they lie in the sheet; the library's own listing walks through millions of empty cells. */
function rowsOf(sheet: WorkSheet): readonly (readonly string[])[] {
  const rows = Array.from(sheet["!data"] ?? [], (row: readonly CellObject[] | undefined) =>
    Array.from(row ?? [], textOf),
  );
  for (const { s: from, e: to } of sheet["!merges"] ?? []) {
    if (to.r - from.r > MAX_MERGED_ROWS) continue;
    const text = rows[from.r]?.[from.c] ?? "";
    for (let row = from.r + 1; row <= to.r; row += 1) {
      const cells = rows[row];
      if (cells !== undefined && from.c < cells.length) cells[from.c] = text;
    }
  }
  return rows;
}

function textOf(cell: CellObject | undefined): string {
  if (cell === undefined || cell.t === "z") return "";
  return clean(cell.w ?? String(cell.v ?? ""));
}
