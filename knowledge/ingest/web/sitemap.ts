import { Parser } from "htmlparser2";

/** What a sitemap lists. */
export interface SitemapContent {
  readonly kind: "pages" | "sitemaps";
  readonly addresses: readonly string[];
  /** Entries beyond the limit. */
  readonly leftOut: number;
}

/** Further text than the 50 MB that a sitemap may have is not read. */
const MAX_LENGTH = 60 * 1_048_576;

/**
 * Reads a sitemap (sitemaps.org) in one pass, piece by piece; document types of XML are not looked at.
 * @param max entries that are kept; the others are counted
 * @returns null when the text is no sitemap
 */
export async function readSitemap(
  pieces: AsyncIterable<string> | Iterable<string>,
  max: number,
): Promise<SitemapContent | null> {
  let kind: SitemapContent["kind"] | null = null;
  const addresses: string[] = [];
  let leftOut = 0;
  let loc: string | null = null;
  const parser = new Parser(
    {
      onopentag(name) {
        const local = name.slice(name.indexOf(":") + 1);
        if (kind === null && local === "urlset") kind = "pages";
        if (kind === null && local === "sitemapindex") kind = "sitemaps";
        if (name === "loc") loc = "";
      },
      ontext(part) {
        if (loc !== null && loc.length < 2_100) loc += part;
      },
      onclosetag(name) {
        if (name !== "loc" || loc === null) return;
        if (addresses.length < max) addresses.push(loc.trim());
        else leftOut += 1;
        loc = null;
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  let length = 0;
  for await (const piece of pieces) {
    parser.write(piece);
    length += piece.length;
    // A page that is no sitemap says so at its start.
    if (length > MAX_LENGTH || (kind === null && length > 100_000)) break;
  }
  parser.end();
  return kind === null ? null : { kind, addresses, leftOut };
}
