import { setTimeout as delay } from "node:timers/promises";
import type { Dispatcher } from "undici";
import { FrontdeskError } from "../../../src/core/index.ts";
import { type FetchedPage, type FetchLimits, fetchPage, withinTime } from "./fetch-page.ts";
import { createRobots } from "./robots.ts";

/** Reads pages as a polite visitor: what a site forbids to programs stays unread, and no site is asked too often. */
export interface WebReader {
  /**
   * Downloads a page into a temporary file; remove it after use.
   * @param call.knownVersion what the server called the version that is known; null for none
   * @returns null when that version still holds
   * @throws FrontdeskError `source_not_found`, `source_unreadable`, `source_too_large`
   */
  fetch(
    address: string,
    call: { readonly knownVersion: string | null; readonly signal: AbortSignal },
  ): Promise<FetchedPage | null>;
}

/** Options of {@link createWebReader}. */
export interface WebReaderOptions {
  readonly dispatcher: Dispatcher;
  readonly limits: FetchLimits;
  /** Whether `robots.txt` is heeded. */
  readonly heedsRobots: boolean;
  /** Least time between two requests to one site, in milliseconds; a site may ask for more. */
  readonly pauseMs: number;
}

/** Makes a reader; who made the dispatcher closes it. */
export function createWebReader(options: WebReaderOptions): WebReader {
  const { dispatcher, limits, heedsRobots, pauseMs } = options;
  const robots = createRobots(dispatcher, { now: () => Date.now() });
  const turns = createTurns();
  return {
    async fetch(address, { knownVersion, signal }) {
      const call = { dispatcher, limits, knownVersion, signal };
      if (!URL.canParse(address) || !heedsRobots) return await fetchPage(address, call);
      const rules = await withinTime(limits.timeoutMs, signal, (both) =>
        robots.rulesFor(address, { signal: both }),
      );
      if (!rules.isAllowed(address)) throw forbidden();
      await turns.wait(new URL(address).origin, Math.max(pauseMs, rules.pauseMs), signal);
      return await fetchPage(address, call);
    },
  };
}

function forbidden(): FrontdeskError {
  return new FrontdeskError(
    "source_unreadable",
    "may not be read by programs, says its site (robots.txt); save the page as a file and ingest that, or set knowledge.heedRobots to false for sites of your own",
  );
}

/** Gives each site its next turn. */
function createTurns() {
  const next = new Map<string, number>();
  return {
    async wait(site: string, pauseMs: number, signal: AbortSignal): Promise<void> {
      const now = performance.now();
      const at = Math.max(now, next.get(site) ?? 0);
      next.set(site, at + pauseMs);
      if (at > now) await delay(at - now, undefined, { signal });
    },
  };
}
