import { Parser } from "htmlparser2";
import { extensionOf, isReadableExtension } from "../formats.ts";

/** What a page says about where to go from it. */
export interface PageLinks {
  /** Web addresses without their fragments, each once, in the order of the page. */
  readonly links: readonly string[];
  /** False when the page asks not to be found by searches (`<meta name="robots" content="noindex">`). */
  readonly isIndexable: boolean;
}

const MAX_LINKS = 5_000;
const MAX_ADDRESS_LENGTH = 2_000;
/** Programs that give pages. */
const PAGE_PROGRAMS: ReadonlySet<string> = new Set([
  "php",
  "asp",
  "aspx",
  "jsp",
  "do",
  "cgi",
  "shtml",
]);

/**
 * Takes the links out of a page without building a tree of it: safe and quick whatever the page is like.
 * @param base where the page was found
 */
export function findLinks(html: string, base: string): PageLinks {
  const links = new Set<string>();
  let from = base;
  let isIndexable = true;
  let mayFollow = true;
  const parser = new Parser({
    onopentag(name, { href, rel, content, name: meta }) {
      if (name === "base" && href !== undefined && URL.canParse(href, base)) {
        from = new URL(href, base).href;
      }
      if (name === "meta" && meta?.toLowerCase() === "robots") {
        if (/noindex|none/iu.test(content ?? "")) isIndexable = false;
        if (/nofollow|none/iu.test(content ?? "")) mayFollow = false;
      }
      if ((name !== "a" && name !== "area") || href === undefined) return;
      if (links.size >= MAX_LINKS || /\bnofollow\b/iu.test(rel ?? "")) return;
      const address = pageAddress(href, from);
      if (address !== null) links.add(address);
    },
  });
  parser.end(html);
  return { links: mayFollow ? [...links] : [], isIndexable };
}

/** The address of what may be a page or a document; null for pictures, mail addresses and the like. */
export function pageAddress(href: string, base: string): string | null {
  if (href.length > MAX_ADDRESS_LENGTH || !URL.canParse(href.trim(), base)) return null;
  const url = new URL(href.trim(), base);
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  if (url.username !== "" || url.password !== "") return null;
  url.hash = "";
  for (const name of [...url.searchParams.keys()]) {
    if (/^utm_|^(?:fbclid|gclid)$/u.test(name)) url.searchParams.delete(name);
  }
  const extension = extensionOf(url.href);
  return isReadableExtension(extension) || PAGE_PROGRAMS.has(extension) ? url.href : null;
}
