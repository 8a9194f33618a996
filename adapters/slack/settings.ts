import type { Language, Role, Tone, Visibility } from "../../src/core/index.ts";
import type { ChannelMode } from "../shared/channel-mode.ts";
import { type DeskCallees, NO_CALLEES } from "../shared/desk-calls.ts";
import { type PacingSettings, SLACK_PACING } from "./pacing.ts";

/**
 * How an answer is shown while it is written. `edits`: one message that is edited now and then; it survives a crash.
 * `native`: Slack's own streaming, smoother, but a crash can leave a half answer behind. `off`: only when it is done.
 */
type StreamingMode = "edits" | "native" | "off";

/** What is set for one channel; null takes the general rule. */
export interface ChannelSettings {
  readonly mode: ChannelMode | null;
  /** Which documents an answer here may use; null decides by who is in the channel. */
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

/** Everything that can be set about Slack. */
export interface SlackSettings {
  readonly botToken: string;
  /** For Socket Mode. */
  readonly appToken: string | null;
  /** For HTTP mode. */
  readonly signingSecret: string | null;
  readonly apiUrl: string | null;
  readonly mode: "socket" | "http";
  /** Where HTTP mode listens; port 0 takes any free one. */
  readonly http: { readonly host: string; readonly port: number };
  readonly channelMode: ChannelMode;
  readonly channels: Readonly<Record<string, ChannelSettings>>;
  /** The channel of the people to whom cases are handed over; null when it is none of Slack. */
  readonly deskChannel: string | null;
  /** Language of what stands at the desk. */
  readonly deskLanguage: Language;
  /** Plain text in the thread of a case goes to the customer, and `//` begins a note. */
  readonly deskReplies: boolean;
  /** Who is called for cases that nobody has. */
  readonly deskCallees: DeskCallees;
  /** Empty allows all. */
  readonly allowChannels: readonly string[];
  readonly denyChannels: readonly string[];
  readonly allowUsers: readonly string[];
  readonly denyUsers: readonly string[];
  /** Ids of other bots whose messages are taken for a person's. */
  readonly allowBots: readonly string[];
  /** Names of groups by id or handle of a Slack user group. */
  readonly groups: Readonly<Record<string, string>>;
  /** Roles by id or handle of a Slack user group. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly commands: { readonly ask: string; readonly kb: string };
  /** Name of the reaction with which editors add a message to the documents; null for none. */
  readonly knowledgeEmoji: string | null;
  readonly streaming: StreamingMode;
  /** Missed questions younger than this are answered, older ones are asked about. */
  readonly missedMs: number;
  readonly defaultRole: Role;
  /** By `slack:<user id>`. */
  readonly people: Readonly<Record<string, PersonSettings>>;
  readonly prompts: readonly string[];
  readonly pacing: PacingSettings;
}

/** What is not said otherwise. */
export const SLACK_DEFAULTS: Omit<SlackSettings, "botToken"> = {
  appToken: null,
  signingSecret: null,
  apiUrl: null,
  mode: "socket",
  http: { host: "127.0.0.1", port: 3000 },
  channelMode: "follow",
  channels: {},
  deskChannel: null,
  deskLanguage: "en",
  deskReplies: false,
  deskCallees: NO_CALLEES,
  allowChannels: [],
  denyChannels: [],
  allowUsers: [],
  denyUsers: [],
  allowBots: [],
  groups: {},
  roles: {},
  commands: { ask: "/ask", kb: "/kb" },
  knowledgeEmoji: "books",
  streaming: "edits",
  missedMs: 15 * 60_000,
  defaultRole: "viewer",
  people: {},
  prompts: [],
  pacing: SLACK_PACING,
};

/** What is set for a channel. */
export function channelSettings(settings: SlackSettings, channel: string): ChannelSettings {
  const own = Object.hasOwn(settings.channels, channel) ? settings.channels[channel] : undefined;
  return own ?? NOTHING_SET;
}

/** Whether the bot may answer this person in this channel. Direct messages are only asked about the person. */
export function isAllowed(
  settings: SlackSettings,
  {
    user,
    channel,
    isDirect,
  }: { readonly user: string; readonly channel: string; readonly isDirect: boolean },
): boolean {
  const { allowChannels, denyChannels, allowUsers, denyUsers } = settings;
  if (denyUsers.includes(user)) return false;
  if (allowUsers.length > 0 && !allowUsers.includes(user)) return false;
  if (isDirect) return true;
  if (denyChannels.includes(channel)) return false;
  return allowChannels.length === 0 || allowChannels.includes(channel);
}
