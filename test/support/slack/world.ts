import { randomBytes } from "node:crypto";
import type { Block } from "./block-rules.ts";

/** A member of the workspace, or somebody of another one who shares a channel. */
export interface SlackUser {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly realName: string;
  readonly isBot: boolean;
  /** Set for bots. */
  readonly botId: string | null;
  /** Multi-channel guest. */
  readonly isRestricted: boolean;
  /** Single-channel guest. */
  readonly isUltraRestricted: boolean;
  readonly isAdmin: boolean;
  readonly locale: string;
  /** Workspaces of an Enterprise Grid that he belongs to; default none. */
  readonly teams?: readonly string[];
  /** His account is switched off. */
  isDeleted?: boolean;
}

export interface SlackChannel {
  readonly id: string;
  readonly kind: "public" | "private" | "im" | "mpim";
  readonly name: string;
  readonly topic: string;
  /** Slack Connect: shared with another organisation. */
  isExtShared: boolean;
  readonly members: Set<string>;
  /** In milliseconds since the epoch; default long ago. */
  readonly createdAt?: number;
  isArchived: boolean;
}

export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly bytes: Buffer;
  /** From another organisation: messages tell its id alone. */
  readonly isElsewhere?: boolean;
}

export interface SlackMetadata {
  readonly event_type: string;
  readonly event_payload: Readonly<Record<string, unknown>>;
}

/** A message as the server keeps it. */
export interface SlackMessage {
  readonly ts: string;
  readonly channel: string;
  readonly threadTs: string | null;
  readonly user: string;
  readonly botId: string | null;
  text: string;
  blocks: readonly Block[];
  metadata: SlackMetadata | null;
  readonly subtype: string | null;
  editedTs: string | null;
  readonly files: readonly SlackFile[];
  /** Only this user sees it, until a reload. */
  readonly ephemeralTo: string | null;
  /** Set while `chat.appendStream` may add to it. */
  stream: { readonly startedAt: number; bytes: number } | null;
  /** Text of earlier versions, oldest first. */
  readonly history: string[];
}

/** What the bot shows under a thread while it works. */
interface ThreadStatus {
  readonly status: string;
  readonly at: number;
}

/** Whatever the workspace holds, and a bell that rings on every change. */
/** A file on its way up. */
interface SlackUpload {
  readonly name: string;
  /** How many bytes were announced. */
  readonly length: number;
  readonly file: SlackFile | null;
}

export interface World {
  readonly teamId: string;
  readonly appId: string;
  readonly bot: SlackUser;
  readonly users: Map<string, SlackUser>;
  readonly channels: Map<string, SlackChannel>;
  /** Members by id of the user group. */
  readonly groups: Map<string, { readonly handle: string; readonly members: Set<string> }>;
  /** In order of their `ts`, ephemeral ones included. */
  readonly messages: SlackMessage[];
  readonly statuses: Map<string, ThreadStatus>;
  /** Every status that was ever set, oldest first. */
  readonly statusLog: { readonly thread: string; readonly status: string }[];
  readonly sessions: Map<string, string>;
  readonly homes: Map<string, readonly Block[]>;
  /** Windows that were opened, oldest first. */
  readonly modals: {
    readonly id: string;
    readonly callback_id: string;
    readonly private_metadata: string;
  }[];
  /** Files that were announced, by id; without the file as long as its bytes are not there. */
  readonly uploads: Map<string, SlackUpload>;
  readonly prompts: Map<string, readonly { readonly title: string; readonly message: string }[]>;
  readonly reactions: { readonly message: string; readonly name: string; readonly user: string }[];
  /** Pinned messages, as {@link threadKey} names them. */
  readonly pins: Set<string>;
  now(): number;
  nextTs(): string;
  newId(prefix: string): string;
  find(channel: string, ts: string): SlackMessage | null;
  add(
    message: Pick<SlackMessage, "channel" | "user" | "text"> & Partial<SlackMessage>,
  ): SlackMessage;
  remove(channel: string, ts: string): boolean;
  changed(): void;
  onChange(listener: () => void): () => void;
}

/** `C1/1700000000.000100`: names a thread over all channels. */
export function threadKey(channel: string, ts: string): string {
  return `${channel}/${ts}`;
}

function aBot(teamId: string): SlackUser {
  return {
    id: "UFRONTDESK",
    teamId,
    name: "frontdesk",
    realName: "Frontdesk",
    isBot: true,
    botId: "BFRONTDESK",
    isRestricted: false,
    isUltraRestricted: false,
    isAdmin: false,
    locale: "en-US",
  };
}

function createTimestamps(now: () => number): () => string {
  let last = 0;
  return () => {
    last = Math.max(last + 1, now() * 1000);
    const seconds = Math.floor(last / 1_000_000);
    return `${seconds}.${String(last % 1_000_000).padStart(6, "0")}`;
  };
}

/** A workspace with nobody in it but the bot. */
export function createWorld(options: { readonly skewMs?: number } = {}): World {
  const teamId = "TACME";
  const bot = aBot(teamId);
  const now = (): number => Date.now() + (options.skewMs ?? 0);
  const nextTs = createTimestamps(now);
  const listeners = new Set<() => void>();
  const messages: SlackMessage[] = [];
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    teamId,
    appId: "AFRONTDESK",
    bot,
    users: new Map([[bot.id, bot]]),
    channels: new Map(),
    groups: new Map(),
    messages,
    statuses: new Map(),
    statusLog: [],
    sessions: new Map(),
    homes: new Map(),
    modals: [],
    uploads: new Map(),
    prompts: new Map(),
    reactions: [],
    pins: new Set(),
    now,
    nextTs,
    newId: (prefix) => `${prefix}${randomBytes(5).toString("hex").toUpperCase()}`,
    find: (channel, ts) =>
      messages.find((message) => message.channel === channel && message.ts === ts) ?? null,
    add(parts) {
      const message: SlackMessage = {
        ts: nextTs(),
        threadTs: null,
        botId: null,
        blocks: [],
        metadata: null,
        subtype: null,
        editedTs: null,
        files: [],
        ephemeralTo: null,
        stream: null,
        history: [],
        ...parts,
      };
      messages.push(message);
      changed();
      return message;
    },
    remove(channel, ts) {
      const index = messages.findIndex(
        (message) => message.channel === channel && message.ts === ts,
      );
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
