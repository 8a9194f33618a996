import { z } from "zod";
import type { EffectKey, ReplyAddress } from "../../src/core/index.ts";
import { isFrontdeskError } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import type { SlackIdentity } from "./decode.ts";
import { certainlyNotSent, slackErrorName } from "./errors.ts";
import { parseSlackMessage } from "./ids.ts";
import type { SlackPeople } from "./people.ts";
import { createStreamCalls } from "./stream-calls.ts";
import { openFence, piecesOf } from "./stream-text.ts";

/**
 * Slack's own streaming: an answer appears as it is written. It carries no metadata until it stops and dies after some five
 * minutes or eleven kilobytes, so each stream is ended in time and another one goes on where it stopped.
 */
export interface NativeStreams {
  /** Begins one; gives its first message's `ts`, or null when this place takes no streams. */
  begin(beginning: Beginning, call: SlackCall): Promise<string | null>;
  /**
   * The message of a stream that was begun under this key, by this process or one that died, whether Slack said so or not; it
   * is no stream any more then. Null when there is none.
   */
  find(key: EffectKey, address: ReplyAddress, call: SlackCall): Promise<string | null>;
  /**
   * Shows the text so far. False when nobody knows what the stream shows: it is dead, a call to it had no answer, or what was
   * shown is no longer the beginning of the text.
   */
  grow(first: string, text: string, call: SlackCall): Promise<boolean>;
  /** Ends a stream, of this process or of one that died; gives the `ts` of all its messages, in order. */
  end(first: string, address: ReplyAddress, call: SlackCall): Promise<readonly string[]>;
}

interface Beginning {
  readonly key: EffectKey;
  readonly address: ReplyAddress;
  readonly asker: string | null;
  readonly text: string;
}

/** One answer that is being streamed. */
interface Stream {
  readonly address: ReplyAddress;
  readonly asker: string | null;
  readonly messages: string[];
  /** Text that was sent, all messages together. */
  sent: string;
  bytes: number;
  startedAt: number;
  /** Its last message takes text. */
  isOpen: boolean;
  /** Slack did not say whether the next message was begun. */
  isUnsure: boolean;
  timer: NodeJS.Timeout | undefined;
  /** One call after the other. */
  line: Promise<unknown>;
}

// Streams die after about five minutes (vercel/chat#607) and at 10.6 to 12 kB (CopilotKit#6063, openclaw#143882).
// A call may take ten seconds: what is ended then must be over before four minutes are.
const MAX_AGE_MS = 3.75 * 60_000;
const MAX_BYTES = 9_000;
const DAY_MS = 24 * 3_600_000;

const triedSchema = z.union([z.literal(true), z.string()]);

function isDead(error: unknown): boolean {
  const name = slackErrorName(error) ?? "";
  return ["message_not_in_streaming_state", "msg_too_long", "message_not_found"].includes(name);
}

/** Under this name it is remembered that a stream was to begin (`true`: nobody knows whether it did), and then its `ts`. */
function triedName(key: EffectKey): string {
  return `stream-tried:${key}`;
}

