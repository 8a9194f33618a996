import { getDocumentProxy } from "unpdf";
import { errorMessage, FrontdeskError } from "../../../src/core/index.ts";
import type { Block, DocumentText } from "../blocks.ts";
import { clean } from "../clean.ts";
import { encrypted } from "../faults.ts";
import { authoredTitle } from "../title.ts";
import { readBookmarks } from "./bookmarks.ts";
import { cmapFolder } from "./cmap-folder.ts";
import { headingRule, isContentsHeading } from "./headings.ts";
import { type Line, type TextRun, toLines } from "./lines.ts";
import { dropMargins } from "./margins.ts";
import { toBlocks } from "./paragraphs.ts";

/** At a line end it is a hyphen; anywhere else it is not to be seen. */
const SOFT_HYPHEN = /\u00ad$/u;

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

/**
 * Reads the text layer of a PDF, page by page, into headings and paragraphs that know their page.
 * @throws FrontdeskError `document_encrypted`, `document_broken`, `source_too_large` (pages), `source_empty` (no text)
 */
export async function parsePdf(bytes: Uint8Array, maxPages: number): Promise<DocumentText> {
  const pdf = await openPdf(bytes);
  try {
    if (pdf.numPages > maxPages) {
      throw new FrontdeskError(
        "source_too_large",
        `has ${pdf.numPages} pages, more than ${maxPages}; split it`,
      );
    }
    const pages = await readPages(pdf);
    const lines = dropMargins(pages)
      .flat()
      .filter((line) => !isContentsHeading(line));
    const blocks = toBlocks(lines, headingRule(lines, await readBookmarks(pdf)));
    if (blocks.length === 0) {
      throw new FrontdeskError(
        "source_empty",
        "has no text layer (scanned or empty pages); run text recognition (OCR) over it and ingest the result",
      );
    }
    return { title: startsWithTitle(blocks) ? null : await metadataTitle(pdf), blocks };
  } finally {
    await pdf.destroy();
  }
}

async function openPdf(bytes: Uint8Array): Promise<Pdf> {
  try {
    return await getDocumentProxy(new Uint8Array(bytes), {
      isEvalSupported: false,
      useWorkerFetch: false,
      cMapUrl: cmapFolder(),
      verbosity: 0,
    });
  } catch (cause) {
    if (cause instanceof Error && cause.name === "PasswordException") {
      throw encrypted(cause);
    }
    throw broken(cause);
  }
}

function broken(cause: unknown): FrontdeskError {
  return new FrontdeskError(
    "document_broken",
    `is a broken PDF (${errorMessage(cause)}); open it in a PDF program and save it again`,
    { cause },
  );
}

/** A page that cannot be read costs that page; when none can be read the document is broken. */
async function readPages(pdf: Pdf): Promise<Line[][]> {
  const pages: Line[][] = [];
  let fault: unknown = null;
  for (let number = 1; number <= pdf.numPages; number += 1) {
    try {
      pages.push(toLines(await readRuns(pdf, number), number));
    } catch (error) {
      fault = error;
      pages.push([]);
    }
  }
  if (fault !== null && pages.every((lines) => lines.length === 0)) throw broken(fault);
  return pages;
}

async function readRuns(pdf: Pdf, number: number): Promise<TextRun[]> {
  const page = await pdf.getPage(number);
  const content = await page.getTextContent();
  page.cleanup();
  return content.items.flatMap((item): TextRun[] =>
    "str" in item
      ? [
          {
            text: clean(item.str.replace(SOFT_HYPHEN, "-")),
            transform: item.transform.map(Number),
            width: item.width,
            font: item.fontName,
            isRightToLeft: item.dir === "rtl",
          },
        ]
      : [],
  );
}

function startsWithTitle(blocks: readonly Block[]): boolean {
  return blocks.some((block) => block.kind === "heading" && block.depth === 1 && block.page === 1);
}

/** What the author's program wrote as title, unless it is the name of a file or of a template. */
async function metadataTitle(pdf: Pdf): Promise<string | null> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  if (!("Title" in info) || typeof info.Title !== "string") return null;
  return authoredTitle(clean(info.Title));
}
