import type { ReplyAddress } from "../../src/core/index.ts";
import type { Said } from "./decode.ts";
import { rootOf } from "./hearing.ts";
import { slackConversationId, slackMessageId } from "./ids.ts";

/** The address at which a message of a thread is answered. */
export function threadAddress(
  team: string,
  said: Pick<Said, "channel" | "ts" | "thread">,
  edition: string | null,
  variant: string | null = null,
): ReplyAddress {
  const { channel, ts } = said;
  const thread = rootOf(said);
  return {
    platform: "slack",
    conversationId: slackConversationId({ kind: "thread", team, channel, thread }),
    channelId: channel,
    threadId: thread,
    replyTo: slackMessageId(channel, ts, edition, variant),
    ephemeral: false,
  };
}
