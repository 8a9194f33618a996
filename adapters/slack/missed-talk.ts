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

const PAGE = 200;
/** So many pages of a channel or thread at most. */
const MAX_PAGES = 5;
/** The largest page that Slack gives: one look at the roots of older threads. */
const OLDER_ROOTS = 999;
/** A thread that began earlier than this before the absence is only found when somebody asked something in it of late. */
const OLDER_SECONDS = 7 * 24 * 3_600;
/** So many threads of a channel at most, the ones in which something was said last. */
const MAX_THREADS = 30;
/** Channels that the bot has left since are none of its business, nor are threads that are gone. */
const LEFT = new Set(["not_in_channel", "channel_not_found", "is_archived", "thread_not_found"]);
const MAX_TRIES = 5;

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
  parts: Pick<AdapterParts, "api" | "identity" | "logger" | "signal">,
): MissedTalk {
  const { api, logger, signal } = parts;

  /** Nobody waits for this: it comes again when Slack says that it comes too soon. */
  const pageOf = (
    method: "conversations.history" | "conversations.replies",
    args: Readonly<Record<string, unknown>>,
  ) =>
    patiently(() => api.call(method, args, page, { signal, expects: LEFT }), {
      tries: MAX_TRIES,
      signal,
    });

  /** What Slack has of a channel itself, or of one thread, since. */
  const messagesOf = async ({
    channel,
    thread,
    after,
  }: Place): Promise<readonly SlackMessagePayload[]> => {
    const messages: SlackMessagePayload[] = [];
    let cursor: string | undefined;
    for (let pages = 0; pages < MAX_PAGES; pages += 1) {
      const range = { channel, oldest: after, limit: PAGE };
      const args = cursor === undefined ? range : { ...range, cursor };
      const answer =
        thread === null
          ? await pageOf("conversations.history", args)
          : await pageOf("conversations.replies", { ...args, ts: thread });
      messages.push(...answer.messages);
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") break;
    }
    if (cursor !== undefined && cursor !== "") {
      const read = messages.length;
      logger.warn({ channel, thread, read }, "more was said meanwhile than is read again");
    }
    // A thread's root comes with it, however old it is.
    return messages.filter(({ ts }) => isLater(ts, after) && ts !== thread);
  };

  const olderRoots = async (channel: string, after: string) => {
    const oldest = Math.max(0, Number(after) - OLDER_SECONDS).toFixed(6);
    const range = { channel, oldest, latest: after, inclusive: true, limit: OLDER_ROOTS };
    return (await pageOf("conversations.history", range)).messages;
  };

  const inThreads = async (
    channel: string,
    after: string,
    fresh: readonly SlackMessagePayload[],
  ): Promise<readonly SlackMessagePayload[]> => {
    const all = threadsWithNews([...fresh, ...(await olderRoots(channel, after))], after);
    if (all.length > MAX_THREADS) {
      logger.warn({ channel, threads: all.length }, "more threads went on than are read again");
    }
    const found: SlackMessagePayload[] = [];
    for (const { ts: thread } of all.slice(0, MAX_THREADS)) {
      found.push(...(await messagesOf({ channel, thread, after })));
    }
    return found;
  };

  return {
    async read(place) {
      const { channel, thread, after } = place;
      const self = await parts.identity();
      const here = await messagesOf(place);
      const below = thread === null ? await inThreads(channel, after, here) : [];
      // What was said in a thread and shown in its channel as well comes twice.
      const all = new Map([...here, ...below].map((message) => [message.ts, message]));
      return [...all.values()]
        .flatMap((message) => readSaid(message, channel, self) ?? [])
        .toSorted((a, b) => Number(a.ts) - Number(b.ts));
    },
  };
}
