import { createServer, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, expect, it } from "vitest";
import {
  createDocumentReader,
  createGuardedDispatcher,
  type OutgoingRequest,
} from "../../knowledge/ingest/index.ts";
import {
  braveProvider,
  createWebSearch,
  jsonApiProvider,
  searxngProvider,
  tavilyProvider,
} from "../../knowledge/web/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createFakeClock, type FakeClock } from "../support/fake-clock.ts";

const containing = (part: string): unknown => expect.stringContaining(part);
const call = { signal: new AbortController().signal };
const servers: Server[] = [];
const outgoing: OutgoingRequest[] = [];
const dispatcher = createGuardedDispatcher({
  allowPrivate: true,
  onRequest: (request) => outgoing.push(request),
});
const reader = createDocumentReader({ allowPrivate: true, pauseMs: 0 });
afterAll(async () => {
  await Promise.all([reader.close(), dispatcher.destroy()]);
});
afterEach(async () => {
  outgoing.length = 0;
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

interface Heard {
  readonly url: URL;
  readonly request: IncomingMessage;
  readonly body: string;
}
type Answer = (heard: Heard, base: string) => unknown;

/** Answers in JSON; pages (strings) in HTML, a number as a status, undefined never. */
async function serve(
  answer: Answer,
): Promise<{ readonly base: string; readonly heard: readonly Heard[] }> {
  const heard: Heard[] = [];
  let base = "";
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const one = { url: new URL(request.url ?? "", base), request, body };
      heard.push(one);
      const given = request.url === "/robots.txt" ? 404 : answer(one, base);
      if (given === undefined) return;
      if (typeof given === "number") response.writeHead(given).end();
      else if (typeof given === "string") {
        response.setHeader("content-type", "text/html").end(given);
      } else response.setHeader("content-type", "application/json").end(JSON.stringify(given));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  base = `http://127.0.0.1:${address.port}`;
  return { base, heard };
}

const query = { text: "parental leave 天", language: "zh", count: 5 } as const;
const HIT = { url: "https://a.example/x", title: "A", text: "Text of A." };

it("asks SearXNG for JSON in the language of the question", async () => {
  const { base, heard } = await serve(() => ({
    results: [{ url: HIT.url, title: "<b>A</b>", content: "Text of A.", engine: "x" }],
  }));

  expect(await searxngProvider(`${base}/search-here`, dispatcher).search(query, call)).toEqual([
    HIT,
  ]);

  const [{ url } = { url: null }] = heard;
  expect(url?.pathname).toBe("/search-here/search");
  expect(Object.fromEntries(url?.searchParams ?? [])).toEqual({
    q: query.text,
    format: "json",
    language: "zh-CN",
  });
});

it("asks Brave and Tavily with their keys", async () => {
  const { base, heard } = await serve(({ url }) =>
    url.pathname === "/brave"
      ? { web: { results: [{ ...HIT, description: "Text", extra_snippets: ["of A."] }] } }
      : { results: [{ ...HIT, content: "Text of A.", score: 1 }] },
  );

  const brave = await braveProvider("key-b", dispatcher, `${base}/brave`).search(query, call);
  const tavily = await tavilyProvider("key-t", dispatcher, `${base}/tavily`).search(query, call);

  expect(brave).toEqual([{ ...HIT, text: "Text\nof A." }]);
  expect(tavily).toEqual([HIT]);
  expect(heard[0]?.request.headers["x-subscription-token"]).toBe("key-b");
  expect(heard[0]?.url.searchParams.get("search_lang")).toBe("zh-hans");
  expect(heard[1]?.request.headers.authorization).toBe("Bearer key-t");
  expect(JSON.parse(heard[1]?.body ?? "")).toMatchObject({ query: query.text, max_results: 5 });
});

it("asks a system of one's own as it is described, by GET and by POST", async () => {
  const { base, heard } = await serve(() => ({
    data: { items: [{ link: HIT.url, name: "A", about: { text: "Text of A." } }, { link: "no" }] },
  }));
  const api = {
    name: "wiki",
    url: `${base}/find?q={query}&lang={language}`,
    headers: { authorization: "Token t" },
    body: null,
    results: "data.items",
    fields: { url: "link", title: "name", text: "about.text" },
  };

  const got = await jsonApiProvider(api, dispatcher).search(query, call);
  const body = { ask: { words: "{query}", max: "{count}" }, deep: true };
  const posted = await jsonApiProvider({ ...api, body }, dispatcher).search(query, call);

  expect([got, posted]).toEqual([[HIT], [HIT]]);
  expect(heard[0]?.url.searchParams.get("q")).toBe(query.text);
  expect(heard[0]?.request.headers.authorization).toBe("Token t");
  expect(JSON.parse(heard[1]?.body ?? "")).toEqual({
    ask: { words: query.text, max: "5" },
    deep: true,
  });
});

it.each([
  [401, "check it"],
  [403, "add json to search.formats"],
  [429, "too often"],
  [500, "HTTP 500"],
  [302, "HTTP 302"],
])("says what to do when an engine answers %i", async (status, advice) => {
  const { base } = await serve(() => status);

  await expect(searxngProvider(base, dispatcher).search(query, call)).rejects.toMatchObject({
    code: "knowledge_unavailable",
    retryable: true,
    message: containing(advice),
  });
});

/** A search over one engine of this server; results are pages of the same server. */
async function searching(
  pages: Readonly<Record<string, string>>,
  more: {
    readonly engines?: number;
    readonly clock?: FakeClock;
    readonly searchMs?: number;
    readonly answer?: Answer;
  } = {},
) {
  const site = await serve((heard, base) => {
    const special = more.answer?.(heard, base);
    if (heard.url.pathname === "/search") {
      if (more.answer !== undefined && special !== null) return special;
      const paths = Object.keys(pages);
      return {
        results: paths.map((path) => ({
          url: base + path,
          title: `Page ${path}`,
          content: `Words of the engine on ${path}.`,
        })),
      };
    }
    return pages[heard.url.pathname] ?? 404;
  });
  const providers = Array.from({ length: more.engines ?? 1 }, () =>
    searxngProvider(site.base, dispatcher),
  );
  const search = createWebSearch({
    providers,
    reader,
    clock: more.clock ?? createFakeClock(),
    logger: silentLogger,
    ...(more.searchMs === undefined ? {} : { limits: { searchMs: more.searchMs } }),
  });
  const ask = (question: string) =>
    search.search({ query: question, language: "en", top: 6 }, call);
  return { ...site, ask };
}

it("reads the pages that were found and gives the pieces that answer, marked as from the web", async () => {
  const { base, ask } = await searching({
    "/leave": `<h1>Rules</h1><p>${"These are the rules of the house. ".repeat(9)}</p><h2>Parental leave</h2><p>Parental leave lasts fourteen months for both parents together, however they share it.</p>`,
    "/gone": "",
  });

  const passages = await ask("How long is parental leave?");

  expect(passages[0]).toMatchObject({
    source: `${base}/leave`,
    title: "Page /leave",
    section: "Parental leave",
    text: "Parental leave lasts fourteen months for both parents together, however they share it.",
    origin: "web",
    visibility: "public",
    collection: "web",
  });
  expect(passages.at(-1)).toMatchObject({
    source: `${base}/gone`,
    text: "Words of the engine on /gone.",
  });
});

it("remembers what it found for ten minutes", async () => {
  const clock = createFakeClock();
  const { heard, ask } = await searching({ "/a": "<p>Text on trains." }, { clock });
  const searches = (): number => heard.filter(({ url }) => url.pathname === "/search").length;

  const first = await ask("trains");
  const second = await ask("Trains");
  expect(second).toEqual(first);
  expect(searches()).toBe(1);

  clock.advance(600_000);
  await ask("trains");
  expect(searches()).toBe(2);
});

it("asks engines side by side, goes without one that is slow or down, and fails when all are", async () => {
  let asked = 0;
  const { ask } = await searching(
    { "/a": "<p>Text on trains." },
    {
      engines: 3,
      searchMs: 1_000,
      answer: ({ url }) => {
        if (url.pathname !== "/search") return null;
        asked += 1;
        if (asked === 1) return null;
        return asked === 2 ? undefined : 500;
      },
    },
  );

  expect(await ask("trains")).toMatchObject([{ text: "Text on trains." }]);
  await expect(ask("buses")).rejects.toMatchObject({ code: "knowledge_unavailable" });
});

it("lets no address, number or key of a question out, and tells of each request but not of its words", async () => {
  const { base, heard, ask } = await searching({});

  await ask("Is ana@example.com at +49 170 1234567 with sk_live_0123456789abcdefghij on leave?");

  expect(heard[0]?.url.searchParams.get("q")).toBe("Is at with on leave?");
  expect(outgoing).toEqual([{ method: "GET", origin: base, path: "/search" }]);
});
