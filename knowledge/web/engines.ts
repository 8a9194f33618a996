import type { Dispatcher } from "undici";
import { z } from "zod";
import { askJson } from "./ask-json.ts";
import type { SearchProvider, WebHit } from "./provider.ts";

// Answers of https://docs.searxng.org/dev/search_api.html, https://api-dashboard.search.brave.com and
// https://docs.tavily.com; what else they hold is not looked at.
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? "");
const searxngAnswer = z.object({
  results: z.array(z.object({ url: z.string(), title: text, content: text })).catch([]),
});
const braveAnswer = z.object({
  web: z
    .object({
      results: z.array(
        z.object({
          url: z.string(),
          title: text,
          description: text,
          extra_snippets: z.array(z.string()).nullish(),
        }),
      ),
    })
    .nullish(),
});
const tavilyAnswer = z.object({
  results: z.array(z.object({ url: z.string(), title: text, content: text })),
});

const LANGUAGES = {
  searxng: { en: "en", zh: "zh-CN" },
  brave: { en: "en", zh: "zh-hans" },
} as const;

/** A SearXNG of one's own; `url` is its first page. */
export function searxngProvider(url: string, dispatcher: Dispatcher): SearchProvider {
  return {
    name: "searxng",
    async search({ text: query, language, count }, { signal }) {
      const place = new URL("search", url.endsWith("/") ? url : `${url}/`);
      place.search = new URLSearchParams({
        q: query,
        format: "json",
        language: LANGUAGES.searxng[language],
      }).toString();
      const ask = { name: "searxng", method: "GET", url: place.href } as const;
      const { results } = await askJson(ask, searxngAnswer, { dispatcher, signal });
      return results.slice(0, count).map(({ url: at, title, content }) => hit(at, title, content));
    },
  };
}

/** Brave Search; `url` is its API for tests. */
export function braveProvider(
  apiKey: string,
  dispatcher: Dispatcher,
  url = "https://api.search.brave.com/res/v1/web/search",
): SearchProvider {
  return {
    name: "brave",
    async search({ text: query, language, count }, { signal }) {
      const place = new URL(url);
      place.search = new URLSearchParams({
        q: query,
        count: String(Math.min(count, 20)),
        search_lang: LANGUAGES.brave[language],
      }).toString();
      const headers = { "x-subscription-token": apiKey };
      const ask = { name: "brave", method: "GET", url: place.href, headers } as const;
      const { web } = await askJson(ask, braveAnswer, { dispatcher, signal });
      return (web?.results ?? []).map((result) =>
        hit(
          result.url,
          result.title,
          [result.description, ...(result.extra_snippets ?? [])].join("\n"),
        ),
      );
    },
  };
}

/** Tavily; `url` is its API for tests. */
export function tavilyProvider(
  apiKey: string,
  dispatcher: Dispatcher,
  url = "https://api.tavily.com/search",
): SearchProvider {
  return {
    name: "tavily",
    async search({ text: query, count }, { signal }) {
      const headers = { authorization: `Bearer ${apiKey}` };
      const body = { query, search_depth: "basic", max_results: Math.min(count, 20) };
      const ask = { name: "tavily", method: "POST", url, headers, body } as const;
      const { results } = await askJson(ask, tavilyAnswer, { dispatcher, signal });
      return results.map(({ url: at, title, content }) => hit(at, title, content));
    },
  };
}

/** Engines mark the words that were asked for. */
function hit(url: string, title: string, content: string): WebHit {
  const plain = (marked: string): string =>
    marked.replaceAll(/<\/?[a-z][^>]{0,100}>/giu, "").trim();
  return { url, title: plain(title), text: plain(content) };
}
