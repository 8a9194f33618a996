import { z } from "zod";
import { FrontdeskError } from "../../src/core/index.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { markOf, parseCustomId } from "./custom-ids.ts";
import { isGone } from "./errors.ts";
import { type PageQuery, pagesAfter, readPage } from "./history.ts";
import { type DiscordMessage, messageSchema } from "./payloads.ts";
import type { Receipts } from "./receipts.ts";

/** Beyond so many messages nobody looks for one. */
const MAX_SEARCHED = 10_000;

/**
 * Our messages of a channel after this one, oldest first; null reads the newest ones.
 * @throws FrontdeskError `delivery_uncertain` when more was said since than can be looked through
 */
async function oursAfter(
  tools: { readonly api: DiscordApi; readonly self: string },
  channel: string,
  after: string | null,
  call: DiscordCall,
): Promise<readonly DiscordMessage[]> {
  const { api, self } = tools;
  const read = (query: PageQuery) => readPage(api, channel, query, call);
  const isOurs = ({ author }: DiscordMessage): boolean => author.id === self;
  if (after === null) return (await read({})).filter(isOurs);
  const found: DiscordMessage[] = [];
  let searched = 0;
  for await (const messages of pagesAfter(read, after)) {
    found.push(...messages.filter(isOurs));
    searched += messages.length;
    if (searched < MAX_SEARCHED) continue;
    const message = `more than ${MAX_SEARCHED} messages were written in ${channel} since the question; whether it was answered cannot be told`;
    throw new FrontdeskError("delivery_uncertain", message, { retryable: true });
  }
  return found;
}

/** One message; null when it is gone. */
export async function fetchMessage(
  api: DiscordApi,
  channel: string,
  id: string,
  call: DiscordCall,
): Promise<DiscordMessage | null> {
  const route = `/channels/${channel}/messages/${id}` as const;
  return api.call({ method: "GET", route }, messageSchema, call).catch((error: unknown) => {
    if (isGone(error)) return null;
    throw error;
  });
}

const anything = z.unknown();

/** Deletes messages; those that are gone already are as good as deleted. */
export async function deleteMessages(
  api: DiscordApi,
  channel: string,
  ids: readonly string[],
  call: DiscordCall,
): Promise<void> {
  for (const id of ids) {
    const route = `/channels/${channel}/messages/${id}` as const;
    await api.call({ method: "DELETE", route }, anything, call).catch((error: unknown) => {
      if (!isGone(error)) throw error;
    });
  }
}

const rowSchema = z.object({ components: z.array(z.unknown()).optional() });
const pressable = z.object({ custom_id: z.string() });

/** The marks on a message's buttons. */
function marksOf(message: DiscordMessage): readonly string[] {
  return message.components.flatMap((row) => {
    const parsed = rowSchema.safeParse(row);
    return (parsed.data?.components ?? []).flatMap((one) => {
      const button = pressable.safeParse(one);
      const id = button.success ? parseCustomId(button.data.custom_id) : null;
      return id === null || id.mark === "" ? [] : [id.mark];
    });
  });
}

/** Our messages that go on from this one: each replies to the one before. */
function continued(first: DiscordMessage, all: readonly DiscordMessage[]): readonly string[] {
  const ids = [first.id];
  for (;;) {
    const last = ids.at(-1);
    const next = all.find((one) => one.message_reference?.message_id === last);
    if (next === undefined || ids.includes(next.id)) return ids;
    ids.push(next.id);
  }
}

/**
 * The messages of a reply that were posted without our learning of it: by the mark on their buttons, else as ours that reply to
 * the question and belong to no other reply.
 */
export async function findPosted(
  tools: { readonly api: DiscordApi; readonly receipts: Receipts; readonly self: string },
  of: { readonly key: string; readonly channel: string; readonly question: string | null },
  call: DiscordCall,
): Promise<readonly string[]> {
  const { receipts } = tools;
  const ours = await oursAfter(tools, of.channel, of.question, call);
  const mark = markOf(of.key);
  for (const message of ours) {
    const isFirst = of.question !== null && message.message_reference?.message_id === of.question;
    const marks = marksOf(message);
    if (marks.includes(mark) && (isFirst || of.question === null)) return [message.id];
    if (!isFirst) continue;
    const parts = continued(message, ours);
    const later = ours.filter(({ id }) => parts.includes(id)).flatMap(marksOf);
    if (later.includes(mark)) return parts;
    const isUnclaimed = later.length === 0 && (await receipts.ownerOf(message.id)) === null;
    if (isUnclaimed) return parts;
  }
  return [];
}
