import { type REST, RESTEvents } from "discord.js";
import { z } from "zod";
import type { Buckets } from "./buckets.ts";
import type { SharedRates, Write } from "./shared-rates.ts";

const WRITES: Readonly<Record<string, { readonly kind: Write["kind"]; readonly path: RegExp }>> = {
  POST: { kind: "post", path: /^\/channels\/(\d+)\/messages$/u },
  PATCH: { kind: "edit", path: /^\/channels\/(\d+)\/messages\/\d+$/u },
};

/** The channel that a request writes to; null for one that writes to none. */
export function writeOf(method: string, path: string): Write | null {
  const write = WRITES[method.toUpperCase()];
  const channel = write?.path.exec(path)?.[1];
  return write === undefined || channel === undefined ? null : { kind: write.kind, channel };
}

const refusal = z.object({ retry_after: z.number() });

function milliseconds(headers: Headers, name: string): number {
  return Number(headers.get(name) ?? Number.NaN) * 1_000;
}

/**
 * For whom a refusal with 429 holds (docs.discord.com, rate limits: `X-RateLimit-Scope`). `user` and `shared` hold for what was
 * asked for only. One without a scope comes from the servers in front of Discord, which refuse everything.
 */
function isForEverything(headers: Headers): boolean {
  const scope = headers.get("x-ratelimit-scope");
  return headers.has("x-ratelimit-global") || scope === "global" || scope === null;
}

/**
 * How long to wait by the words of a refusal; 0 when it has none. Of edits of old and of published messages its header names a second
 * where they name minutes (discord/discord-api-docs#6109).
 */
async function readWait(response: { json(): Promise<unknown> }): Promise<number> {
  const body: unknown = await response.json().catch(() => null);
  return (refusal.safeParse(body).data?.retry_after ?? 0) * 1_000;
}

/** Reads from every answer what Discord says of its limits, for all processes: the library forgets a refusal that it hands on. */
export function learnLimits(
  rest: REST,
  to: { readonly buckets: Buckets; readonly rates: Pick<SharedRates, "pause"> },
): void {
  const { buckets, rates } = to;
  rest.on(RESTEvents.Response, ({ method, path }, response) => {
    const { status, headers } = response;
    const remaining = headers.get("x-ratelimit-remaining");
    const resetAfter = headers.get("x-ratelimit-reset-after");
    buckets.learn(method, path, { remaining, resetAfter });
    const write = writeOf(method, path);
    const isRefused = status === 429;
    const waitMs = milliseconds(headers, isRefused ? "retry-after" : "x-ratelimit-reset-after");
    if (!(waitMs > 0)) return;
    if (isRefused && isForEverything(headers)) rates.pause("everything", waitMs);
    else if (write !== null && (isRefused || remaining === "0")) rates.pause(write, waitMs);
    if (!isRefused || write === null) return;
    void readWait(response).then((toldMs) => {
      if (toldMs > waitMs) rates.pause(write, toldMs);
    });
  });
}

/** The same for what no limit of everything counts: answers to interactions. Only who refuses everything refuses these as well. */
export function learnLimitsOfHooks(rest: REST, rates: Pick<SharedRates, "pause">): void {
  rest.on(RESTEvents.Response, (_request, { status, headers }) => {
    const waitMs = milliseconds(headers, "retry-after");
    const isFromEdge = status === 429 && headers.get("x-ratelimit-scope") === null;
    if (isFromEdge && waitMs > 0) rates.pause("everything", waitMs);
  });
}
