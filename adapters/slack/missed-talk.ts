import { z } from "zod";
import { patiently } from "../shared/patience.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { readSaid, type Said } from "./decode.ts";
import { messageSchema, type SlackMessagePayload } from "./payloads.ts";

/** A place that may hold something that was not heard. */
export interface Place {
  readonly channel: string;
  /** Root of a thread; null for a whole channel with its threads. */
  readonly thread: string | null;
  /** `ts` of what was heard last. */
  readonly after: string;
}

/** Reads again what was said while nobody listened. */
export interface MissedTalk {
  /** What people said in a place since, oldest first: of a channel also in its threads, old ones as well. */
  read(place: Place): Promise<readonly Said[]>;
}

const page = z.object({
  messages: z.array(messageSchema),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});

/** So many messages of a channel or thread at most. */
const MAX_MESSAGES = 1_000;
/** The largest page that Slack gives: mostly one look at a channel is enough. */
const MAX_PAGE = 999;
/** A thread that began earlier than this before the absence is only found when somebody asked something in it of late. */
const OLDER_SECONDS = 7 * 24 * 3_600;
/** So many threads of a channel at most, the ones in which something was said last. */
const MAX_THREADS = 30;
/** Channels that the bot has left since are none of its business, nor are threads that are gone. */
const LEFT = new Set(["not_in_channel", "channel_not_found", "is_archived", "thread_not_found"]);
const MAX_TRIES = 5;
/** Slack's clock may be ahead of ours. */
const AHEAD_MS = 10 * 60_000;

function isLater(ts: string | undefined, after: string): boolean {
  return ts !== undefined && Number(ts) > Number(after);
}

/** Threads in which something was said after a time, by their roots, the latest first. */
function threadsWithNews(
  roots: readonly SlackMessagePayload[],
  after: string,
): readonly SlackMessagePayload[] {
  return roots
    .filter(({ latest_reply: latest }) => isLater(latest, after))
    .toSorted((a, b) => Number(b.latest_reply) - Number(a.latest_reply));
}

export function createMissedTalk(
  parts: Pick<AdapterParts, "api" | "identity" | "clock" | "logger" | "signal">,
): MissedTalk {
  const { api, clock, logger, signal } = parts;

  /** Nobody waits for this: it comes again when Slack says that it comes too soon. */
  const pageOf = (
    method: "conversations.history" | "conversations.replies",
    args: Readonly<Record<string, unknown>>,
  ) =>
    patiently(() => api.call(method, args, page, { signal, expects: LEFT, isSpare: true }), {
      tries: MAX_TRIES,
      signal,
    });

  /**
   * What Slack has of a channel (newest first) or a thread (oldest first) from a time on, page by page, until `isEnough` or too
   * much of it.
   */
  const readPages = async (
    method: "conversations.history" | "conversations.replies",
    place: {
      readonly channel: string;
      readonly ts?: string;
      readonly oldest: string;
      readonly latest?: string;
    },
    isEnough: (read: readonly SlackMessagePayload[]) => boolean,
  ): Promise<readonly SlackMessagePayload[]> => {
    const read: SlackMessagePayload[] = [];
    for (let cursor: string | undefined = ""; cursor !== undefined; ) {
      const limit = Math.min(MAX_PAGE, MAX_MESSAGES - read.length);
      const answer = await pageOf(method, {
        ...place,
        limit,
        ...(cursor === "" ? {} : { cursor }),
      });
      read.push(...answer.messages);
      const next: string = answer.response_metadata?.next_cursor ?? "";
      if (next === "" || isEnough(read)) break;
      cursor = read.length < MAX_MESSAGES ? next : undefined;
      if (cursor !== undefined) continue;
      const about = { channel: place.channel, thread: place.ts ?? null, read: read.length };
      logger.warn(about, "more was said meanwhile than is read again");
    }
    return read;
  };

  /** What was said in a thread since. Its root comes with it, however old it is. */
  const inThread = async (
    channel: string,
    thread: string,
    after: string,
  ): Promise<readonly SlackMessagePayload[]> => {
    const place = { channel, ts: thread, oldest: after };
    const read = await readPages("conversations.replies", place, () => false);
    return read.filter(({ ts }) => isLater(ts, after) && ts !== thread);
  };

  /** A channel's messages since, and before them the roots of threads that may have gone on. */
  const inChannel = (channel: string, after: string): Promise<readonly SlackMessagePayload[]> => {
    const oldest = Math.max(0, Number(after) - OLDER_SECONDS).toFixed(6);
    const reachesBack = (read: readonly SlackMessagePayload[]): boolean =>
      !isLater(read.at(-1)?.ts, after);
    // Named, so that it is the newest of a channel that is read first.
    const latest = ((clock.now() + AHEAD_MS) / 1_000).toFixed(6);
    return readPages("conversations.history", { channel, oldest, latest }, reachesBack);
  };

  const inThreads = async (
    channel: string,
    after: string,
    roots: readonly SlackMessagePayload[],
  ): Promise<readonly SlackMessagePayload[]> => {
    const all = threadsWithNews(roots, after);
    if (all.length > MAX_THREADS) {
      logger.warn({ channel, threads: all.length }, "more threads went on than are read again");
    }
    const found: SlackMessagePayload[] = [];
    for (const { ts } of all.slice(0, MAX_THREADS)) {
      found.push(...(await inThread(channel, ts, after)));
    }
    return found;
  };

  return {
    async read({ channel, thread, after }) {
      const self = await parts.identity();
      const here =
        thread === null ? await inChannel(channel, after) : await inThread(channel, thread, after);
      const below = thread === null ? await inThreads(channel, after, here) : [];
      // What was said in a thread and shown in its channel as well comes twice.
      const all = new Map([...here, ...below].map((message) => [message.ts, message]));
      return [...all.values()]
        .filter(({ ts }) => isLater(ts, after))
        .flatMap((message) => readSaid(message, channel, self) ?? [])
        .toSorted((a, b) => Number(a.ts) - Number(b.ts));
    },
  };
}
