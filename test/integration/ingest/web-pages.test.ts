import { createServer, type RequestListener, type Server } from "node:http";
import type { LookupFunction } from "node:net";
import { gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import { Agent } from "undici";
import { afterAll, afterEach, describe, expect, it } from "vitest";
import type { DocumentReader, ReadOutcome } from "../../../knowledge/document.ts";
import {
  createDocumentReader,
  createGuardedDispatcher,
  type DocumentReaderOptions,
} from "../../../knowledge/ingest/index.ts";
import { fetchPage, NAMED_PAGE_LIMITS } from "../../../knowledge/ingest/web/fetch-page.ts";

const signal = new AbortController().signal;
const containing = (text: string): unknown => expect.stringContaining(text);
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** Serves on the loopback interface; gives the address without a path. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/robots.txt") response.writeHead(404).end();
    else listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return `http://127.0.0.1:${address.port}`;
}

async function readWith(
  reader: DocumentReader,
  url: string,
  knownHash: string | null,
): Promise<ReadOutcome> {
  const { documents } = await reader.list(url, { signal });
  const [ref] = documents;
  if (ref === undefined) throw new Error("nothing listed");
  return await reader.read(ref, { knownHash, signal });
}

// One reader for all pages of the loopback server, since its parser takes a while to come up.
const local = createDocumentReader({ allowPrivate: true, pauseMs: 0 });
afterAll(() => local.close());

const readLocal = (url: string, knownHash: string | null = null): Promise<ReadOutcome> =>
  readWith(local, url, knownHash);

async function readPage(url: string, options: DocumentReaderOptions): Promise<ReadOutcome> {
  const reader = createDocumentReader(options);
  try {
    return await readWith(reader, url, null);
  } finally {
    await reader.close();
  }
}

const html = (response: Parameters<RequestListener>[1], body: string | Buffer): void => {
  response.setHeader("content-type", "text/html; charset=utf-8");
  response.end(body);
};

describe("a web address", () => {
  it("is read like a file, by what its server says it is", async () => {
    const base = await serve((request, response) => {
      if (request.url?.startsWith("/guide") === true) {
        response.setHeader("content-type", "text/markdown");
        response.end("# Guide\n\nRead [more](https://example.com).");
      } else {
        html(response, "<h1>Returns</h1><p>See <a href='/guide'>the guide</a>.</p>");
      }
    });

    const page = await readLocal(`${base}/help?id=7#part`);
    const guide = await readLocal(`${base}/guide`);

    expect(page).toMatchObject({
      status: "read",
      document: { title: "Returns", chunks: [{ text: `See [the guide](${base}/guide).` }] },
    });
    expect(guide).toMatchObject({ status: "read", document: { title: "Guide" } });
  });

  it("is not read again while its bytes stay the same", async () => {
    const base = await serve((_, response) => html(response, "<p>Same text."));
    const first = await readLocal(base);
    const hash = first.status === "read" ? first.contentHash : "";

    expect(await readLocal(base, hash)).toEqual({
      status: "unchanged",
      contentHash: hash,
    });
  });

  it("follows redirects, and is known by the address that was named", async () => {
    const base = await serve((request, response) => {
      if (request.url === "/old") response.writeHead(302, { location: "/new/page" }).end();
      else html(response, "<p><a href='next'>Next</a> page of the text.</p>");
    });

    expect(await readLocal(`${base}/old`)).toMatchObject({
      status: "read",
      document: { chunks: [{ text: `[Next](${base}/new/next) page of the text.` }] },
    });
  });

  it("is decoded as its server declares, and unpacked", async () => {
    const base = await serve((_, response) => {
      response.setHeader("content-type", "text/html; charset=gbk");
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync(iconv.encode("<p>退货</p>", "gbk")));
    });

    expect(await readLocal(base)).toMatchObject({
      status: "read",
      document: { language: "zh", chunks: [{ text: "退货" }] },
    });
  });

  it.each([
    [404, "source_not_found"],
    [410, "source_not_found"],
    [401, "source_unreadable"],
    [500, "source_unreadable"],
  ])("that answers %i fails as %s", async (status, code) => {
    const base = await serve((_, response) => response.writeHead(status).end("no"));

    expect(await readLocal(base)).toMatchObject({ status: "failed", code });
  });

  it("that redirects for ever fails", async () => {
    const base = await serve((_, response) => response.writeHead(302, { location: "/" }).end());

    expect(await readLocal(base)).toMatchObject({ status: "failed", code: "source_unreadable" });
  });

  it("that leads out of the web fails", async () => {
    const base = await serve((_, response) =>
      response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    );

    expect(await readLocal(base)).toMatchObject({ status: "failed", code: "source_unreadable" });
  });

  it("with nobody there fails and says so", async () => {
    const base = await serve((_, response) => response.end());
    const server = servers.pop();
    await new Promise((resolve) => server?.close(resolve));

    expect(await readLocal(base)).toMatchObject({
      status: "failed",
      code: "source_unreadable",
      reason: containing("ECONNREFUSED"),
    });
  });

  it("is cut off where it is too large, be it announced, endless or packed", async () => {
    const limits = { maxBytes: 100_000 };
    const announced = await serve((_, response) => {
      response.setHeader("content-length", 5_000_000_000);
      response.write("x");
    });
    const endless = await serve((_, response) => {
      const timer = setInterval(() => response.write("x".repeat(50_000)), 1);
      response.on("close", () => clearInterval(timer));
    });
    const packed = await serve((_, response) => {
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync("x".repeat(5_000_000)));
    });

    for (const base of [announced, endless, packed]) {
      expect(await readPage(base, { allowPrivate: true, limits })).toMatchObject({
        status: "failed",
        code: "source_too_large",
      });
    }
  });

  it("that never ends its answer is given up", async () => {
    const base = await serve((_, response) => {
      response.write("<p>beginning");
    });

    expect(
      await readPage(base, { allowPrivate: true, limits: { fetchTimeoutMs: 100 } }),
    ).toMatchObject({ status: "failed", code: "source_unreadable", reason: /within 0\.1 s/u });
  });

  it("stops when the reader is told to", async () => {
    const aborter = new AbortController();
    const base = await serve((_, response) => {
      response.write("<p>beginning");
      aborter.abort(new Error("enough"));
    });
    const reader = createDocumentReader({ allowPrivate: true, pauseMs: 0 });

    const reading = reader.read(
      { source: base, root: base, sizeBytes: null, updatedAt: null },
      { knownHash: null, signal: aborter.signal },
    );

    await expect(reading).rejects.toThrow("enough");
    await reader.close();
  });
});

