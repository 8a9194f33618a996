import { z } from "zod";
import { slackErrorName } from "./errors.ts";
import type { SlackSettings } from "./settings.ts";
import type { SlackMethod } from "./shared-rates.ts";
import type { Trouble } from "./trouble.ts";

/** Calls a method, however that is done, and reads its answer. */
export type Ask = <Answer>(
  method: SlackMethod,
  args: Readonly<Record<string, unknown>>,
  answer: z.ZodType<Answer>,
) => Promise<Answer>;

const listAnswer = z.object({
  channels: z.array(z.object({ id: z.string(), is_archived: z.boolean().nullish() })),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});
const infoAnswer = z.object({
  channel: z.object({
    is_member: z.boolean().nullish(),
    is_archived: z.boolean().nullish(),
    is_im: z.boolean().nullish(),
  }),
});

/** So many are asked about one by one: Slack tells of fifty a minute. */
const MAX_ASKED = 20;
const PAGE = 999;
const MAX_PAGES = 10;

/** Channels that the configuration names as places in which the bot works. */
export function configuredChannels(settings: SlackSettings): readonly string[] {
  const { channels, allowChannels, deskChannel } = settings;
  const desk = deskChannel === null ? [] : [deskChannel];
  return [...new Set([...desk, ...Object.keys(channels), ...allowChannels])];
}

/** Ids of the channels that the bot is a member of. */
export async function joinedChannels(ask: Ask): Promise<ReadonlySet<string>> {
  const joined = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const range = { types: "public_channel,private_channel", exclude_archived: true, limit: PAGE };
    const args = cursor === undefined ? range : { ...range, cursor };
    const answer = await ask("users.conversations", args, listAnswer);
    for (const { id, is_archived: isArchived } of answer.channels) {
      if (isArchived !== true) joined.add(id);
    }
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === "") break;
  }
  return joined;
}

async function troubleWith(channel: string, ask: Ask): Promise<Trouble | null> {
  try {
    const { channel: info } = await ask("conversations.info", { channel }, infoAnswer);
    if (info.is_archived === true) return { kind: "channel", channel, reason: "is_archived" };
    if (info.is_member === true || info.is_im === true) return null;
    return { kind: "channel", channel, reason: "not_in_channel" };
  } catch (error) {
    if (slackErrorName(error) !== "channel_not_found") throw error;
    return { kind: "channel", channel, reason: "channel_not_found" };
  }
}

/**
 * What is wrong with the channels of the configuration.
 * @throws whatever `ask` throws, unless it says that there is no such channel
 */
export async function troublesWithChannels(
  settings: SlackSettings,
  joined: ReadonlySet<string>,
  ask: Ask,
): Promise<readonly Trouble[]> {
  const away = configuredChannels(settings).filter((channel) => !joined.has(channel));
  const found: Trouble[] = [];
  for (const channel of away.slice(0, MAX_ASKED)) {
    const trouble = await troubleWith(channel, ask);
    if (trouble !== null) found.push(trouble);
  }
  return found;
}
