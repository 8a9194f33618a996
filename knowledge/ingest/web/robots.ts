import { createRequire } from "node:module";
import type { Dispatcher } from "undici";
import { z } from "zod";
import { FrontdeskError } from "../../../src/core/index.ts";
import type { Clock } from "../../../src/ports/clock.ts";
import { follow } from "./fetch-page.ts";
import { USER_AGENT } from "./user-agent.ts";

// Its own types describe an ES module, which it is not.
const require = createRequire(import.meta.url);
const parseRobots = z
  .custom<
    (
      address: string,
      text: string,
    ) => {
      isAllowed(address: string, userAgent: string): boolean | undefined;
      getCrawlDelay(userAgent: string): number | undefined;
    }
  >((loaded) => typeof loaded === "function")
  .parse(require("robots-parser"));

/** What a site allows to programs (RFC 9309). */
interface RobotRules {
  /** Milliseconds that the site wants between two requests; 0 when it does not say. */
  readonly pauseMs: number;
  isAllowed(address: string): boolean;
}

const KEEP_MS = 24 * 3_600_000;
const MAX_SITES = 1_000;
/** What lies beyond is not looked at; RFC 9309 asks for at least 500 KiB. */
const MAX_BYTES = 512 * 1024;
const MAX_PAUSE_MS = 10_000;
const NO_RULES: RobotRules = { pauseMs: 0, isAllowed: () => true };

/** Keeps the rules of the sites that were visited for a day. */
export interface Robots {
  /** @throws FrontdeskError `source_unreadable` when the site cannot say them; whatever the connection fails with */
  rulesFor(address: string, call: { readonly signal: AbortSignal }): Promise<RobotRules>;
}

/** Asks sites for their `robots.txt` through this dispatcher. */
export function createRobots(dispatcher: Dispatcher, clock: Pick<Clock, "now">): Robots {
  const known = new Map<string, { readonly rules: RobotRules; readonly at: number }>();
  return {
    async rulesFor(address, { signal }) {
      const { origin } = new URL(address);
      const kept = known.get(origin);
      if (kept !== undefined && clock.now() - kept.at < KEEP_MS) return kept.rules;
      const rules = await askRules(origin, dispatcher, signal);
      if (known.size >= MAX_SITES) known.clear();
      known.set(origin, { rules, at: clock.now() });
      return rules;
    },
  };
}

async function askRules(
  origin: string,
  dispatcher: Dispatcher,
  signal: AbortSignal,
): Promise<RobotRules> {
  const place = `${origin}/robots.txt`;
  const headers = { "user-agent": USER_AGENT };
  const { response } = await follow(place, { dispatcher, signal, headers });
  if (response.status >= 500) {
    await response.body?.cancel();
    throw new FrontdeskError(
      "source_unreadable",
      `is on a site that cannot say what programs may read (robots.txt: HTTP ${response.status}); try again later`,
      { retryable: true },
    );
  }
  if (response.status !== 200) {
    // Where there are no rules nothing is forbidden.
    await response.body?.cancel();
    return NO_RULES;
  }
  const parsed = parseRobots(place, await readStart(response.body));
  return {
    pauseMs: Math.min(MAX_PAUSE_MS, (parsed.getCrawlDelay(USER_AGENT) ?? 0) * 1_000),
    isAllowed: (address) => parsed.isAllowed(address, USER_AGENT) !== false,
  };
}

async function readStart(body: AsyncIterable<Uint8Array> | null): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const part of body ?? []) {
    text += decoder.decode(part, { stream: true });
    if (text.length >= MAX_BYTES) break;
  }
  return text.slice(0, MAX_BYTES);
}
