import type { Dispatch } from "./dispatch.ts";
import { createMarking, type Marking } from "./marking.ts";
import { wireMessage } from "./methods/index.ts";
import type { SlackChannel, SlackFile, SlackMessage, SlackUser, World } from "./world.ts";

/** What people of the workspace do: join, write, change their minds. Each resolves when the app was told. */
export interface People extends Marking {
  user(name: string, parts?: Partial<SlackUser>): SlackUser;
  /** The bot is a member unless said otherwise. */
  channel(
    name: string,
    parts?: Partial<Pick<SlackChannel, "kind" | "topic" | "isExtShared">> & {
      readonly members?: readonly SlackUser[];
      readonly withoutBot?: boolean;
    },
  ): SlackChannel;
  /** The direct messages between a person and the bot. */
  directMessages(user: SlackUser): SlackChannel;
  /** Writes; `thread` is the `ts` of the root. The text may name the bot as `@bot`. */
  say(
    user: SlackUser,
    channel: SlackChannel,
    text: string,
    options?: {
      readonly thread?: string | null;
      readonly files?: readonly {
        readonly name: string;
        readonly mimetype: string;
        readonly bytes: Buffer;
        readonly isElsewhere?: boolean;
      }[];
      readonly subtype?: string | null;
    },
  ): Promise<SlackMessage>;
  mention(user: SlackUser, channel: SlackChannel, text: string): Promise<SlackMessage>;
  threadReply(
    user: SlackUser,
    channel: SlackChannel,
    thread: string,
    text: string,
  ): Promise<SlackMessage>;
  dm(user: SlackUser, text: string, thread?: string): Promise<SlackMessage>;
  join(user: SlackUser, channel: SlackChannel): Promise<void>;
  /** Another organisation reads along in a channel from now on. `isTold`: the app hears of it, default true. */
  connect(channel: SlackChannel, options?: { readonly isTold?: boolean }): Promise<void>;
  edit(message: SlackMessage, text: string): Promise<void>;
  delete(message: SlackMessage): Promise<void>;
}

const plainPerson = {
  isBot: false,
  botId: null,
  isRestricted: false,
  isUltraRestricted: false,
  isAdmin: false,
  locale: "en-US",
} as const;

export function createPeople(options: {
  readonly world: World;
  readonly dispatch: Dispatch;
  readonly baseUrl: () => string;
}): People {
  const { world, dispatch } = options;
  const wire = (message: SlackMessage) =>
    wireMessage(world, message, { baseUrl: options.baseUrl(), withMetadata: false });

  const say: People["say"] = async (user, channel, text, how = {}) => {
    const files: readonly SlackFile[] = (how.files ?? []).map((file) => ({
      id: world.newId("F"),
      ...file,
    }));
    const message = world.add({
      channel: channel.id,
      user: user.id,
      botId: user.botId,
      text: text.replaceAll("@bot", `<@${world.bot.id}>`),
      threadTs: how.thread ?? null,
      files,
      subtype: how.subtype ?? (files.length > 0 ? "file_share" : null),
    });
    const event = { ...wire(message), channel: channel.id };
    const isMention = message.text.includes(`<@${world.bot.id}>`) && channel.kind !== "im";
    await Promise.all([
      dispatch.event({ ...event, type: "message" }),
      isMention ? dispatch.event({ ...event, type: "app_mention" }) : null,
    ]);
    return message;
  };

  const directMessages: People["directMessages"] = (user) => {
    const known = [...world.channels.values()].find(
      (channel) => channel.kind === "im" && channel.members.has(user.id),
    );
    if (known !== undefined) return known;
    const channel: SlackChannel = {
      id: world.newId("D"),
      kind: "im",
      name: "",
      topic: "",
      isExtShared: false,
      isArchived: false,
      createdAt: world.now(),
      members: new Set([user.id, world.bot.id]),
    };
    world.channels.set(channel.id, channel);
    return channel;
  };

  return {
    say,
    directMessages,
    user(name, parts = {}) {
      const user = {
        id: world.newId("U"),
        teamId: world.teamId,
        name,
        realName: name,
        ...plainPerson,
        ...parts,
      };
      world.users.set(user.id, user);
      return user;
    },
    channel(name, parts = {}) {
      const { members = [], withoutBot = false, ...rest } = parts;
      const ids = members.map(({ id }) => id);
      const channel: SlackChannel = {
        id: world.newId("C"),
        kind: "public",
        name,
        topic: "",
        isExtShared: false,
        isArchived: false,
        createdAt: world.now(),
        ...rest,
        members: new Set(withoutBot ? ids : [...ids, world.bot.id]),
      };
      world.channels.set(channel.id, channel);
      return channel;
    },
    mention: (user, channel, text) => say(user, channel, `@bot ${text}`),
    threadReply: (user, channel, thread, text) => say(user, channel, text, { thread }),
    dm: (user, text, thread) => say(user, directMessages(user), text, { thread: thread ?? null }),
    async join(user, channel) {
      channel.members.add(user.id);
      await dispatch.event({ type: "member_joined_channel", user: user.id, channel: channel.id });
    },
    async connect(channel, { isTold = true } = {}) {
      channel.isExtShared = true;
      if (!isTold) return;
      const event = { type: "channel_shared", channel: channel.id, connected_team_id: "TOTHER" };
      await dispatch.event(event);
    },
    ...createMarking(world, dispatch),
    async edit(message, text) {
      const before = wire(message);
      const name = `<@${world.bot.id}>`;
      const wasNamed = message.text.includes(name);
      message.history.push(message.text);
      message.text = text.replaceAll("@bot", `<@${world.bot.id}>`);
      message.editedTs = world.nextTs();
      world.changed();
      const isDirect = world.channels.get(message.channel)?.kind === "im";
      const isNews = !wasNamed && !isDirect && message.text.includes(name);
      await Promise.all([
        dispatch.event({
          type: "message",
          subtype: "message_changed",
          hidden: true,
          channel: message.channel,
          ts: world.nextTs(),
          message: wire(message),
          previous_message: before,
        }),
        isNews
          ? dispatch.event({ ...wire(message), type: "app_mention", channel: message.channel })
          : null,
      ]);
    },
    async delete(message) {
      const { channel, ts } = message;
      const before = wire(message);
      const change = { channel, hidden: true, ts: world.nextTs(), previous_message: before };
      const isRoot = world.messages.some(({ threadTs }) => threadTs === ts);
      const index = world.messages.indexOf(message);
      if (!isRoot || index < 0) {
        world.remove(channel, ts);
        const event = { ...change, type: "message", subtype: "message_deleted", deleted_ts: ts };
        await dispatch.event(event);
        return;
      }
      // The root of a thread stays, so that the thread has one.
      const text = "This message was deleted.";
      const tombstone = { ...message, user: "USLACKBOT", text, subtype: "tombstone" };
      world.messages[index] = tombstone;
      world.changed();
      await dispatch.event({
        ...change,
        type: "message",
        subtype: "message_changed",
        message: wire(tombstone),
      });
    },
  };
}
