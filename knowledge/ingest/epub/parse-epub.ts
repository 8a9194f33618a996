import { posix } from "node:path";
import { DOMParser, type XmlDocument } from "linkedom";
import type { Block, DocumentText } from "../blocks.ts";
import { decodeText } from "../charset.ts";
import { clean } from "../clean.ts";
import { brokenDocument, encrypted } from "../faults.ts";
import { openOffice } from "../office/open-office.ts";
import { parseHtmlFragment } from "../parse/html.ts";
import type { Archive } from "../zip/archive.ts";

const CONTAINER = "META-INF/container.xml";
const WEB_PAGE = "application/xhtml+xml";

/**
 * Reads a book chapter by chapter, in the order of its spine; the table of contents stays out.
 * @throws FrontdeskError `document_broken`, `document_encrypted` (copy protection), `source_too_large`
 */
export async function parseEpub(bytes: Uint8Array): Promise<DocumentText> {
  const archive = await openOffice(bytes, "EPUB book");
  const place = (await readXml(archive, CONTAINER))
    ?.querySelector("rootfile")
    ?.getAttribute("full-path");
  const book = await readXml(archive, place ?? "");
  if (place === undefined || place === null || book === null) {
    throw brokenDocument("EPUB book", new Error("it has no list of its chapters"));
  }
  const chapters = chapterNames(book, posix.dirname(place));
  await refuseProtected(archive, chapters);
  const blocks: Block[] = [];
  for (const name of chapters) {
    const bytesOf = await archive.read(name);
    if (bytesOf !== null) blocks.push(...parseHtmlFragment(chapterHtml(bytesOf)));
  }
  return { title: titleOf(book), blocks };
}

/** The library does not look for names with a prefix. */
function titleOf(book: XmlDocument): string | null {
  const named = [...book.querySelectorAll("metadata > *")].find((element) =>
    /^(?:\w+:)?title$/iu.test(element.tagName),
  );
  return named?.textContent.trim() || null;
}

function chapterHtml(bytes: Uint8Array): string {
  return clean(decodeText(bytes).text).replace(/<head\b[\s\S]*?<\/head>/iu, "");
}

/** XML is read without its document type: nothing in it names a file or an entity that we would follow. */
async function readXml(archive: Archive, name: string): Promise<XmlDocument | null> {
  const bytes = await archive.read(name);
  if (bytes === null) return null;
  const xml = decodeText(bytes).text.replace(/<!DOCTYPE[^>[]*(?:\[[\s\S]*?\])?[^>]*>/iu, "");
  return new DOMParser().parseFromString(xml, "text/xml");
}

function chapterNames(book: XmlDocument, folder: string): readonly string[] {
  const places = new Map<string, string>();
  for (const item of book.querySelectorAll("manifest > item")) {
    const isContents = (item.getAttribute("properties") ?? "").split(" ").includes("nav");
    if (isContents || item.getAttribute("media-type") !== WEB_PAGE) continue;
    const place = posix.normalize(posix.join(folder, decode(item.getAttribute("href") ?? "")));
    places.set(item.getAttribute("id") ?? "", place);
  }
  const order = [...book.querySelectorAll("spine > itemref")].map((item) =>
    item.getAttribute("idref"),
  );
  const chapters = order.flatMap((id) => places.get(id ?? "") ?? []);
  return chapters.length > 0 ? chapters : [...places.values()];
}

function decode(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}

/** Fonts may be scrambled in a book that everybody can read; chapters are so only in one that is protected. */
async function refuseProtected(archive: Archive, chapters: readonly string[]): Promise<void> {
  const list = await readXml(archive, "META-INF/encryption.xml");
  if (list === null) return;
  const locked = [...list.querySelectorAll("*")].map(
    (element) => element.getAttribute("URI") ?? "",
  );
  if (chapters.some((name) => locked.includes(name))) {
    throw encrypted();
  }
}
