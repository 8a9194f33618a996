import { ChannelType } from "discord.js";
import { z } from "zod";
import { FrontdeskError } from "../../src/core/index.ts";
import { createTtlCache } from "../shared/ttl-cache.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import type { Row } from "./components.ts";
import { nonceOf } from "./custom-ids.ts";
import type { DiscordIdentity } from "./decode.ts";
import { parseDeskId } from "./desk-cards.ts";
import { CODES, discordErrorCode } from "./errors.ts";
import { readPage } from "./history.ts";
import { QUIET } from "./placement.ts";
import { postMessage } from "./posting.ts";

/** Where a case stands: its thread, and the channel of the message at its head, which has the thread's id. */
export interface CaseThread {
  readonly thread: string;
  readonly headIn: string;
}

/** What stands at the head of a case. */
interface Head {
  readonly content: string;
  readonly components: readonly Row[];
}

/** The threads of the desk: posts of a forum, or threads under messages of a channel. */
export interface DeskThreads {
  /** @param name of the thread; it begins with the id of the case */
  open(caseId: string, name: string, head: Head, call: DiscordCall): Promise<CaseThread>;
  /** One that was opened by a try of which nothing else is known; null when there is none. */
  find(caseId: string, name: string, call: DiscordCall): Promise<CaseThread | null>;
}

const deskSchema = z.object({
  type: z.number(),
  guild_id: z.string(),
  flags: z.number().default(0),
  available_tags: z
    .array(z.object({ id: z.string(), moderated: z.boolean().default(false) }))
    .default([]),
});
const threadSchema = z.object({
  id: z.string(),
  name: z.string().default(""),
  parent_id: z.string().nullish(),
  owner_id: z.string().optional(),
});
const listSchema = z.object({ threads: z.array(threadSchema).default([]) });
const idSchema = z.object({ id: z.string() });
const controlSchema = z.object({ custom_id: z.string() });

const FORUMS: ReadonlySet<number> = new Set([ChannelType.GuildForum, ChannelType.GuildMedia]);
const CHANNELS: ReadonlySet<number> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
]);
/** Flag of a forum in which a post needs a tag. */
const NEEDS_TAG = 1 << 4;
/** A week of silence; what is said later opens it again. */
const ARCHIVE_AFTER_MINUTES = 10_080;
const MAX_NAME = 100;
const DESK_MS = 10 * 60_000;

export function createDeskThreads(options: {
  readonly api: DiscordApi;
  readonly channel: string;
  readonly identity: () => Promise<DiscordIdentity>;
}): DeskThreads {
  const { api, channel, identity } = options;
  const known = createTtlCache<z.infer<typeof deskSchema>>(DESK_MS);

  const look = (call: DiscordCall) =>
    known.get(channel, async () => {
      const found = await api.call(
        { method: "GET", route: `/channels/${channel}` },
        deskSchema,
        call,
      );
      if (FORUMS.has(found.type) || CHANNELS.has(found.type)) return found;
      const message = `desk: ${channel} is no forum and no text channel of Discord`;
      throw new FrontdeskError("config_invalid", message);
    });

  const inForum = (id: string): CaseThread => ({ thread: id, headIn: id });
  const inChannel = (id: string): CaseThread => ({ thread: id, headIn: channel });

  const openPost = async (
    { name, head }: { readonly name: string; readonly head: Head },
    desk: z.infer<typeof deskSchema>,
    call: DiscordCall,
  ): Promise<CaseThread> => {
    const tags = desk.available_tags;
    const tag = tags.find(({ moderated }) => !moderated) ?? tags[0];
    const tagged =
      (desk.flags & NEEDS_TAG) !== 0 && tag !== undefined ? { applied_tags: [tag.id] } : {};
    const message = { ...head, ...QUIET };
    const body = { name, auto_archive_duration: ARCHIVE_AFTER_MINUTES, message, ...tagged };
    const route = `/channels/${channel}/threads` as const;
    const { id } = await api.call({ method: "POST", route, body }, idSchema, call);
    return inForum(id);
  };

  /** A message has one thread at most; Discord gives it the message's id. */
  const openUnder = async (
    message: string,
    name: string,
    call: DiscordCall,
  ): Promise<CaseThread> => {
    const route = `/channels/${channel}/messages/${message}/threads` as const;
    const body = { name, auto_archive_duration: ARCHIVE_AFTER_MINUTES };
    await api.call({ method: "POST", route, body }, idSchema, call).catch((error: unknown) => {
      if (discordErrorCode(error) !== CODES.threadExists) throw error;
    });
    return inChannel(message);
  };

  const findPost = async (
    caseId: string,
    guild: string,
    call: DiscordCall,
  ): Promise<CaseThread | null> => {
    const { userId: self } = await identity();
    const archived = `/channels/${channel}/threads/archived/public` as const;
    for (const route of [`/guilds/${guild}/threads/active`, archived] as const) {
      const { threads } = await api.call({ method: "GET", route }, listSchema, call);
      const found = threads.find(
        ({ parent_id: parent, owner_id: owner, name }) =>
          parent === channel && owner === self && name.startsWith(`${caseId} `),
      );
      if (found !== undefined) return inForum(found.id);
    }
    return null;
  };

  const findUnder = async (
    caseId: string,
    name: string,
    call: DiscordCall,
  ): Promise<CaseThread | null> => {
    const { userId: self } = await identity();
    const newest = await readPage(api, channel, {}, call);
    const head = newest.find(
      ({ author, components }) =>
        author.id === self &&
        components
          .flatMap((row) => row.components ?? [])
          .some((one) => {
            const id = controlSchema.safeParse(one).data?.custom_id ?? "";
            return parseDeskId(id)?.caseId === caseId;
          }),
    );
    return head === undefined ? null : openUnder(head.id, name, call);
  };

  return {
    async open(caseId, name, head, call) {
      const desk = await look(call);
      const title = name.slice(0, MAX_NAME);
      if (FORUMS.has(desk.type)) return openPost({ name: title, head }, desk, call);
      const nonce = nonceOf(`desk ${channel} ${caseId}`, 0);
      const body = { ...head, ...QUIET, nonce, enforce_nonce: true };
      const id = await postMessage(api, { channel, replyTo: null, body }, call);
      return openUnder(id, title, call);
    },
    async find(caseId, name, call) {
      const desk = await look(call);
      if (FORUMS.has(desk.type)) return findPost(caseId, desk.guild_id, call);
      return findUnder(caseId, name.slice(0, MAX_NAME), call);
    },
  };
}
