import { z } from "zod";
import { isFrontdeskError, type ReplyAddress } from "../../src/core/index.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import type { SlackIdentity } from "./decode.ts";
import { messageSchema } from "./payloads.ts";
import type { SlackPeople } from "./people.ts";

/** Slack's three calls for streams, and the one that tells which of ours stand in a thread. */
export interface StreamCalls {
  /** Gives the message's `ts`. */
  start(
    address: ReplyAddress,
    asker: string | null,
    text: string,
    call: SlackCall,
  ): Promise<string>;
  append(address: ReplyAddress, ts: string, text: string, call: SlackCall): Promise<void>;
  /** A dead stream needs no end. */
  stop(address: ReplyAddress, ts: string, text: string, call: SlackCall): Promise<void>;
  /**
   * The first message of ours after a time that is none of `known` and carries no key: a stream of whose beginning nobody was
   * told. Everything else that the bot writes carries one. Null when there is none.
   */
  unknownAfter(
    address: ReplyAddress,
    after: string,
    known: readonly string[],
    call: SlackCall,
  ): Promise<string | null>;
  /** Its `ts` if a message still stands there. */
  standing(address: ReplyAddress, ts: string, call: SlackCall): Promise<string | null>;
}

const tsAnswer = z.object({ ts: z.string() });
const anything = z.object({});
const page = z.object({ messages: z.array(messageSchema) });
const PAGE = 200;

export function createStreamCalls(options: {
  readonly api: SlackApi;
  readonly identity: () => Promise<SlackIdentity>;
  readonly people: Pick<SlackPeople, "teamOf">;
}): StreamCalls {
  const { api, identity, people } = options;

  const recipient = async (asker: string | null, call: SlackCall) =>
    asker === null
      ? {}
      : { recipient_user_id: asker, recipient_team_id: await people.teamOf(asker, call) };

  return {
    async start({ channelId: channel, threadId }, asker, text, call) {
      const args = {
        channel,
        thread_ts: threadId ?? "",
        ...(await recipient(asker, call)),
        ...(text === "" ? {} : { markdown_text: text }),
      };
      return (await api.call("chat.startStream", args, tsAnswer, call)).ts;
    },
    async append({ channelId: channel }, ts, text, call) {
      const args = { channel, ts, markdown_text: text };
      await api.call("chat.appendStream", args, anything, call);
    },
    async stop({ channelId: channel }, ts, text, call) {
      const args = { channel, ts, ...(text === "" ? {} : { markdown_text: text }) };
      await api.call("chat.stopStream", args, anything, call).catch((error: unknown) => {
        if (!isFrontdeskError(error, "delivery_rejected")) throw error;
      });
    },
    async standing({ channelId: channel, threadId }, ts, call) {
      const range = { channel, ts: threadId ?? "", oldest: ts, latest: ts, inclusive: true };
      const { messages } = await api.call("conversations.replies", range, page, call);
      return messages.some((message) => message.ts === ts) ? ts : null;
    },
    async unknownAfter({ channelId: channel, threadId }, after, known, call) {
      const range = { channel, ts: threadId ?? "", oldest: after, limit: PAGE };
      const args = { ...range, include_all_metadata: true };
      const { messages } = await api.call("conversations.replies", args, page, call);
      const { botId } = await identity();
      const found = messages.find(
        ({ ts, bot_id: bot, metadata }) =>
          bot === botId &&
          metadata === undefined &&
          Number(ts) > Number(after) &&
          !known.includes(ts),
      );
      return found?.ts ?? null;
    },
  };
}
