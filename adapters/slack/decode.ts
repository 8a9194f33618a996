import type { Attachment } from "../../src/core/index.ts";
import {
  envelopeSchema,
  eventSchema,
  type SlackEvent,
  type SlackMessagePayload,
} from "./payloads.ts";
import { mentions, readText } from "./text-in.ts";

/** Who we are in the workspace. */
export interface SlackIdentity {
  readonly team: string;
  readonly userId: string;
  readonly botId: string;
}

/** Something that was written, before it is known who may ask what. */
export interface Said {
  readonly channel: string;
  readonly ts: string;
  /** Root of the thread; null for a message that stands in the channel itself. */
  readonly thread: string | null;
  readonly user: string;
  /** Set for messages of other bots. */
  readonly botId: string | null;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  /** It names the bot. */
  readonly isMention: boolean;
}

/** What an event means to us. */
export type SlackAct =
  | { readonly type: "said"; readonly said: Said }
  | {
      readonly type: "edited";
      readonly said: Said;
      readonly before: string;
      readonly edition: string;
    }
  | {
      readonly type: "deleted";
      readonly channel: string;
      readonly ts: string;
      readonly thread: string | null;
      /** Its author; null when Slack does not say. */
      readonly user: string | null;
      /** What it said; null when Slack does not say. */
      readonly before: string | null;
    }
  | {
      readonly type: "stopped";
      readonly channel: string;
      readonly thread: string;
      /** Who pressed; null when Slack does not say. */
      readonly user: string | null;
    }
  | {
      readonly type: "home-opened";
      readonly user: string;
      readonly channel: string | null;
      readonly tab: string;
    }
  | { readonly type: "joined"; readonly user: string; readonly channel: string }
  /** Another organisation reads along in a channel from now on. */
  | { readonly type: "shared"; readonly channel: string }
  /** Somebody put a reaction or a pin on a message, or took it away. */
  | {
      readonly type: "marked";
      readonly channel: string;
      readonly ts: string;
      readonly user: string;
      /** Name of the reaction; null for a pin. */
      readonly reaction: string | null;
      readonly isOn: boolean;
    }
  /** Our own words: Slack tells of them like of all others. */
  | { readonly type: "own"; readonly channel: string; readonly ts: string }
  /** Changes of form, things that mean nothing to us. */
  | { readonly type: "nothing" };

const NOTHING: SlackAct = { type: "nothing" };

/** Kinds of messages in which people speak; everything else is the platform speaking of itself. */
const SPOKEN = new Set(["file_share", "thread_broadcast", "me_message", "bot_message"]);

const REFERENCE = "slack-file:";

/** Stands for the address of a file of which Slack tells only its id. */
function fileReference(id: string): string {
  return `${REFERENCE}${id}`;
}

/** The id in a {@link fileReference}; null when it is an address. */
export function referredFile(url: string): string | null {
  return url.startsWith(REFERENCE) ? url.slice(REFERENCE.length) : null;
}

function attachmentsOf({ files = [] }: SlackMessagePayload): readonly Attachment[] {
  return files.flatMap((file) => {
    const asked = file.file_access === "check_file_info" ? fileReference(file.id) : undefined;
    const url = file.url_private_download ?? file.url_private ?? asked;
    if (url === null || url === undefined) return [];
    const { name, mimetype = null, size } = file;
    return [{ name: name ?? file.id, mediaType: mimetype, sizeBytes: size ?? 0, url }];
  });
}

/** What a person (or another bot) wrote; null for our own words and for what nobody said. */
export function readSaid(
  message: SlackMessagePayload,
  channel: string,
  self: SlackIdentity,
): Said | null {
  const { subtype, user, bot_id: botId } = message;
  if (user === self.userId || botId === self.botId) return null;
  if (subtype !== undefined && !SPOKEN.has(subtype)) return null;
  const author = user ?? botId;
  if (author === undefined) return null;
  const raw = message.text ?? "";
  return {
    channel,
    ts: message.ts,
    thread: message.thread_ts ?? null,
    user: author,
    botId: botId ?? null,
    text: readText(raw, self.userId),
    attachments: attachmentsOf(message),
    isMention: mentions(raw, self.userId),
  };
}

