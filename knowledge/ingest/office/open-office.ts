import { isFrontdeskError } from "../../../src/core/index.ts";
import type { Block } from "../blocks.ts";
import { brokenDocument, encrypted } from "../faults.ts";
import { authoredTitle } from "../title.ts";
import { type Archive, checkArchive } from "../zip/archive.ts";

/** Where Office and OpenDocument files say what they are called. */
const METADATA = ["docProps/core.xml", "meta.xml"];
const TITLE = /<dc:title[^>]*>([^<]{1,500})<\/dc:title>/u;
const ENTITIES: Readonly<Record<string, string>> = {
  "&lt;": "<",
  "&gt;": ">",
  "&quot;": '"',
  "&apos;": "'",
  "&amp;": "&",
};

/**
 * Checks a zipped Office file before a library gets it.
 * @param what what it is taken for, for messages: "Word file"
 * @throws FrontdeskError `document_broken`, `document_encrypted`, `source_too_large`
 */
export async function openOffice(bytes: Uint8Array, what: string): Promise<Archive> {
  try {
    const archive = await checkArchive(bytes);
    const manifest = await archive.read("META-INF/manifest.xml");
    if (manifest?.includes("manifest:encryption-data") === true) throw encrypted();
    return archive;
  } catch (error) {
    if (isFrontdeskError(error)) throw error;
    throw brokenDocument(what, error);
  }
}

/** The title from the metadata, for a document that does not begin with one of its own. */
export async function titleOf(archive: Archive, blocks: readonly Block[]): Promise<string | null> {
  const [first] = blocks;
  if (first?.kind === "heading" && first.depth === 1) return null;
  for (const name of METADATA) {
    const xml = (await archive.read(name))?.toString("utf8") ?? "";
    const title = TITLE.exec(xml)?.[1]?.replaceAll(/&\w+;/gu, (mark) => ENTITIES[mark] ?? mark);
    if (title !== undefined) return authoredTitle(title);
  }
  return null;
}
