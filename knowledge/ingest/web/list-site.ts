import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { createGunzip } from "node:zlib";
import { isFrontdeskError } from "../../../src/core/index.ts";
import type { SiteScope, SourceListing } from "../../document.ts";
import type { FetchedPage } from "./fetch-page.ts";
import { findLinks, pageAddress } from "./links.ts";
import type { PageShelf } from "./page-shelf.ts";
import { readSitemap, type SitemapContent } from "./sitemap.ts";
import type { WebReader } from "./web-reader.ts";

/** What listing works with. */
export interface SiteTools {
  readonly web: WebReader;
  readonly shelf: PageShelf;
  readonly signal: AbortSignal;
}

/** Sitemaps that the index of a large site may name. */
const MAX_SITEMAPS = 50;
/** Links beyond this part of a page are not looked for. */
const MAX_LINK_BYTES = 2 * 1_048_576;
const SITEMAP_NAME = /sitemap|\.xml(?:\.gz)?$/iu;

/** Whether an address may be that of a sitemap. */
export function looksLikeSitemap(address: string): boolean {
  return SITEMAP_NAME.test(new URL(address).pathname);
}

/**
 * Lists the pages of a site: those of a sitemap, or those that links lead to from a first page, within its folder.
 * @returns null for an address that looks like a sitemap and is none
 * @throws FrontdeskError when the first page or the sitemap cannot be read
 */
export async function listSite(
  root: string,
  scope: SiteScope,
  tools: SiteTools,
): Promise<SourceListing | null> {
  if (looksLikeSitemap(root)) return await listSitemap(root, scope, tools);
  return await followLinks(root, scope, tools);
}

async function listSitemap(
  root: string,
  scope: SiteScope,
  tools: SiteTools,
): Promise<SourceListing | null> {
  const first = await loadSitemap(root, scope.maxPages, tools);
  if (first === null) return null;
  const maps = first.kind === "pages" ? [first] : await loadAll(first, root, scope, tools);
  const addresses = maps.flatMap((map) => map.addresses);
  const host = new URL(root).host;
  const own = addresses.flatMap((address) => {
    const page = pageAddress(address, root);
    return page !== null && new URL(page).host === host ? [page] : [];
  });
  const pages = [...new Set(own)];
  const leftOut = maps.reduce((sum, map) => sum + map.leftOut, 0);
  const kept = pages.slice(0, scope.maxPages);
  const beyond = leftOut + pages.length - kept.length;
  const foreign = addresses.length - own.length;
  return listing(root, kept, {
    isComplete: true,
    refused: [
      ...(beyond > 0 ? [tooMany(root, beyond, scope)] : []),
      ...(foreign > 0
        ? [{ source: root, reason: `names ${foreign} addresses that are no pages of ${host}` }]
        : []),
    ],
  });
}

async function loadAll(
  index: SitemapContent,
  root: string,
  scope: SiteScope,
  tools: SiteTools,
): Promise<readonly SitemapContent[]> {
  const host = new URL(root).host;
  const maps: SitemapContent[] = [];
  let found = 0;
  for (const address of index.addresses.slice(0, MAX_SITEMAPS)) {
    if (!URL.canParse(address, root) || new URL(address, root).host !== host) continue;
    const room = Math.max(0, scope.maxPages - found);
    const map = await loadSitemap(new URL(address, root).href, room, tools);
    // One level of index is what the format knows; deeper ones lead nowhere.
    if (map === null || map.kind !== "pages") continue;
    maps.push(map);
    found += map.addresses.length;
  }
  return maps;
}

async function loadSitemap(
  address: string,
  max: number,
  { web, signal }: SiteTools,
): Promise<SitemapContent | null> {
  const page = await web.fetch(address, { knownVersion: null, signal });
  if (page === null) return null;
  try {
    return await readSitemap(textOf(page), max);
  } catch (error) {
    signal.throwIfAborted();
    if (isFrontdeskError(error)) throw error;
    return null;
  } finally {
    await page.remove();
  }
}

const GZIP_MARK = 0x1f8b;

async function* textOf(page: FetchedPage): AsyncGenerator<string> {
  const isPacked = (await startOf(page.path, 2)).readUInt16BE() === GZIP_MARK;
  const file = createReadStream(page.path);
  const decoder = new TextDecoder();
  for await (const part of isPacked ? file.pipe(createGunzip()) : file) {
    if (part instanceof Uint8Array) yield decoder.decode(part, { stream: true });
  }
}

async function startOf(path: string, length: number): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return length === 2 ? buffer : buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Breadth first, so that a limit on pages keeps what is near the first one. */
async function followLinks(
  root: string,
  scope: SiteScope,
  tools: SiteTools,
): Promise<SourceListing> {
  const start = pageAddress(root, root) ?? root;
  const seen = new Set([start]);
  const pages: string[] = [];
  const refused: { source: string; reason: string }[] = [];
  let level: readonly string[] = [start];
  let isComplete = true;
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: string[] = [];
    for (const address of level) {
      if (depth === scope.depth) {
        pages.push(address);
        continue;
      }
      const found = await visit(address, depth === 0, tools);
      if (found.isIndexable) pages.push(address);
      else refused.push({ source: address, reason: "asks not to be found by searches (noindex)" });
      if (!found.isRead) isComplete = false;
      for (const link of found.links) {
        if (seen.has(link) || !isWithin(link, start)) continue;
        seen.add(link);
        next.push(link);
      }
    }
    level = next.slice(0, Math.max(0, scope.maxPages - pages.length));
    const beyond = next.length - level.length;
    if (beyond > 0) refused.push(tooMany(root, beyond, scope));
  }
  return listing(root, pages, { isComplete, refused });
}

interface Visit {
  readonly links: readonly string[];
  readonly isIndexable: boolean;
  readonly isRead: boolean;
}

/** A page that cannot be read keeps its place: reading it says what is wrong. Without the first one there is no site. */
async function visit(address: string, isFirst: boolean, tools: SiteTools): Promise<Visit> {
  const { web, shelf, signal } = tools;
  try {
    const page = await web.fetch(address, { knownVersion: null, signal });
    if (page === null) return { links: [], isIndexable: true, isRead: true };
    const isHtml = page.mediaType === null || /html/u.test(page.mediaType);
    const html = isHtml ? (await startOf(page.path, MAX_LINK_BYTES)).toString("utf8") : "";
    await shelf.put(address, page);
    return { ...findLinks(html, page.url), isRead: true };
  } catch (error) {
    signal.throwIfAborted();
    if (isFirst) throw error;
    const isGone = isFrontdeskError(error, "source_not_found");
    return { links: [], isIndexable: true, isRead: isGone };
  }
}

/** The same site, and the folder of the first page or below. */
function isWithin(address: string, start: string): boolean {
  const first = new URL(start);
  const folder = first.pathname.slice(0, first.pathname.lastIndexOf("/") + 1);
  const url = new URL(address);
  return url.origin === first.origin && url.pathname.startsWith(folder);
}

function tooMany(
  source: string,
  beyond: number,
  { maxPages }: SiteScope,
): { readonly source: string; readonly reason: string } {
  return {
    source,
    reason: `has ${beyond} more pages than the ${maxPages} that are read; allow more with --max-pages`,
  };
}

function listing(
  root: string,
  pages: readonly string[],
  found: { readonly isComplete: boolean; readonly refused: SourceListing["refused"] },
): SourceListing {
  return {
    // Where part of a site could not be seen, what is missing may still be there.
    isContainer: found.isComplete,
    documents: pages.map((source) => ({ source, root, sizeBytes: null, updatedAt: null })),
    refused: found.refused,
  };
}