/** What is known of a message that is gone. */
function lastKnown(before: SlackMessagePayload | undefined, self: SlackIdentity) {
  const text = before?.text;
  return {
    user: before?.user ?? null,
    before: typeof text !== "string" ? null : readText(text, self.userId),
  };
}

function readChange(
  event: Extract<SlackEvent, { subtype: "message_changed" }>,
  self: SlackIdentity,
): SlackAct {
  const { message, previous_message: before, channel } = event;
  // A deleted message that has replies stays behind as a tombstone.
  if (message.subtype === "tombstone") {
    const { ts, thread_ts: thread = null } = message;
    return { type: "deleted", channel, ts, thread, ...lastKnown(before, self) };
  }
  const said = readSaid(message, channel, self);
  if (said === null || before === undefined || !message.edited) return NOTHING;
  const previous = readText(before.text ?? "", self.userId);
  // Who names the bot afterwards asks it now, and by that edit alone: the text without its name is the same.
  const isNamedNow = said.isMention && !mentions(before.text ?? "", self.userId);
  // Slack also reports previews of links and the like as changes.
  if (previous === said.text && !isNamedNow) return NOTHING;
  return { type: "edited", said, before: previous, edition: message.edited.ts };
}

function readEvent(event: SlackEvent, self: SlackIdentity): SlackAct {
  switch (event.type) {
    case "agent_session_stopped":
      return event.thread_ts === undefined
        ? NOTHING
        : {
            type: "stopped",
            channel: event.channel,
            thread: event.thread_ts,
            user: event.user ?? null,
          };
    case "app_home_opened": {
      const { user, channel = null, tab = "home" } = event;
      return { type: "home-opened", user, channel, tab };
    }
    case "member_joined_channel":
      return { type: "joined", user: event.user, channel: event.channel };
    case "channel_shared":
      return { type: "shared", channel: event.channel };
    case "reaction_added":
    case "reaction_removed": {
      const { user, reaction, item } = event;
      const isOn = event.type === "reaction_added";
      return { type: "marked", channel: item.channel, ts: item.ts, user, reaction, isOn };
    }
    case "pin_added":
    case "pin_removed": {
      const { user, channel_id: channel, item } = event;
      const isOn = event.type === "pin_added";
      return { type: "marked", channel, ts: item.message.ts, user, reaction: null, isOn };
    }
    case "message":
    case "app_mention": {
      if ("deleted_ts" in event) {
        const { channel, deleted_ts: ts, previous_message: before } = event;
        const isOurs = before?.user === self.userId || before?.bot_id === self.botId;
        const thread = before?.thread_ts ?? null;
        const last = lastKnown(before, self);
        return isOurs ? NOTHING : { type: "deleted", channel, ts, thread, ...last };
      }
      if ("message" in event) return readChange(event, self);
      // Somebody was named by an edit, which is told as a change as well.
      if (event.type === "app_mention" && event.edited) return NOTHING;
      const { channel, ts, user, bot_id: bot } = event;
      if (user === self.userId || bot === self.botId) return { type: "own", channel, ts };
      const said = readSaid(event, channel, self);
      return said === null ? NOTHING : { type: "said", said };
    }
  }
}

/** An event of the Events API. */
interface DecodedEvent {
  readonly eventId: string;
  readonly act: SlackAct;
  /** The channel of the act, when another organisation reads along there; null when none does or nobody says. */
  readonly sharedChannel: string | null;
}

/** An event of the Events API; null when the body is none. */
export function decodeEvent(body: unknown, self: SlackIdentity): DecodedEvent | null {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) return null;
  const event = eventSchema.safeParse(envelope.data.event);
  const act = event.success ? readEvent(event.data, self) : NOTHING;
  const isShared = envelope.data.is_ext_shared_channel === true;
  const channel = event.success && "channel" in event.data ? event.data.channel : undefined;
  return {
    eventId: envelope.data.event_id,
    act,
    sharedChannel: isShared ? (channel ?? null) : null,
  };
}
