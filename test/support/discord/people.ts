import { createMarking, type Marking } from "./marking.ts";
import { ALL_PERMISSIONS, botMay } from "./permissions.ts";
import { wireChannel, wireMessage, wireUser } from "./wire.ts";
import {
  type DiscordChannel,
  type DiscordFile,
  type DiscordGuild,
  type DiscordMessage,
  type DiscordUser,
  type Emit,
  isThread,
  type World,
} from "./world.ts";

type Body = Readonly<Record<string, unknown>>;

interface SayOptions {
  /** It was written so long ago. */
  readonly agoMs?: number;
  /** The bot was not there to hear it, and is not told. */
  readonly isMissed?: boolean;
  /** The message that it replies to. */
  readonly replyTo?: DiscordMessage | string | null;
  readonly stickers?: readonly string[];
  readonly poll?: string;
  /** Of its poll. */
  readonly answers?: readonly string[];
  readonly forwardOf?: DiscordMessage;
  /** What the platform says in somebody's name: a pin (6), a join (7), a boost (8). */
  readonly type?: number;
  /** A webhook writes it, in whoever's name. */
  readonly webhookId?: string;
  readonly embeds?: readonly Readonly<Record<string, unknown>>[];
  /** Discord's flags: published (1), a copy of what was published elsewhere (2). */
  readonly flags?: number;
  readonly files?: readonly {
    readonly name: string;
    readonly mediaType: string;
    readonly bytes: Buffer;
  }[];
}

/** What people do: join, write, change their minds. */
export interface People extends Marking {
  user(name: string, parts?: Partial<DiscordUser>): DiscordUser;
  /** The bot is a member, with everything that it needs, unless said otherwise. */
  guild(
    name: string,
    parts?: {
      readonly members?: readonly DiscordUser[];
      readonly features?: readonly string[];
      readonly botPermissions?: bigint;
    },
  ): DiscordGuild;
  join(user: DiscordUser, guild: DiscordGuild, roles?: readonly string[]): void;
  /** The bot is thrown out. */
  leave(guild: DiscordGuild): void;
  role(guild: DiscordGuild, name: string, permissions?: bigint): string;
  /** @param type a text channel (0), else voice (2), announcements (5), a stage (13) */
  channel(guild: DiscordGuild, name: string, type?: 0 | 2 | 5 | 13): DiscordChannel;
  /** @param parts.tags names; the first of which may be given by who manages threads only, when `firstIsModerated` */
  forum(
    guild: DiscordGuild,
    name: string,
    parts?: { readonly tags?: readonly string[]; readonly firstIsModerated?: boolean },
  ): DiscordChannel;
  /** Opens a thread, under a message or by itself. */
  thread(
    parent: DiscordChannel,
    name: string,
    under?: { readonly id: string; readonly channelId: string },
    how?: { readonly isPrivate?: boolean },
  ): DiscordChannel;
  /** Opens a post in a forum; its first message has the post's id. */
  post(
    user: DiscordUser,
    forum: DiscordChannel,
    title: string,
    text: string,
  ): { readonly post: DiscordChannel; readonly message: DiscordMessage };
  directMessages(user: DiscordUser): DiscordChannel;
  /** Writes. The text may name the bot as `@bot`. */
  say(
    user: DiscordUser,
    channel: DiscordChannel,
    text: string,
    options?: SayOptions,
  ): DiscordMessage;
  mention(
    user: DiscordUser,
    channel: DiscordChannel,
    text: string,
    options?: SayOptions,
  ): DiscordMessage;
  reply(
    user: DiscordUser,
    message: { readonly id: string; readonly channelId: string },
    text: string,
  ): DiscordMessage;
  dm(user: DiscordUser, text: string): DiscordMessage;
  /** Begins to write something. */
  type(user: DiscordUser, channel: DiscordChannel): void;
  edit(message: DiscordMessage, text: string): void;
  /** What Discord does when it shows a preview: the message changes, its words do not. */
  preview(message: DiscordMessage): void;
  delete(message: DiscordMessage): void;
}

/** What must be said of a channel that comes to be. */
export type ChannelParts = Pick<DiscordChannel, "type" | "name"> & Partial<DiscordChannel>;

/** A channel or thread comes to be, and the bot is told. */
export function openChannel(world: World, emit: Emit, parts: ChannelParts): DiscordChannel {
  const channel: DiscordChannel = {
    id: world.newId(),
    guildId: null,
    parentId: null,
    overwrites: [],
    recipient: null,
    isArchived: false,
    isLocked: false,
    ownerId: null,
    tags: [],
    needsTag: false,
    appliedTags: [],
    ...parts,
  };
  world.channels.set(channel.id, channel);
  if (channel.guildId !== null) {
    const name = isThread(channel) ? "THREAD_CREATE" : "CHANNEL_CREATE";
    emit(name, wireChannel(world, channel), channel.guildId, channel.id);
  }
  return channel;
}

