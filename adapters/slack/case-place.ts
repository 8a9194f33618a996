import { z } from "zod";
import type { CasePlace, ReplyAddress } from "../../src/core/index.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import { isDirect, parseSlackMessage } from "./ids.ts";

const infoSchema = z.object({ channel: z.object({ name: z.string().optional() }) });
const linkSchema = z.object({ permalink: z.string() });

/** Where somebody asked, for people of the team: a direct message with the bot cannot be opened by anybody else. */
export async function casePlace(
  api: Pick<SlackApi, "call">,
  { channelId: channel, replyTo, threadId, ephemeral }: ReplyAddress,
  call: SlackCall,
): Promise<CasePlace> {
  if (isDirect(channel)) return { name: null, isDirect: true, link: null };
  const { channel: info } = await api.call("conversations.info", { channel }, infoSchema, call);
  const question = replyTo === null || ephemeral ? null : parseSlackMessage(replyTo);
  const message = question?.ts ?? threadId;
  const link =
    message === null || !/^\d+\.\d+$/u.test(message)
      ? null
      : await api
          .call("chat.getPermalink", { channel, message_ts: message }, linkSchema, call)
          .catch(() => null);
  const name = info.name === undefined ? null : `#${info.name}`;
  return { name, isDirect: false, link: link?.permalink ?? null };
}
