import Papa from "papaparse";
import type { DocumentText } from "../blocks.ts";
import { gridBlocks } from "./grid.ts";

/** Reads comma-, semicolon- or tab-separated values; which of them it is, the text tells. */
export function parseCsv(text: string): DocumentText {
  const { data } = Papa.parse<string[]>(text, { header: false, skipEmptyLines: true });
  return { title: null, blocks: gridBlocks(data) };
}