export function createPeople(options: {
  readonly world: World;
  readonly baseUrl: () => string;
  readonly emit: Emit;
}): People {
  const { world, emit } = options;
  const wire = (message: DiscordMessage): Body =>
    wireMessage(world, message, { baseUrl: options.baseUrl(), withGuild: true });

  const tell = (name: string, message: DiscordMessage): void => {
    const channel = world.channels.get(message.channelId);
    emit(name, wire(message), channel?.guildId ?? null, message.channelId);
  };

  const addChannel = (parts: ChannelParts): DiscordChannel => openChannel(world, emit, parts);

  const say: People["say"] = (
    user,
    channel,
    text,
    { replyTo = null, files = [], agoMs = 0, isMissed = false, ...more } = {},
  ) => {
    const kept: readonly DiscordFile[] = files.map((file) => ({ id: world.newId(), ...file }));
    const reply = typeof replyTo === "string" ? replyTo : (replyTo?.id ?? null);
    const message = world.add({
      ...(agoMs === 0 ? {} : { id: world.idOf(world.now() - agoMs) }),
      channelId: channel.id,
      authorId: user.id,
      content: text.replaceAll("@bot", `<@${world.bot.id}>`),
      files: kept,
      replyTo: reply,
      type: reply === null ? 0 : 19,
      ...more,
    });
    if (channel.isArchived && !channel.isLocked) channel.isArchived = false;
    if (!isMissed) tell("MESSAGE_CREATE", message);
    return message;
  };

  const directMessages: People["directMessages"] = (user) => {
    const known = [...world.channels.values()].find(
      ({ type, recipient }) => type === 1 && recipient === user.id,
    );
    return known ?? addChannel({ type: 1, name: "", recipient: user.id });
  };

  const join: People["join"] = (user, guild, roles = []) => {
    guild.members.set(user.id, { roles, nick: null });
  };

  return {
    say,
    type(user, channel) {
      const guild = channel.guildId;
      const member = guild === null ? {} : { member: { user: wireUser(user), roles: [] } };
      const timestamp = Math.floor(world.now() / 1_000);
      const place = guild === null ? {} : { guild_id: guild };
      const event = { channel_id: channel.id, user_id: user.id, timestamp, ...place, ...member };
      emit("TYPING_START", event, guild, channel.id);
    },
    directMessages,
    join,
    user(name, parts = {}) {
      const user = { id: world.newId(), name, isBot: false, locale: "en-US", ...parts };
      world.users.set(user.id, user);
      return user;
    },
    guild(name, { members = [], features = [], botPermissions = ALL_PERMISSIONS } = {}) {
      const id = world.newId();
      const owner = world.newId();
      const guild: DiscordGuild = {
        id,
        name,
        ownerId: owner,
        features,
        roles: new Map([[id, { id, name: "@everyone", permissions: ALL_PERMISSIONS }]]),
        members: new Map(),
      };
      if (botPermissions !== ALL_PERMISSIONS) {
        guild.roles.set(id, { id, name: "@everyone", permissions: botPermissions });
      }
      const own = world.newId();
      guild.roles.set(own, { id: own, name: world.bot.name, permissions: 0n, botId: world.bot.id });
      join(world.bot, guild, [own]);
      for (const member of members) join(member, guild);
      world.guilds.set(id, guild);
      return guild;
    },
    leave(guild) {
      guild.members.delete(world.bot.id);
      emit("GUILD_DELETE", { id: guild.id }, guild.id, null);
    },
    role(guild, name, permissions = 0n) {
      const id = world.newId();
      guild.roles.set(id, { id, name, permissions });
      return id;
    },
    channel: (guild, name, type = 0) => addChannel({ type, name, guildId: guild.id }),
    forum(guild, name, { tags: names = [], firstIsModerated = false } = {}) {
      const tags = names.map((tag, index) => ({
        id: world.newId(),
        name: tag,
        moderated: firstIsModerated && index === 0,
      }));
      return addChannel({ type: 15, name, guildId: guild.id, tags, needsTag: tags.length > 0 });
    },
    thread(parent, name, under, { isPrivate = false } = {}) {
      const { guildId, id: parentId } = parent;
      const id = under?.id ?? world.newId();
      const type = isPrivate ? 12 : parent.type === 5 ? 10 : 11;
      const thread = addChannel({ id, type, name, guildId, parentId });
      const above = under === undefined ? null : world.find(under.channelId, under.id);
      if (above === null) return thread;
      // Its first line only points to the message above it.
      const starter = { channelId: thread.id, authorId: above.authorId, content: "", type: 21 };
      tell("MESSAGE_CREATE", world.add({ ...starter, starterOf: above }));
      return thread;
    },
    post(user, forum, title, text) {
      const { guildId, id: parentId } = forum;
      const post = addChannel({ type: 11, name: title, guildId, parentId });
      const message = world.add({
        id: post.id,
        channelId: post.id,
        authorId: user.id,
        content: text.replaceAll("@bot", `<@${world.bot.id}>`),
      });
      tell("MESSAGE_CREATE", message);
      return { post, message };
    },
    mention: (user, channel, text, options) => say(user, channel, `@bot ${text}`, options),
    reply(user, message, text) {
      const channel = world.channels.get(message.channelId);
      if (channel === undefined) throw new Error("no such channel");
      return say(user, channel, text, { replyTo: message.id });
    },
    dm: (user, text) => say(user, directMessages(user), text),
    ...createMarking(world, emit),
    edit(message, text) {
      message.history.push(message.content);
      message.content = text.replaceAll("@bot", `<@${world.bot.id}>`);
      message.editedAt = world.now();
      world.changed();
      tell("MESSAGE_UPDATE", message);
    },
    preview: (message) => tell("MESSAGE_UPDATE", message),
    delete({ channelId, id }) {
      world.remove(channelId, id);
      const guild = world.channels.get(channelId)?.guildId ?? null;
      const where = guild === null ? {} : { guild_id: guild };
      emit("MESSAGE_DELETE", { id, channel_id: channelId, ...where }, guild, channelId);
    },
  };
}

/** Whether the bot is told of what happens in a channel. */
export function botSees(world: World, channel: string | null): boolean {
  const found = channel === null ? undefined : world.channels.get(channel);
  return found === undefined || botMay(world, found, "viewChannel");
}
