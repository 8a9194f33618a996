import type { DocumentText } from "./blocks.ts";
import { isWebAddress } from "./web/web-address.ts";

const MAX_TITLE = 200;
/** "1 Introduction" is the name of a part. */
const FIRST_SECTION = /^1(?:\.|\s|、)\s*\p{L}/u;

/**
 * What a document is called: its own title, its first heading of the first level, a heading that stands alone above all
 * others, or its file name (a first heading among equals names a part, not the whole).
 */
export function documentTitle(document: DocumentText, source: string): string {
  const own = tidy(document.title ?? "");
  if (own !== "") return own;
  const headings = document.blocks.filter((block) => block.kind === "heading");
  const outer = Math.min(...headings.map((block) => block.depth));
  const outermost = headings.filter((block) => block.depth === outer);
  if (FIRST_SECTION.test(outermost[0]?.text ?? "")) return titleFromSource(source);
  const isNamed = outer === 1 || (outermost.length === 1 && outermost[0] === headings[0]);
  const heading = isNamed ? tidy(outermost[0]?.text ?? "") : "";
  return heading === "" ? titleFromSource(source) : heading;
}

const NO_TITLE =
  /\.(?:docx?|pdf|xlsx?|pptx?|indd|tex|dvi|odt|rtf)$|^(?:microsoft|untitled|powerpoint|无标题)/iu;

/** A title from a document's metadata, unless a program put the name of a file or of a template there. */
export function authoredTitle(metadata: string): string | null {
  const title = metadata.trim();
  return NO_TITLE.test(title) || !/\s|\p{Script=Han}/u.test(title) ? null : title;
}

/** A file name or the end of an address made readable: `vpn-setup_guide.md` is "Vpn setup guide". */
export function titleFromSource(source: string): string {
  const isUrl = isWebAddress(source);
  const path = isUrl ? new URL(source).pathname : source;
  const parts = path.split(/[/\\]/u).filter((part) => part !== "");
  const name = decode(parts.at(-1) ?? "").replace(/\.[a-z0-9]{1,8}$/iu, "");
  const isGeneric = /^(?:index|readme|default|home)$/iu.test(name);
  const better = isGeneric && parts.length > 1 ? decode(parts.at(-2) ?? name) : name;
  const words = tidy(better.replaceAll(/[_\-+]+/gu, " "));
  if (words === "") return isUrl ? new URL(source).hostname : "Untitled";
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function tidy(title: string): string {
  return Array.from(title.replaceAll(/\s+/gu, " ").trim()).slice(0, MAX_TITLE).join("");
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
