import type { getDocumentProxy } from "unpdf";
import type { Bookmark } from "./headings.ts";

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;
type OutlineEntry = Awaited<ReturnType<Pdf["getOutline"]>>[number];

const MAX_BOOKMARKS = 2000;

/** The bookmarks of a PDF in reading order, with the pages they point to; empty when there are none or they are broken. */
export async function readBookmarks(pdf: Pdf): Promise<Bookmark[]> {
  try {
    const bookmarks: Bookmark[] = [];
    const pending = entriesAt((await pdf.getOutline()) ?? [], 1);
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      if (bookmarks.length >= MAX_BOOKMARKS) break;
      const { entry, depth } = next;
      bookmarks.push({ title: entry.title, depth, page: await pageOf(pdf, entry) });
      pending.push(...entriesAt(entry.items, depth + 1));
    }
    return bookmarks;
  } catch {
    return [];
  }
}

/** Entries in reverse, to be taken from the end. */
function entriesAt(
  entries: readonly OutlineEntry[],
  depth: number,
): { readonly entry: OutlineEntry; readonly depth: number }[] {
  return entries.map((entry) => ({ entry, depth })).reverse();
}

async function pageOf(pdf: Pdf, entry: OutlineEntry): Promise<number | null> {
  const target: unknown =
    typeof entry.dest === "string" ? await pdf.getDestination(entry.dest) : entry.dest;
  const page: unknown = Array.isArray(target) ? target[0] : null;
  if (typeof page === "number") return page + 1;
  if (!isReference(page)) return null;
  return (await pdf.getPageIndex(page)) + 1;
}

function isReference(value: unknown): value is { readonly num: number; readonly gen: number } {
  return typeof value === "object" && value !== null && "num" in value && "gen" in value;
}
