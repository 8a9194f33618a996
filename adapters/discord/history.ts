import { z } from "zod";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { isNewer } from "./ids.ts";
import { type DiscordMessage, messageSchema } from "./payloads.ts";

/** Which page of a channel: `after` or `before` a message, else the newest. */
export type PageQuery = Readonly<Record<string, string>>;

const page = z.array(messageSchema);
/** As many as Discord gives at once. */
const PAGE = 100;

/** One page of a channel, oldest first. */
export async function readPage(
  api: DiscordApi,
  channel: string,
  query: PageQuery,
  call: DiscordCall,
): Promise<readonly DiscordMessage[]> {
  const route = `/channels/${channel}/messages` as const;
  const request = { method: "GET", route, query: { limit: String(PAGE), ...query } } as const;
  const messages = await api.call(request, page, call);
  return messages.toSorted((a, b) => (isNewer(a.id, b.id) ? 1 : -1));
}

/** Everything after a message, page by page, oldest first. */
export async function* pagesAfter(
  load: (query: PageQuery) => Promise<readonly DiscordMessage[]>,
  after: string,
): AsyncGenerator<readonly DiscordMessage[]> {
  for (let from: string | undefined = after; from !== undefined; ) {
    const messages: readonly DiscordMessage[] = await load({ after: from });
    yield messages;
    from = messages.length < PAGE ? undefined : messages.at(-1)?.id;
  }
}

/** Everything before a message and after another one, page by page, newest first. */
export async function* pagesBefore(
  load: (query: PageQuery) => Promise<readonly DiscordMessage[]>,
  before: string,
  after: string,
): AsyncGenerator<readonly DiscordMessage[]> {
  for (let until: string | undefined = before; until !== undefined && isNewer(until, after); ) {
    const messages: readonly DiscordMessage[] = await load({ before: until });
    yield messages.filter(({ id }) => isNewer(id, after)).toReversed();
    until = messages.length < PAGE ? undefined : messages[0]?.id;
  }
}
