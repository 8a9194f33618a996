import { z } from "zod";
import type { Language } from "../../src/core/index.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { Background } from "../shared/background.ts";
import type { DiscordApi } from "./client.ts";
import { isExpired } from "./errors.ts";
import type { Grants } from "./grants.ts";
import { discordLabels } from "./labels.ts";

/** Looks after people who wait for a private answer: before their interaction ends they are told how it will come. */
export interface Overdue {
  /** @param at.until when the interaction can no longer be answered */
  watch(at: {
    readonly replyTo: string;
    readonly until: number;
    readonly language: Language;
  }): void;
  close(): void;
}

const LOOK_EVERY_MS = 10_000;
/** So long before the end. */
const BEFORE_MS = 30_000;
const MAX_WATCHED = 5_000;
const anything = z.unknown();

/** @param options.lookEveryMs what the tests shorten */
export function createOverdue(options: {
  readonly api: DiscordApi;
  readonly grants: Grants;
  readonly background: Background;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly lookEveryMs?: number;
}): Overdue {
  const { api, grants, background, clock, signal, lookEveryMs = LOOK_EVERY_MS } = options;
  const watched = new Map<string, { readonly until: number; readonly language: Language }>();

  const tell = async (replyTo: string, language: Language): Promise<void> => {
    const grant = await grants.giveUp(replyTo);
    if (grant === null) return;
    const { application, token } = grant;
    const route = `/webhooks/${application}/${token}/messages/@original` as const;
    const body = { content: discordLabels(language).takesLonger };
    const request = { method: "PATCH", route, body, isAnonymous: true } as const;
    await api.call(request, anything, { signal }).catch((error: unknown) => {
      if (!isExpired(error)) throw error;
    });
  };

  const look = (): void => {
    for (const [replyTo, { until, language }] of watched) {
      if (clock.now() < until - BEFORE_MS) continue;
      watched.delete(replyTo);
      background.run("telling that an answer takes longer", () => tell(replyTo, language));
    }
  };
  const timer = setInterval(look, lookEveryMs);
  timer.unref();

  return {
    watch({ replyTo, ...at }) {
      watched.set(replyTo, at);
      const oldest = watched.keys().next();
      if (watched.size > MAX_WATCHED && !oldest.done) watched.delete(oldest.value);
    },
    close: () => clearInterval(timer),
  };
}