/** @param now steady clock in milliseconds */
export function createNativeStreams(options: {
  readonly api: SlackApi;
  readonly memory: Remembered;
  readonly identity: () => Promise<SlackIdentity>;
  readonly people: Pick<SlackPeople, "teamOf">;
  readonly logger: Logger;
  /** Aborts when the adapter closes. */
  readonly signal: AbortSignal;
  readonly now?: () => number;
}): NativeStreams {
  const { memory, logger, signal, now = () => performance.now() } = options;
  const calls = createStreamCalls(options);
  const streams = new Map<string, Stream>();

  const inLine = <Result>(stream: Stream, work: () => Promise<Result>): Promise<Result> => {
    const done = stream.line.then(work);
    stream.line = done.catch(() => {});
    return done;
  };

  const lastOf = ({ messages }: Stream): string => messages.at(-1) ?? "";

  /** Ends the last message; code that is parted is closed. */
  const close = async (stream: Stream, call: SlackCall): Promise<void> => {
    if (!stream.isOpen) return;
    const fence = openFence(stream.sent);
    const closing = fence === null ? "" : `\n${fence.slice(0, 3)}`;
    await calls.stop(stream.address, lastOf(stream), closing, call);
    stream.isOpen = false;
  };

  /** A model that thinks for long keeps no stream open beyond its time: the next words begin another message. */
  const watchAge = (stream: Stream): void => {
    clearTimeout(stream.timer);
    stream.timer = setTimeout(() => {
      inLine(stream, () => close(stream, { signal })).catch((error: unknown) => {
        if (!signal.aborted) logger.info({ err: error }, "a stream could not be ended in time");
      });
    }, MAX_AGE_MS);
    stream.timer.unref();
  };

  const beginNext = async (stream: Stream, opening: string, call: SlackCall): Promise<string> => {
    const { address, asker, messages } = stream;
    if (stream.isUnsure) {
      const found = await calls.unknownAfter(address, lastOf(stream), messages, call);
      if (found !== null) return found;
    }
    try {
      stream.isUnsure = true;
      return await calls.start(address, asker, opening, call);
    } catch (error) {
      if (certainlyNotSent(error)) stream.isUnsure = false;
      throw error;
    }
  };

  const remember = (first: string, { address, messages }: Stream): Promise<void> =>
    memory.set(`stream:${address.channelId}/${first}`, messages, DAY_MS);

  /** Goes on in a new message; code that was parted is opened again. */
  const turnOver = async (first: string, stream: Stream, call: SlackCall): Promise<void> => {
    await close(stream, call);
    const fence = openFence(stream.sent);
    const opening = fence === null ? "" : `${fence}\n`;
    stream.messages.push(await beginNext(stream, opening, call));
    stream.isUnsure = false;
    stream.isOpen = true;
    stream.bytes = Buffer.byteLength(opening);
    stream.startedAt = now();
    watchAge(stream);
    await remember(first, stream);
  };

  const add = async (first: string, stream: Stream, text: string, call: SlackCall) => {
    for (const piece of piecesOf(text.slice(stream.sent.length))) {
      const bytes = Buffer.byteLength(piece);
      const isOld = now() - stream.startedAt >= MAX_AGE_MS;
      if (!stream.isOpen || isOld || stream.bytes + bytes > MAX_BYTES) {
        await turnOver(first, stream, call);
      }
      try {
        await calls.append(stream.address, lastOf(stream), piece, call);
      } catch (error) {
        // It may show the piece already: only an edit of the whole puts that right.
        if (isDead(error) || !certainlyNotSent(error)) return false;
        throw error;
      }
      stream.sent += piece;
      stream.bytes += bytes;
    }
    return true;
  };

  const grow: NativeStreams["grow"] = async (first, text, call) => {
    const stream = streams.get(first);
    if (stream === undefined || !text.startsWith(stream.sent)) return false;
    return inLine(stream, () => add(first, stream, text, call));
  };

  const find: NativeStreams["find"] = async (key, address, call) => {
    const tried = await memory.get(triedName(key), triedSchema);
    if (tried === null) return null;
    const question = address.replyTo === null ? null : parseSlackMessage(address.replyTo);
    const found =
      tried === true
        ? await calls.unknownAfter(address, question?.ts ?? "0", [], call)
        : await calls.standing(address, tried, call);
    if (found !== null) await calls.stop(address, found, "", call);
    return found;
  };

  const open = async ({ key, address, asker, text }: Beginning, call: SlackCall) => {
    const [head = "", ...rest] = piecesOf(text);
    const ts = await calls.start(address, asker, head, call);
    const stream: Stream = {
      address,
      asker,
      messages: [ts],
      sent: head,
      bytes: Buffer.byteLength(head),
      startedAt: now(),
      isOpen: true,
      isUnsure: false,
      timer: undefined,
      line: Promise.resolve(),
    };
    streams.set(ts, stream);
    watchAge(stream);
    await remember(ts, stream);
    // It stays: a process that dies now has told nobody yet that the stream stands there.
    await memory.set(triedName(key), ts, DAY_MS);
    if (rest.length > 0) await grow(ts, text, call);
    return ts;
  };

  return {
    grow,
    find,
    async begin(beginning, call) {
      const { key, address } = beginning;
      if (address.threadId === null) return null;
      if (!(await memory.claim(triedName(key), DAY_MS))) {
        const found = await find(key, address, call);
        if (found !== null) return found;
      }
      try {
        return await open(beginning, call);
      } catch (error) {
        if (certainlyNotSent(error)) await memory.delete(triedName(key));
        if (isFrontdeskError(error, "delivery_rejected")) return null;
        throw error;
      }
    },
    async end(first, address, call) {
      const name = `stream:${address.channelId}/${first}`;
      const stream = streams.get(first);
      if (stream !== undefined) {
        clearTimeout(stream.timer);
        await stream.line;
      }
      // Unknown: perhaps one of another process. A message that is no stream refuses its end, and no harm is done.
      const messages = stream?.messages ?? (await memory.get(name, z.array(z.string()))) ?? [first];
      await calls.stop(address, messages.at(-1) ?? first, "", call);
      streams.delete(first);
      await memory.delete(name);
      return messages;
    },
  };
}
