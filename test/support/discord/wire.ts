import { botMay } from "./permissions.ts";
import {
  type DiscordChannel,
  type DiscordGuild,
  type DiscordMessage,
  type DiscordUser,
  isForum,
  isThread,
  type World,
} from "./world.ts";

type Body = Readonly<Record<string, unknown>>;

/** A user as Discord sends him. */
export function wireUser(user: DiscordUser): Body {
  return {
    id: user.id,
    username: user.name.slice(0, 32) || "user",
    global_name: user.name || null,
    discriminator: "0",
    avatar: null,
    ...(user.isBot ? { bot: true } : {}),
  };
}

/** Somebody as a member of a server; null for a stranger. */
export function wireMember(guild: DiscordGuild, user: string): Body | null {
  const member = guild.members.get(user);
  if (member === undefined) return null;
  const { roles, nick } = member;
  return { nick, roles, joined_at: "2026-01-01T00:00:00.000Z", deaf: false, mute: false, flags: 0 };
}

/** A channel or thread. */
export function wireChannel(world: World, channel: DiscordChannel): Body {
  const { id, type, name, guildId, parentId, recipient, overwrites } = channel;
  const last = world.messages.findLast((one) => one.channelId === id && one.ephemeralTo === null);
  const common = { id, type, last_message_id: last?.id ?? null };
  if (guildId === null) {
    const user = world.users.get(recipient ?? "");
    return { ...common, recipients: user === undefined ? [] : [wireUser(user)] };
  }
  return {
    ...common,
    name,
    guild_id: guildId,
    parent_id: parentId,
    ...(isThread(channel)
      ? {
          thread_metadata: {
            archived: channel.isArchived,
            auto_archive_duration: 1440,
            locked: channel.isLocked,
          },
          ...(channel.ownerId === null ? {} : { owner_id: channel.ownerId }),
          applied_tags: channel.appliedTags,
        }
      : {
          ...(isForum(channel)
            ? { flags: channel.needsTag ? 16 : 0, available_tags: channel.tags }
            : {}),
          permission_overwrites: overwrites.map((one) => ({
            id: one.id,
            type: one.type,
            allow: String(one.allow),
            deny: String(one.deny),
          })),
        }),
  };
}

interface WireOptions {
  readonly baseUrl: string;
  /** With the message that it replies to. */
  readonly isDeep?: boolean;
  /** As events have it. */
  readonly withGuild?: boolean;
}

function mentionsOf(world: World, content: string): readonly Body[] {
  const ids = new Set([...content.matchAll(/<@!?(\d+)>/gu)].map((found) => found[1] ?? ""));
  return [...ids].flatMap((id) => {
    const user = world.users.get(id);
    return user === undefined ? [] : [wireUser(user)];
  });
}

function attachmentsOf({ files, channelId }: DiscordMessage, baseUrl: string): readonly Body[] {
  return files.map((file) => ({
    id: file.id,
    filename: file.name,
    size: file.bytes.length,
    url: `${baseUrl}/attachments/${channelId}/${file.id}/${encodeURIComponent(file.name)}`,
    proxy_url: "",
    content_type: file.mediaType,
  }));
}

function referenceOf(world: World, message: DiscordMessage, options: WireOptions): Body {
  const { replyTo, channelId, forwardOf } = message;
  if (forwardOf !== null) {
    return {
      message_reference: { type: 1, message_id: forwardOf.id, channel_id: forwardOf.channelId },
      message_snapshots: [
        {
          message: {
            content: forwardOf.content,
            attachments: attachmentsOf(forwardOf, options.baseUrl),
          },
        },
      ],
    };
  }
  const { starterOf } = message;
  if (starterOf !== null) {
    const above = { ...options, isDeep: false, withGuild: false };
    return {
      message_reference: { type: 0, message_id: starterOf.id, channel_id: starterOf.channelId },
      referenced_message: wireMessage(world, starterOf, above),
    };
  }
  if (replyTo === null) return {};
  const referenced = world.find(channelId, replyTo);
  return {
    message_reference: { type: 0, message_id: replyTo, channel_id: channelId },
    ...(options.isDeep === false
      ? {}
      : {
          referenced_message:
            referenced === null
              ? null
              : wireMessage(world, referenced, { ...options, isDeep: false, withGuild: false }),
        }),
  };
}

