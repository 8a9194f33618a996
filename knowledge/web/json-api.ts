import type { Dispatcher } from "undici";
import { z } from "zod";
import { askJson } from "./ask-json.ts";
import type { SearchProvider, WebHit } from "./provider.ts";

/** An in-house system that is searched through its own JSON API. */
export interface JsonApi {
  readonly name: string;
  /** Address; `{query}`, `{language}` and `{count}` in it are filled in. */
  readonly url: string;
  /** Sent with each request; where the key goes. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sent as JSON by POST, its texts filled in like the address; null asks by GET. */
  readonly body: Readonly<Record<string, unknown>> | null;
  /** Where the list of results stands in the answer: names joined by dots; empty when it is the answer. */
  readonly results: string;
  /** Names of the fields of a result, joined by dots where they lie deeper. */
  readonly fields: { readonly url: string; readonly title: string; readonly text: string };
}

const record = z.record(z.string(), z.unknown());

/** Makes a provider of an API. */
export function jsonApiProvider(api: JsonApi, dispatcher: Dispatcher): SearchProvider {
  const { name, headers } = api;
  return {
    name,
    async search({ text, language, count }, { signal }) {
      const values = { query: text, language, count: String(count) };
      const url = fill(api.url, values, encodeURIComponent);
      const ask =
        api.body === null
          ? ({ name, url, headers, method: "GET" } as const)
          : ({ name, url, headers, method: "POST", body: fillAll(api.body, values) } as const);
      const answer = await askJson(ask, z.unknown(), { dispatcher, signal });
      const list = z.array(z.unknown()).catch([]).parse(at(answer, api.results));
      return list.slice(0, count).flatMap((item) => hitOf(item, api.fields));
    },
  };
}

type Values = Readonly<Record<"query" | "language" | "count", string>>;

function fill(text: string, values: Values, encode: (value: string) => string): string {
  return text
    .replaceAll("{query}", () => encode(values.query))
    .replaceAll("{language}", () => encode(values.language))
    .replaceAll("{count}", () => encode(values.count));
}

function fillAll(value: unknown, values: Values): unknown {
  if (typeof value === "string") return fill(value, values, (text) => text);
  if (Array.isArray(value)) return value.map((item) => fillAll(item, values));
  const fields = record.safeParse(value);
  if (!fields.success) return value;
  return Object.fromEntries(
    Object.entries(fields.data).map(([name, inner]) => [name, fillAll(inner, values)]),
  );
}

function at(value: unknown, path: string): unknown {
  let found = value;
  for (const name of path === "" ? [] : path.split(".")) {
    const fields = record.safeParse(found);
    found = fields.success && Object.hasOwn(fields.data, name) ? fields.data[name] : undefined;
  }
  return found;
}

function hitOf(item: unknown, fields: JsonApi["fields"]): readonly WebHit[] {
  const textAt = (path: string): string => {
    const found = at(item, path);
    return typeof found === "string" ? found.trim() : "";
  };
  const url = textAt(fields.url);
  return /^https?:\/\//iu.test(url) && URL.canParse(url)
    ? [{ url, title: textAt(fields.title), text: textAt(fields.text) }]
    : [];
}
