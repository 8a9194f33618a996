import type { Language, Role, Tone, Visibility } from "../../src/core/index.ts";
import type { ChannelMode } from "../shared/channel-mode.ts";
import { type DeskCallees, NO_CALLEES } from "../shared/desk-calls.ts";

/** What is set for one channel; null takes the general rule. */
interface ChannelSettings {
  readonly mode: ChannelMode | null;
  /** Which documents an answer here may use; null decides by the kind of server. */
  readonly visible: readonly Visibility[] | null;
  /** Answers here rest on this collection only. */
  readonly collection: string | null;
  /** Answers here are in this language; null takes the question's. */
  readonly language: Language | null;
  /** How answers here sound. */
  readonly tone: Tone | null;
  /** At most so many tokens of reasoning before an answer here. */
  readonly thoughtTokens?: number | null;
  /** False: the web is not asked for questions from here. */
  readonly web?: boolean | null;
  /** Who may read what editors add to the documents from here; null: everybody inside, of private places nobody. */
  readonly marked?: Visibility | null;
  /** Whether pinned messages are documents. */
  readonly pins?: boolean;
}

const NOTHING_SET: ChannelSettings = {
  mode: null,
  visible: null,
  collection: null,
  language: null,
  tone: null,
};

/** What the configuration says of a person. */
interface PersonSettings {
  readonly role: Role;
  readonly groups: readonly string[];
  readonly name?: string | undefined;
}

/** How fast it may write; Discord tells its real limits with every answer. */
export interface DiscordPacing {
  /** So many posts to one channel in a window. */
  readonly postsPerWindow: number;
  readonly windowMs: number;
  /** Wait at most this long here; who has to wait longer is told when to come again. */
  readonly maxWaitMs: number;
  /** Between two edits of a message that is being written. */
  readonly draftIntervalMs: number;
}

/** Everything that can be set about Discord. */
export interface DiscordSettings {
  readonly token: string;
  /** The REST API without `/v10`; null for Discord's own. */
  readonly apiUrl: string | null;
  /** Commands are registered in this server only. */
  readonly guildId: string | null;
  /** Servers whose members belong to the organisation; empty: every one that is not open to all. */
  readonly homeGuilds: readonly string[];
  readonly shardCount: number | null;
  /** The shards of this process; null for all. */
  readonly shardIds: readonly number[] | null;
  readonly channelMode: ChannelMode;
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  /** Empty allows all. */
  readonly allowGuilds: readonly string[];
  readonly denyGuilds: readonly string[];
  readonly allowChannels: readonly string[];
  readonly denyChannels: readonly string[];
  readonly allowRoles: readonly string[];
  readonly denyRoles: readonly string[];
  readonly allowUsers: readonly string[];
  readonly denyUsers: readonly string[];
  /** Ids of other bots whose mentions it answers. */
  readonly allowBots: readonly string[];
  /** Names of groups by role id. */
  readonly groups: Readonly<Record<string, string>>;
  /** Roles in Frontdesk by Discord role id. */
  readonly roles: Readonly<Record<string, Role>>;
  /** The reaction with which editors add a message to the documents; null for none. */
  readonly knowledgeEmoji: string | null;
  readonly streaming: "edits" | "off";
  /** What is too long for one message: further messages, or a text file. */
  readonly longAnswers: "messages" | "file";
  /** Missed questions younger than this are answered, older ones are asked about. */
  readonly missedMs: number;
  readonly defaultRole: Role;
  /** By `discord:<user id>`. */
  readonly people: Readonly<Record<string, PersonSettings>>;
  readonly pacing: DiscordPacing;
  /** The forum or channel in which the team works on cases; null when they go elsewhere. */
  readonly deskChannel: string | null;
  readonly deskLanguage: Language;
  /** At the desk plain text goes to the customer. */
  readonly deskReplies: boolean;
  /** Who is called for cases that nobody has. */
  readonly deskCallees: DeskCallees;
}

/** What is not said otherwise. */
export const DISCORD_DEFAULTS: Omit<DiscordSettings, "token"> = {
  apiUrl: null,
  guildId: null,
  homeGuilds: [],
  shardCount: null,
  shardIds: null,
  channelMode: "follow",
  channels: {},
  allowGuilds: [],
  denyGuilds: [],
  allowChannels: [],
  denyChannels: [],
  allowRoles: [],
  denyRoles: [],
  allowUsers: [],
  denyUsers: [],
  allowBots: [],
  groups: {},
  roles: {},
  knowledgeEmoji: "📚",
  streaming: "edits",
  longAnswers: "messages",
  missedMs: 15 * 60_000,
  defaultRole: "viewer",
  people: {},
  deskChannel: null,
  deskLanguage: "en",
  deskReplies: false,
  deskCallees: NO_CALLEES,
  pacing: { postsPerWindow: 5, windowMs: 5_000, maxWaitMs: 2_500, draftIntervalMs: 1_000 },
};

/** What is set for a channel. */
export function channelSettings(settings: DiscordSettings, channel: string): ChannelSettings {
  const own = Object.hasOwn(settings.channels, channel) ? settings.channels[channel] : undefined;
  return own ?? NOTHING_SET;
}

/** Who wants something, and where. */
export interface Asker {
  readonly user: string;
  /** Null when they are not known: then he may have each that is denied, and none that is allowed. */
  readonly roles: readonly string[] | null;
  /** Null in direct messages. */
  readonly guild: string | null;
  /** The channel and, in a thread, the thread as well. */
  readonly channels: readonly string[];
}

function passes(allow: readonly string[], deny: readonly string[], of: readonly string[]): boolean {
  if (of.some((id) => deny.includes(id))) return false;
  return allow.length === 0 || of.some((id) => allow.includes(id));
}

/** Whether the bot may answer this person here. In direct messages only the person is asked about. */
export function isAllowed(settings: DiscordSettings, asker: Asker): boolean {
  const { user, roles, guild, channels } = asker;
  if (!passes(settings.allowUsers, settings.denyUsers, [user])) return false;
  if (guild === null) return true;
  return (
    passes(settings.allowGuilds, settings.denyGuilds, [guild]) &&
    passes(settings.allowChannels, settings.denyChannels, channels) &&
    (roles === null
      ? settings.allowRoles.length === 0 && settings.denyRoles.length === 0
      : passes(settings.allowRoles, settings.denyRoles, roles))
  );
}