function pollAnswers({ answers }: DiscordMessage): readonly Body[] {
  return answers.map((text, at) => ({ answer_id: at + 1, poll_media: { text } }));
}

/** A message as Discord sends it. */
export function wireMessage(world: World, message: DiscordMessage, options: WireOptions): Body {
  const { id, channelId, authorId, content, components, editedAt, type } = message;
  const author = world.users.get(authorId) ?? world.bot;
  const channel = world.channels.get(channelId);
  const guild = world.guilds.get(channel?.guildId ?? "");
  const member = guild === undefined ? null : wireMember(guild, authorId);
  const isInEvent = options.withGuild === true && guild !== undefined;
  return {
    id,
    channel_id: channelId,
    ...(isInEvent ? { guild_id: guild.id, ...(member === null ? {} : { member }) } : {}),
    author: wireUser(author),
    content,
    timestamp: new Date().toISOString(),
    edited_timestamp: editedAt === null ? null : new Date(editedAt).toISOString(),
    tts: false,
    mention_everyone: false,
    mentions: mentionsOf(world, content),
    mention_roles: [],
    attachments: attachmentsOf(message, options.baseUrl),
    embeds: message.embeds,
    pinned: false,
    type,
    flags: message.flags | (message.isLoading ? 128 : 0),
    components,
    ...(message.nonce === null || options.withGuild !== true ? {} : { nonce: message.nonce }),
    ...(message.webhookId === null ? {} : { webhook_id: message.webhookId }),
    ...(message.applicationId === null ? {} : { application_id: message.applicationId }),
    ...(message.stickers.length === 0
      ? {}
      : {
          sticker_items: message.stickers.map((name) => ({ id, name, format_type: 1 })),
        }),
    ...(message.poll === null
      ? {}
      : { poll: { question: { text: message.poll }, answers: pollAnswers(message) } }),
    ...referenceOf(world, message, options),
  };
}

/** A message as an application sees it that may not read messages: its own words, and those that name it. */
export function shownWithoutContent(world: World, data: Body): Body {
  const isNamed = JSON.stringify(data["mentions"] ?? []).includes(`"${world.bot.id}"`);
  const isOwn = JSON.stringify(data["author"] ?? {}).includes(`"${world.bot.id}"`);
  if (isNamed || isOwn) return data;
  const { poll: _poll, ...rest } = data;
  return { ...rest, content: "", components: [], attachments: [], embeds: [] };
}

/** A server as the gateway tells of it. */
export function wireGuild(world: World, guild: DiscordGuild): Body {
  const own = [...world.channels.values()].filter(({ guildId }) => guildId === guild.id);
  return {
    id: guild.id,
    name: guild.name,
    owner_id: guild.ownerId,
    features: guild.features,
    roles: wireRoles(guild),
    member_count: guild.members.size,
    channels: own.filter((one) => !isThread(one)).map((one) => wireChannel(world, one)),
    threads: own
      .filter((one) => isThread(one) && !one.isArchived && botMay(world, one, "viewChannel"))
      .map((one) => wireChannel(world, one)),
    members: [],
    presences: [],
    voice_states: [],
  };
}

export function wireRoles(guild: DiscordGuild): readonly Body[] {
  return [...guild.roles.values()].map(({ id, name, permissions, botId }) => ({
    id,
    name,
    permissions: String(permissions),
    position: 0,
    ...(botId === undefined ? {} : { managed: true, tags: { bot_id: botId } }),
  }));
}
