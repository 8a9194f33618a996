import type { Rows } from "./component-rules.ts";

export interface DiscordUser {
  readonly id: string;
  readonly name: string;
  readonly isBot: boolean;
  readonly locale: string;
  /** Takes no direct messages from servers. */
  readonly isClosed?: boolean;
}

interface Overwrite {
  readonly id: string;
  /** 0 for a role, 1 for a member. */
  readonly type: 0 | 1;
  allow: bigint;
  deny: bigint;
}

/** Whether a channel is a thread: under an announcement, a public one, a private one. */
export function isThread({ type }: Pick<DiscordChannel, "type">): boolean {
  return type === 10 || type === 11 || type === 12;
}

/** Whether a channel holds posts instead of messages. */
export function isForum({ type }: Pick<DiscordChannel, "type">): boolean {
  return type === 15 || type === 16;
}

interface DiscordRole {
  readonly id: string;
  readonly name: string;
  permissions: bigint;
  /** Of the role that Discord makes for a bot. */
  readonly botId?: string;
}

export interface DiscordGuild {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  features: readonly string[];
  readonly roles: Map<string, DiscordRole>;
  /** Roles and nick by member. */
  readonly members: Map<
    string,
    { readonly roles: readonly string[]; readonly nick: string | null }
  >;
}

export interface DiscordChannel {
  readonly id: string;
  /** 0 text, 1 direct, 2 voice, 5 announcements, 10 to 12 threads, 13 stage, 15 forum, 16 media. */
  readonly type: number;
  readonly guildId: string | null;
  readonly parentId: string | null;
  readonly name: string;
  readonly overwrites: Overwrite[];
  /** Of direct messages. */
  readonly recipient: string | null;
  isArchived: boolean;
  /** Only who manages threads opens it again. */
  isLocked: boolean;
  /** Who opened it, of a thread. */
  readonly ownerId: string | null;
  /** Tags of a forum. */
  readonly tags: readonly {
    readonly id: string;
    readonly name: string;
    readonly moderated: boolean;
  }[];
  /** A post needs a tag. */
  readonly needsTag: boolean;
  /** Those of a post. */
  readonly appliedTags: readonly string[];
}

export interface DiscordFile {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** A message as the server keeps it. */
export interface DiscordMessage {
  readonly id: string;
  readonly channelId: string;
  readonly authorId: string;
  content: string;
  components: Rows;
  flags: number;
  files: readonly DiscordFile[];
  readonly replyTo: string | null;
  readonly nonce: string | null;
  /** Only this user sees it. */
  readonly ephemeralTo: string | null;
  /** 0 plain, 19 reply, 20 answer to a command. */
  readonly type: number;
  readonly applicationId: string | null;
  isLoading: boolean;
  editedAt: number | null;
  /** Text of earlier versions, oldest first. */
  readonly history: string[];
  /** Who would have been called by it. */
  readonly rung: readonly string[];
  /** Names of its stickers. */
  readonly stickers: readonly string[];
  /** What its poll asks. */
  readonly poll: string | null;
  readonly answers: readonly string[];
  /** The message that it forwards. */
  readonly forwardOf: DiscordMessage | null;
  /** The message above the thread that it begins. */
  readonly starterOf: DiscordMessage | null;
  /** The webhook that wrote it. */
  readonly webhookId: string | null;
  /** What a bot shows in boxes. */
  readonly embeds: readonly Readonly<Record<string, unknown>>[];
}

/** Everything that there is, and a bell that rings on every change. */
export interface World {
  readonly applicationId: string;
  readonly bot: DiscordUser;
  readonly users: Map<string, DiscordUser>;
  readonly guilds: Map<string, DiscordGuild>;
  readonly channels: Map<string, DiscordChannel>;
  /** In order of their ids, ephemeral ones included. */
  readonly messages: DiscordMessage[];
  readonly typing: { readonly channel: string; readonly at: number }[];
  readonly reactions: { readonly message: string; readonly emoji: string }[];
  /** Ids of pinned messages. */
  readonly pins: Set<string>;
  /** Registered commands by scope (`global` or a server). */
  readonly commands: Map<string, readonly unknown[]>;
  now(): number;
  /** Lets time pass for everything that Discord counts. */
  advance(ms: number): void;
  newId(): string;
  /** The id of something that came to be at this time. */
  idOf(at: number): string;
  find(channel: string, id: string): DiscordMessage | null;
  add(
    message: Pick<DiscordMessage, "channelId" | "authorId" | "content"> & Partial<DiscordMessage>,
  ): DiscordMessage;
  remove(channel: string, id: string): boolean;
  changed(): void;
  onChange(listener: () => void): () => void;
}

const EPOCH = 1_420_070_400_000;

function createIds(now: () => number): () => string {
  let last = 0n;
  return () => {
    const at = BigInt(Math.max(0, Math.floor(now() - EPOCH))) << 22n;
    last = at > last ? at : last + 1n;
    return String(last);
  };
}

function isLater(a: string, b: string): boolean {
  return a.length === b.length ? a > b : a.length > b.length;
}

/** A world with nobody in it but the bot. */
export function createWorld(): World {
  let aheadMs = 0;
  const now = (): number => Date.now() + aheadMs;
  const newId = createIds(now);
  const applicationId = newId();
  const bot: DiscordUser = { id: newId(), name: "Frontdesk", isBot: true, locale: "en-US" };
  const listeners = new Set<() => void>();
  const messages: DiscordMessage[] = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    applicationId,
    bot,
    users: new Map([[bot.id, bot]]),
    guilds: new Map(),
    channels: new Map(),
    messages,
    typing: [],
    reactions: [],
    pins: new Set(),
    commands: new Map(),
    now,
    newId,
    idOf: (at) => String(BigInt(Math.floor(at - EPOCH)) << 22n),
    advance(ms) {
      aheadMs += ms;
    },
    find: (channel, id) =>
      messages.find((message) => message.channelId === channel && message.id === id) ?? null,
    add(parts) {
      const message: DiscordMessage = {
        id: newId(),
        components: [],
        flags: 0,
        files: [],
        replyTo: null,
        nonce: null,
        ephemeralTo: null,
        type: 0,
        applicationId: null,
        isLoading: false,
        editedAt: null,
        history: [],
        rung: [],
        stickers: [],
        poll: null,
        answers: [],
        forwardOf: null,
        starterOf: null,
        webhookId: null,
        embeds: [],
        ...parts,
      };
      const after = messages.findIndex(({ id }) => isLater(id, message.id));
      messages.splice(after < 0 ? messages.length : after, 0, message);
      changed();
      return message;
    },
    remove(channel, id) {
      const index = messages.findIndex((one) => one.channelId === channel && one.id === id);
      if (index < 0) return false;
      messages.splice(index, 1);
      changed();
      return true;
    },
    changed,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Tells the bot of an event, if it may know. */
export type Emit = (
  name: string,
  data: Readonly<Record<string, unknown>>,
  guild: string | null,
  channel: string | null,
) => void;
