import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { ReadOutcome, SourceListing } from "../../../knowledge/document.ts";
import { createDocumentReader } from "../../../knowledge/ingest/index.ts";

const signal = new AbortController().signal;
const containing = (text: string): unknown => expect.stringContaining(text);
const servers: Server[] = [];
const reader = createDocumentReader({ allowPrivate: true, pauseMs: 0 });
afterAll(() => reader.close());
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface TestPage {
  readonly body: string | Buffer;
  readonly etag?: string;
  readonly status?: number;
}
interface Visited {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly at: number;
}

/** Serves these pages by their paths, each as HTML; `{base}` in a page stands for the site's own address. */
async function site(
  pages: Readonly<Record<string, TestPage | string>>,
): Promise<{ readonly base: string; readonly visited: readonly Visited[] }> {
  const visited: Visited[] = [];
  let base = "";
  const server = createServer((request, response) => {
    const url = request.url ?? "";
    visited.push({ url, headers: request.headers, at: performance.now() });
    const found = pages[url];
    const page = typeof found === "string" ? { body: found } : found;
    if (page === undefined) return response.writeHead(404).end();
    if (page.etag !== undefined) response.setHeader("etag", page.etag);
    if (page.etag !== undefined && request.headers["if-none-match"] === page.etag) {
      return response.writeHead(304).end();
    }
    const type = url.endsWith(".xml") || url === "/robots.txt" ? "text/plain" : "text/html";
    response.writeHead(page.status ?? 200, { "content-type": type });
    const { body } = page;
    return response.end(typeof body === "string" ? body.replaceAll("{base}", base) : body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  base = `http://127.0.0.1:${address.port}`;
  return { base, visited };
}

const list = (root: string, depth = 0, maxPages = 100): Promise<SourceListing> =>
  reader.list(root, { signal, scope: { depth, maxPages } });
const pathsOf = ({ documents }: SourceListing, base: string): readonly string[] =>
  documents.map(({ source }) => source.replace(base, ""));

async function readAll(
  listing: SourceListing,
  knownVersion: string | null = null,
): Promise<readonly ReadOutcome[]> {
  const outcomes: ReadOutcome[] = [];
  for (const ref of listing.documents) {
    const knownHash = knownVersion === null ? null : "known";
    outcomes.push(await reader.read(ref, { knownHash, knownVersion, signal }));
  }
  return outcomes;
}

describe("a site", () => {
  const pages = {
    "/docs/": `<h1>Docs</h1><a href="a.html#top">A</a> <a href='/docs/b/'>B</a> <a href="/blog/">Blog</a>
      <a href="logo.png">Logo</a> <a href="mailto:x@example.com">Mail</a> <a href="https://elsewhere.example/">Else</a>`,
    "/docs/a.html": `<p>Page A.</p><a href="deep.html?utm_source=x">Deeper</a>`,
    "/docs/b/": `<meta name="robots" content="noindex"><p>Page B.</p><a href="c">C</a>`,
    "/docs/b/c": "<p>Page C.</p>",
    "/docs/deep.html": `<p>Deep page.</p><a href="deepest.html">Deepest</a>`,
  };

  it("is read along its links, as deep as is wished, within its folder; each page is asked for once", async () => {
    const { base, visited } = await site(pages);

    const listing = await list(`${base}/docs/`, 2);
    const outcomes = await readAll(listing);

    expect(pathsOf(listing, base)).toEqual([
      "/docs/",
      "/docs/a.html",
      "/docs/deep.html",
      "/docs/b/c",
    ]);
    expect(listing.isContainer).toBe(true);
    expect(listing.refused).toEqual([{ source: `${base}/docs/b/`, reason: containing("noindex") }]);
    expect(outcomes.map(({ status }) => status)).toEqual(["read", "read", "read", "read"]);
    const urls = visited.map(({ url }) => url);
    expect(urls).toHaveLength(new Set(urls).size);
    expect(urls).not.toContain("/blog/");
  });

  it("is only its first page when no depth is given, and stops at the number of pages", async () => {
    const { base } = await site(pages);

    expect(pathsOf(await list(`${base}/docs/`), base)).toEqual(["/docs/"]);
    const some = await list(`${base}/docs/`, 1, 2);
    expect(pathsOf(some, base)).toEqual(["/docs/", "/docs/a.html"]);
    expect(some.refused).toEqual([{ source: `${base}/docs/`, reason: containing("1 more pages") }]);
  });

  it("of which a part cannot be seen keeps what is known of it", async () => {
    const { base } = await site({
      "/": `<a href="/bad">Bad</a>`,
      "/bad": { body: "no", status: 500 },
    });

    const listing = await list(`${base}/`, 2);

    expect(listing.isContainer).toBe(false);
    expect(pathsOf(listing, base)).toEqual(["/", "/bad"]);
  });

  it("whose first page cannot be read is no source", async () => {
    const { base } = await site({});

    await expect(list(`${base}/`, 1)).rejects.toMatchObject({ code: "source_not_found" });
  });
});

describe("robots.txt", () => {
  it("keeps what it forbids unread, by name, and says so", async () => {
    const { base, visited } = await site({
      "/robots.txt":
        "User-agent: *\nDisallow: /private\nUser-agent: FrontdeskBot\nDisallow: /secret",
      "/private": "<p>For us it is open.",
      "/secret": "<p>Not for us.",
    });

    const [open] = await readAll(await list(`${base}/private`));
    const [closed] = await readAll(await list(`${base}/secret`));

    expect(open).toMatchObject({ status: "read" });
    expect(closed).toMatchObject({
      status: "failed",
      code: "source_unreadable",
      reason: containing("robots.txt"),
    });
    expect(visited.map(({ url }) => url)).toEqual(["/robots.txt", "/private"]);
  });

  it("that the site cannot give forbids everything for now", async () => {
    const { base } = await site({
      "/robots.txt": { body: "", status: 503 },
      "/page": "<p>Page.",
    });

    expect(await readAll(await list(`${base}/page`))).toMatchObject([
      { status: "failed", code: "source_unreadable", reason: containing("HTTP 503") },
    ]);
  });

  it("is not asked for where the operator says so", async () => {
    const { base, visited } = await site({
      "/robots.txt": "User-agent: *\nDisallow: /",
      "/a": "<p>A",
    });
    const own = createDocumentReader({ allowPrivate: true, heedsRobots: false });

    const { documents } = await own.list(`${base}/a`, { signal });
    const [ref] = documents;
    if (ref === undefined) throw new Error("nothing listed");
    const outcome = await own.read(ref, { knownHash: null, signal });
    await own.close();

    expect(outcome).toMatchObject({ status: "read" });
    expect(visited.map(({ url }) => url)).toEqual(["/a"]);
  });

  it("sets the pace where it asks for more time than we would take", async () => {
    const { base, visited } = await site({
      "/robots.txt": "User-agent: *\nCrawl-delay: 0.04",
      "/a": "<p>A",
      "/b": "<p>B",
    });
    const roots = [`${base}/a`, `${base}/b`];

    await Promise.all(roots.map(async (root) => await readAll(await list(root))));

    const [first, second] = visited.filter(({ url }) => url !== "/robots.txt");
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThan(35);
  });
});

describe("a sitemap", () => {
  const urls = (...addresses: readonly string[]): string =>
    `<?xml version="1.0"?><urlset>${addresses.map((address) => `<url><loc>${address}</loc></url>`).join("")}</urlset>`;

  it("gives the pages that it names on its own site; an index gives those of its sitemaps, packed ones too", async () => {
    const { base } = await site({
      "/sitemap.xml":
        "<sitemapindex><sitemap><loc>{base}/one.xml</loc></sitemap><sitemap><loc>{base}/two.xml.gz</loc></sitemap></sitemapindex>",
      "/one.xml": urls("{base}/a", "{base}/b?x=1&amp;y=2", "https://elsewhere.example/c"),
      "/two.xml.gz": { body: gzipSync(urls("/d")) },
    });

    const listing = await list(`${base}/sitemap.xml`);

    expect(pathsOf(listing, base)).toEqual(["/a", "/b?x=1&y=2", "/d"]);
    expect(listing.refused).toEqual([
      { source: `${base}/sitemap.xml`, reason: containing("names 1 addresses") },
    ]);
  });

  it("with more pages than are allowed gives the first ones, and says how many more there are", async () => {
    const addresses = Array.from({ length: 50 }, (_, index) => `{base}/${index}`);
    const { base } = await site({ "/sitemap.xml": urls(...addresses) });

    const listing = await list(`${base}/sitemap.xml`, 0, 3);

    expect(pathsOf(listing, base)).toEqual(["/0", "/1", "/2"]);
    expect(listing.refused).toMatchObject([{ reason: containing("47 more pages") }]);
  });

  it("that is none is read as the page that it is", async () => {
    const { base } = await site({ "/about-sitemaps": "<p>What sitemaps are." });

    expect(await readAll(await list(`${base}/about-sitemaps`))).toMatchObject([{ status: "read" }]);
  });
});

describe("a page whose server names its versions", () => {
  it("is asked for with the known one, and not read again while that holds", async () => {
    const { base, visited } = await site({ "/a": { body: "<p>Text.", etag: '"v1"' } });
    const listing = await list(`${base}/a`);

    const [first] = await readAll(listing);
    const version = first !== undefined && "version" in first ? (first.version ?? null) : null;
    const [second] = await readAll(listing, version);
    const [changed] = await readAll(listing, 'etag "v0"');

    expect(second).toEqual({ status: "unchanged", contentHash: "known" });
    expect(changed).toMatchObject({ status: "read", version });
    expect(visited.map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      undefined,
      '"v1"',
      '"v0"',
    ]);
  });
});