/** A resolver that gives these addresses for every name. */
function resolver(...addresses: readonly string[]): LookupFunction {
  return (_host, _options, callback) => {
    const found = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
    callback(null, found);
  };
}

/**
 * Asks for a page of public.example, for which the server at `base` stands as long as `isPublic` says so; all other requests, each
 * redirect among them, go to the guard.
 */
async function fetchFromOutside(
  base: string,
  lookup: LookupFunction,
  isPublic: () => boolean = () => true,
): Promise<unknown> {
  const open = new Agent();
  const guard = createGuardedDispatcher({ lookup });
  const dispatcher = guard.compose((dispatch) => (request, handler) => {
    const isOutside = new URL(String(request.origin)).hostname === "public.example" && isPublic();
    return isOutside
      ? open.dispatch({ ...request, origin: base }, handler)
      : dispatch(request, handler);
  });
  try {
    const call = { dispatcher, limits: NAMED_PAGE_LIMITS, knownVersion: null, signal };
    return await fetchPage("http://public.example/start", call).catch((error: unknown) => error);
  } finally {
    await Promise.all([open.destroy(), guard.destroy()]);
  }
}

describe("an address inside the own network", () => {
  it.each([
    "http://127.0.0.1:PORT/secret",
    "http://[::ffff:127.0.0.1]:PORT/secret",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fe80::1]/",
    "http://10.0.0.8/admin",
    "http://intranet.example:PORT/secret",
  ])("to which a public page redirects (%s) is refused, and nothing reaches it", async (target) => {
    const paths: (string | undefined)[] = [];
    const base = await serve((request, response) => {
      paths.push(request.url);
      const location = target.replace("PORT", new URL(base).port);
      response.writeHead(302, { location }).end();
    });

    const fault = await fetchFromOutside(base, resolver("127.0.0.1"));

    expect(fault).toMatchObject({ code: "source_unreadable", message: containing("private") });
    expect(paths).toEqual(["/start"]);
  });

  it("is refused behind a name that was public a moment ago (DNS that changes its mind)", async () => {
    const paths: (string | undefined)[] = [];
    const base = await serve((request, response) => {
      paths.push(request.url);
      response.writeHead(302, { location: `http://public.example:${new URL(base).port}/b` }).end();
    });
    let asked = 0;
    const lookup: LookupFunction = (host, options, callback) => {
      asked += 1;
      resolver("127.0.0.1")(host, options, callback);
    };

    const fault = await fetchFromOutside(base, lookup, () => paths.length === 0);

    expect(fault).toMatchObject({ code: "source_unreadable", message: containing("private") });
    expect(paths).toEqual(["/start"]);
    expect(asked).toBe(1);
  });

  it.each(["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])(
    "written as %s is refused, and nothing reaches it",
    async (host) => {
      let requests = 0;
      const base = await serve((_, response) => {
        requests += 1;
        response.end("secret");
      });

      const outcome = await readPage(base.replace("127.0.0.1", host), {});

      expect(outcome).toMatchObject({ status: "failed", code: "source_unreadable" });
      expect(outcome).toHaveProperty("reason", containing("private address"));
      expect(requests).toBe(0);
    },
  );

  it("behind a public name is refused, be it one address of several", async () => {
    let requests = 0;
    const base = await serve((_, response) => {
      requests += 1;
      response.end("secret");
    });
    const url = base.replace("127.0.0.1", "public.example");

    for (const lookup of [
      resolver("127.0.0.1"),
      resolver("93.184.216.34", "127.0.0.1"),
      resolver(),
    ]) {
      expect(await readPage(url, { lookup })).toMatchObject({
        status: "failed",
        code: "source_unreadable",
      });
    }
    expect(requests).toBe(0);
  });

  it("is read when private addresses are allowed", async () => {
    const base = await serve((_, response) => html(response, "<p>Intranet text."));

    expect(await readLocal(base)).toMatchObject({ status: "read" });
  });
});

describe("listing a web address", () => {
  it("takes http and https only, and valid ones", async () => {
    const reader = createDocumentReader();

    for (const root of ["ftp://example.com/a", "http://", "https://exa mple.com"]) {
      await expect(reader.list(root, { signal })).rejects.toMatchObject({
        code: "source_not_found",
      });
    }
    expect(await reader.list("https://example.com/a#b", { signal })).toEqual({
      isContainer: false,
      documents: [
        {
          source: "https://example.com/a",
          root: "https://example.com/a#b",
          sizeBytes: null,
          updatedAt: null,
        },
      ],
      refused: [],
    });
    await reader.close();
  });
});
