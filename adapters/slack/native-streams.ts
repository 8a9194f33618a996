import { z } from "zod";
import type { ReplyAddress } from "../../src/core/index.ts";
import { isFrontdeskError } from "../../src/core/index.ts";
import type { Remembered } from "../shared/remembered.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import { slackErrorName } from "./errors.ts";

/**
 * Slack's own streaming: an answer appears as it is written. It carries no metadata until it stops and dies after some five
 * minutes or eleven kilobytes, so each stream is ended in time and another one goes on where it stopped.
 */
export interface NativeStreams {
  /** Begins one; gives its first message's `ts`, or null when this place takes no streams. */
  begin(
    address: ReplyAddress,
    asker: string | null,
    text: string,
    call: SlackCall,
  ): Promise<string | null>;
  /** Shows the text so far. False when the stream is dead, or what was shown is no longer the beginning of the text. */
  grow(first: string, address: ReplyAddress, text: string, call: SlackCall): Promise<boolean>;
  /** Ends a stream, of this process or of one that died; gives the `ts` of all its messages, in order. */
  end(first: string, address: ReplyAddress, call: SlackCall): Promise<readonly string[]>;
}

/** One answer that is being streamed. */
interface Stream {
  readonly messages: string[];
  /** Text that was sent, all messages together. */
  sent: string;
  bytes: number;
  startedAt: number;
}

const tsAnswer = z.object({ ts: z.string() });
const anything = z.object({});

// Streams die after about five minutes (vercel/chat#607) and at 10.6 to 12 kB (CopilotKit#6063, openclaw#143882).
// Text comes every second or so: what is looked at then must be over before four minutes are.
const MAX_AGE_MS = 3.75 * 60_000;
const MAX_BYTES = 9_000;
const MAX_PIECE = 2_500;
const DAY_MS = 24 * 3_600_000;

/** The code fence that is open at the end of a text, as its first line; null outside of code. */
function openFence(text: string): string | null {
  let open: string | null = null;
  for (const line of text.split("\n")) {
    const found = /^\s{0,3}(```|~~~)/u.exec(line);
    if (found === null) continue;
    open = open === null ? line.trimStart() : null;
  }
  return open;
}

function isDead(error: unknown): boolean {
  return ["message_not_in_streaming_state", "msg_too_long", "message_not_found"].includes(
    slackErrorName(error) ?? "",
  );
}

function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let rest = text; rest !== ""; ) {
    const at =
      rest.length > MAX_PIECE && /[\ud800-\udbff]/u.test(rest.charAt(MAX_PIECE - 1))
        ? MAX_PIECE - 1
        : MAX_PIECE;
    pieces.push(rest.slice(0, at));
    rest = rest.slice(at);
  }
  return pieces;
}

/** @param now steady clock in milliseconds */
export function createNativeStreams(options: {
  readonly api: SlackApi;
  readonly memory: Remembered;
  readonly team: () => Promise<string>;
  readonly now?: () => number;
}): NativeStreams {
  const { api, memory, now = () => performance.now() } = options;
  const streams = new Map<string, Stream>();

  const place = async (address: ReplyAddress, asker: string | null) => ({
    channel: address.channelId,
    thread_ts: address.threadId ?? "",
    ...(asker === null
      ? {}
      : { recipient_user_id: asker, recipient_team_id: await options.team() }),
  });

  const start = async (
    address: ReplyAddress,
    asker: string | null,
    text: string,
    call: SlackCall,
  ): Promise<string> => {
    const args = {
      ...(await place(address, asker)),
      ...(text === "" ? {} : { markdown_text: text }),
    };
    return (await api.call("chat.startStream", args, tsAnswer, call)).ts;
  };

  const stop = async (
    channel: string,
    ts: string,
    rest: object,
    call: SlackCall,
  ): Promise<void> => {
    try {
      await api.call("chat.stopStream", { channel, ts, ...rest }, anything, call);
    } catch (error) {
      // A dead stream needs no end.
      if (!isFrontdeskError(error, "delivery_rejected")) throw error;
    }
  };

  const remember = (first: string, channel: string, stream: Stream): Promise<void> =>
    memory.set(`stream:${channel}/${first}`, stream.messages, DAY_MS);

  /** Ends the last message and goes on in a new one; code that is parted is closed and opened again. */
  const turnOver = async (
    first: string,
    stream: Stream,
    address: ReplyAddress,
    asker: string | null,
    call: SlackCall,
  ): Promise<void> => {
    const fence = openFence(stream.sent);
    const last = stream.messages.at(-1) ?? first;
    const closing = fence === null ? {} : { markdown_text: `\n${fence.slice(0, 3)}` };
    await stop(address.channelId, last, closing, call);
    const opening = fence === null ? "" : `${fence}\n`;
    stream.messages.push(await start(address, asker, opening, call));
    stream.bytes = Buffer.byteLength(opening);
    stream.startedAt = now();
    await remember(first, address.channelId, stream);
  };

  const askers = new Map<string, string | null>();

  return {
    async begin(address, asker, text, call) {
      if (address.threadId === null) return null;
      try {
        const [head = "", ...rest] = piecesOf(text);
        const ts = await start(address, asker, head, call);
        const bytes = Buffer.byteLength(head);
        const stream = { messages: [ts], sent: head, bytes, startedAt: now() };
        streams.set(ts, stream);
        askers.set(ts, asker);
        await remember(ts, address.channelId, stream);
        if (rest.length > 0) await this.grow(ts, address, text, call);
        return ts;
      } catch (error) {
        if (isFrontdeskError(error, "delivery_rejected")) return null;
        throw error;
      }
    },
    async grow(first, address, text, call) {
      const stream = streams.get(first);
      if (stream === undefined || !text.startsWith(stream.sent)) return false;
      try {
        for (const piece of piecesOf(text.slice(stream.sent.length))) {
          const bytes = Buffer.byteLength(piece);
          const isOld = now() - stream.startedAt >= MAX_AGE_MS;
          if (isOld || stream.bytes + bytes > MAX_BYTES) {
            await turnOver(first, stream, address, askers.get(first) ?? null, call);
          }
          const ts = stream.messages.at(-1) ?? first;
          const args = { channel: address.channelId, ts, markdown_text: piece };
          await api.call("chat.appendStream", args, anything, call);
          stream.sent += piece;
          stream.bytes += bytes;
        }
        return true;
      } catch (error) {
        if (!isDead(error)) throw error;
        return false;
      }
    },
    async end(first, address, call) {
      const { channelId: channel } = address;
      const name = `stream:${channel}/${first}`;
      // Unknown: perhaps one of another process. A message that is no stream refuses its end, and no harm is done.
      const messages = streams.get(first)?.messages ??
        (await memory.get(name, z.array(z.string()))) ?? [first];
      await stop(channel, messages.at(-1) ?? first, {}, call);
      streams.delete(first);
      askers.delete(first);
      await memory.delete(name);
      return messages;
    },
  };
}
