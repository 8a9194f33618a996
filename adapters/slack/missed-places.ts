import { z } from "zod";
import { isFrontdeskError } from "../../src/core/index.ts";
import { patiently } from "../shared/patience.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { timeOfTs } from "./ids.ts";
import type { Place } from "./missed-talk.ts";

/** Where something may have been said that was not heard, what is most likely first. */
export interface MissedPlaces {
  /** @param isLight only the few channels in which something was heard last */
  list(isLight: boolean): Promise<FoundPlaces>;
}

interface FoundPlaces {
  readonly places: readonly Place[];
  /** Nobody has ever listened before, as far as is known. */
  readonly isFirstTime: boolean;
}

const DAY_MS = 24 * 3_600_000;
const KEPT_MS = 30 * DAY_MS;
/** So many channels in which something was heard before, the ones heard last. */
const MAX_HEARD = 60;
const MAX_LIGHT = 10;
/** So many conversations besides: new ones first, then the ones that changed last. */
const MAX_OTHERS = 100;
/** After a short absence only so many of those that are not new. */
const MAX_OTHERS_SOON = 20;
const SOON_MS = 5 * 60_000;
const MAX_THREADS = 30;
const MAX_PAGES = 10;
const PAGE = 999;
const MAX_TRIES = 5;
/** So many ids are remembered to tell what is new. */
const MAX_KNOWN = 5_000;
const KNOWN_NAME = "conversations";
/** One call for each, so that a scope which is missing costs one kind alone. */
const KINDS = ["im", "private_channel", "public_channel", "mpim"] as const;

/** Admins are told of missing scopes all at once, when somebody looks for them. */
const SCOPES = new Set(["missing_scope"]);

const page = z.object({
  channels: z.array(
    z.object({
      id: z.string(),
      is_archived: z.boolean().nullish(),
      is_user_deleted: z.boolean().nullish(),
      /** In seconds, and in milliseconds. */
      created: z.number().nullish(),
      updated: z.number().nullish(),
    }),
  ),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});
type Listed = z.infer<typeof page>["channels"][number];

function changedAt({ created, updated }: Listed): number {
  return Math.max((created ?? 0) * 1_000, updated ?? 0);
}

function inSeconds(ms: number): string {
  return (ms / 1_000).toFixed(6);
}

export function createMissedPlaces(
  parts: Pick<
    AdapterParts,
    "api" | "memory" | "watermarks" | "settings" | "clock" | "logger" | "signal"
  >,
): MissedPlaces {
  const { api, memory, watermarks, settings, clock, logger, signal } = parts;

  const conversationsOf = async (types: (typeof KINDS)[number]): Promise<readonly Listed[]> => {
    const found: Listed[] = [];
    let cursor = "";
    for (let turn = 0; turn < MAX_PAGES; turn += 1) {
      const range = { types, exclude_archived: true, limit: PAGE };
      const args = cursor === "" ? range : { ...range, cursor };
      const answer = await patiently(
        () => api.call("users.conversations", args, page, { signal, expects: SCOPES }),
        { tries: MAX_TRIES, signal },
      );
      found.push(...answer.channels);
      cursor = answer.response_metadata?.next_cursor ?? "";
      if (cursor === "") break;
    }
    return found.filter((one) => one.is_archived !== true && one.is_user_deleted !== true);
  };

  /** All conversations that the bot is in, as far as Slack tells. */
  const everything = async (): Promise<readonly Listed[]> => {
    const found: Listed[] = [];
    for (const kind of KINDS) {
      try {
        found.push(...(await conversationsOf(kind)));
      } catch (error) {
        signal.throwIfAborted();
        // What Slack refuses it will refuse again: the other kinds are read all the same.
        if (!isFrontdeskError(error, "delivery_rejected")) throw error;
        logger.info({ kind, reason: error.message }, "conversations of a kind are not listed");
      }
    }
    return found;
  };

  /** Conversations besides those that were heard last: first the ones that nobody knew of when somebody looked last. */
  const others = async (
    heard: ReadonlySet<string>,
    awayMs: number | null,
  ): Promise<readonly string[]> => {
    const all = (await everything()).toSorted((a, b) => changedAt(b) - changedAt(a));
    const known = new Set((await memory.get(KNOWN_NAME, z.array(z.string()))) ?? []);
    const rest = all.filter(({ id }) => !heard.has(id)).map(({ id }) => id);
    const fresh = rest.filter((id) => !known.has(id));
    const old = rest.filter((id) => known.has(id));
    const isSoon = awayMs !== null && awayMs < SOON_MS;
    const chosen = [...fresh, ...old.slice(0, isSoon ? MAX_OTHERS_SOON : MAX_OTHERS)];
    const left = isSoon ? 0 : rest.length - Math.min(chosen.length, MAX_OTHERS);
    if (left > 0) logger.info({ left }, "conversations in which little happens are not read again");
    await memory.set(KNOWN_NAME, all.map(({ id }) => id).slice(0, MAX_KNOWN), KEPT_MS);
    return chosen.slice(0, MAX_OTHERS);
  };

  /** Threads of recent conversations, from what people asked of late. */
  const threads = async (): Promise<readonly Place[]> => {
    const shape = z.object({ conversation: z.string() });
    const asked = await memory.list("asked:", shape, MAX_THREADS * 4);
    const places = new Map<string, Place>();
    for (const { name, value } of asked) {
      const parsed = /^slack:[^:]+:([^:]+):([^:@]+)$/u.exec(value.conversation);
      const ts = name.split(":").at(-1) ?? "";
      if (parsed === null || clock.now() - timeOfTs(ts) > DAY_MS) continue;
      const [, channel = "", thread = ""] = parsed;
      const known = places.get(value.conversation);
      // From the first question on: the last one may have been asked after what was missed.
      if (known !== undefined && Number(known.after) <= Number(ts)) continue;
      places.set(value.conversation, { channel, thread, after: ts });
    }
    return [...places.values()].slice(0, MAX_THREADS);
  };

  return {
    async list(isLight) {
      const now = clock.now();
      const notBefore = inSeconds(now - DAY_MS);
      const later = (ts: string): string => (Number(ts) < Number(notBefore) ? notBefore : ts);
      const awakeAt = await watermarks.awakeAt();
      const marks = await watermarks.list(isLight ? MAX_LIGHT : MAX_HEARD);
      const heard = marks.map(({ channel, ts }) => ({ channel, thread: null, after: later(ts) }));
      const recent = await threads();
      const isFirstTime = awakeAt === null && marks.length === 0;
      if (isLight) return { places: [...heard, ...recent.slice(0, MAX_LIGHT)], isFirstTime };
      // Where nothing was ever heard, what was said before somebody listened for the first time is none of its business.
      const since = inSeconds(awakeAt ?? now - settings.missedMs);
      const names = new Set(marks.map(({ channel }) => channel));
      const besides: Place[] = [];
      for (const channel of await others(names, awakeAt === null ? null : now - awakeAt)) {
        const after = later((await watermarks.lastOf(channel)) ?? since);
        besides.push({ channel, thread: null, after });
      }
      return { places: [...heard, ...recent, ...besides], isFirstTime };
    },
  };
}
