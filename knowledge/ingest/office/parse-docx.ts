import mammoth from "mammoth";
import type { DocumentText } from "../blocks.ts";
import { clean } from "../clean.ts";
import { brokenDocument } from "../faults.ts";
import { parseHtmlFragment } from "../parse/html.ts";
import { openOffice, titleOf } from "./open-office.ts";

/** A title stands over all headings, which are therefore one deeper. */
const STYLES = [
  "p[style-name='Title'] => h1:fresh",
  ...[1, 2, 3, 4, 5].map((depth) => `p[style-name='heading ${depth}'] => h${depth + 1}:fresh`),
];

/**
 * Reads a Word file through HTML: headings, lists, tables, foot- and endnotes. Comments, pictures and what was deleted
 * under change tracking stay out.
 * @throws FrontdeskError `document_broken`, `source_too_large`
 */
export async function parseDocx(bytes: Uint8Array): Promise<DocumentText> {
  const archive = await openOffice(bytes, "Word file");
  const blocks = parseHtmlFragment(clean(await toHtml(bytes)));
  return { title: await titleOf(archive, blocks), blocks };
}

async function toHtml(bytes: Uint8Array): Promise<string> {
  try {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const options = {
      styleMap: STYLES,
      externalFileAccess: false,
      convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: "" })),
    };
    return (await mammoth.convertToHtml({ buffer }, options)).value;
  } catch (cause) {
    throw brokenDocument("Word file", cause);
  }
}
