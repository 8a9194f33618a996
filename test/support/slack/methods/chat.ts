import { z } from "zod";
import { ApiError } from "../api-error.ts";
import type { Arguments } from "../arguments.ts";
import { type Block, parseBlocks, shown } from "../block-rules.ts";
import { type SlackMessage, type SlackMetadata, threadKey, type World } from "../world.ts";
import { ownMessage, writableChannel } from "./lookup.ts";
import type { MethodContext, Methods } from "./method.ts";
import { wireMessage } from "./wire.ts";

const MAX_TEXT = 40_000;

const metadataValue = z.union([z.string(), z.number(), z.boolean()]);
const metadataObject = z.record(z.string(), metadataValue);
const metadataSchema = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(
    z.string(),
    z.union([metadataValue, metadataObject, z.array(metadataObject)]),
  ),
});

/** @throws ApiError `metadata_must_be_sent_from_app`, `invalid_metadata_format`, … */
export function readMetadata(args: Arguments): SlackMetadata | null | undefined {
  const given = args.json("metadata");
  if (given === undefined) return undefined;
  if (typeof given === "object" && given !== null && Object.keys(given).length === 0) return null;
  const parsed = metadataSchema.safeParse(given);
  if (!parsed.success) throw new ApiError("invalid_metadata_format");
  if (JSON.stringify(parsed.data).length > 16_000) throw new ApiError("metadata_too_large");
  return parsed.data;
}

interface Content {
  readonly text: string;
  readonly blocks: readonly Block[];
}

/** What a message says: blocks, or text; at least one. */
function readContent(args: Arguments): Content {
  const given = args.json("blocks");
  const blocks = given === undefined ? [] : parseBlocks(given);
  const markdown = args.optional("markdown_text");
  const text = args.optional("text");
  if (markdown !== null && (text !== null || blocks.length > 0)) {
    throw new ApiError("markdown_text_conflict");
  }
  if (markdown !== null) {
    if (markdown.length > 12_000) throw new ApiError("msg_too_long");
    return { text: markdown, blocks: [{ type: "markdown", text: markdown }] };
  }
  if (text === null && blocks.length === 0) throw new ApiError("no_text");
  const words = text ?? blocks.map(shown).join("\n");
  return { text: words.slice(0, MAX_TEXT), blocks };
}

/** The root that a reply's `thread_ts` names; a reply's own `ts` is followed to its root, as Slack does. */
function rootOf(world: World, channel: string, threadTs: string | null): string | null {
  if (threadTs === null) return null;
  const named = world.find(channel, threadTs);
  if (named === null || named.ephemeralTo !== null) throw new ApiError("thread_not_found");
  return named.threadTs ?? named.ts;
}

/** Whether somebody has replied in a thread. */
function isActive(world: World, channel: string, root: string): boolean {
  return world.messages.some(
    (message) =>
      message.channel === channel &&
      message.threadTs === root &&
      message.ts !== root &&
      message.ephemeralTo === null,
  );
}

function clearStatus(world: World, channel: string, threadTs: string | null): void {
  if (threadTs !== null) world.statuses.delete(threadKey(channel, threadTs));
}

function told(context: MethodContext, message: SlackMessage): Readonly<Record<string, unknown>> {
  return wireMessage(context.world, message, { baseUrl: context.baseUrl, withMetadata: true });
}

function postMessage(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world, args, emit } = context;
  const channel = writableChannel(world, args.required("channel"));
  const threadTs = rootOf(world, channel.id, args.optional("thread_ts"));
  const { text, blocks } = readContent(args);
  const metadata = readMetadata(args) ?? null;
  const { id: user, botId } = world.bot;
  const isBroadcast = threadTs !== null && args.flag("reply_broadcast");
  const subtype = isBroadcast ? "thread_broadcast" : null;
  const place = { channel: channel.id, threadTs };
  const message = world.add({ ...place, user, botId, text, blocks, metadata, subtype });
  clearStatus(world, channel.id, threadTs);
  emit({ ...told(context, message), type: "message", channel: channel.id });
  return { channel: channel.id, ts: message.ts, message: told(context, message) };
}

function postEphemeral(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world, args } = context;
  const channel = writableChannel(world, args.required("channel"));
  const reader = args.required("user");
  if (!channel.members.has(reader)) throw new ApiError("user_not_in_channel");
  const threadTs = rootOf(world, channel.id, args.optional("thread_ts"));
  const { text, blocks } = readContent(args);
  // "Ephemeral messages in threads are only shown if there is already an active thread": else nobody ever sees it.
  if (threadTs !== null && !isActive(world, channel.id, threadTs)) {
    return { message_ts: world.nextTs() };
  }
  const { id: user, botId } = world.bot;
  const parts = { channel: channel.id, threadTs, user, botId, text, blocks };
  return { message_ts: world.add({ ...parts, ephemeralTo: reader }).ts };
}

function update(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world, args, emit } = context;
  const channel = writableChannel(world, args.required("channel"));
  const message = ownMessage(world, channel.id, args.required("ts"), "cant_update_message");
  if (message.stream !== null) throw new ApiError("streaming_state_conflict");
  const { text, blocks } = readContent(args);
  const metadata = readMetadata(args);
  const before = told(context, message);
  message.history.push(message.text);
  message.text = text;
  message.blocks = blocks;
  if (metadata !== undefined) message.metadata = metadata;
  message.editedTs = world.nextTs();
  world.changed();
  emit({
    type: "message",
    subtype: "message_changed",
    hidden: true,
    channel: channel.id,
    ts: world.nextTs(),
    message: told(context, message),
    previous_message: before,
  });
  return { channel: channel.id, ts: message.ts, text, message: told(context, message) };
}

function remove(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world, args, emit } = context;
  const channel = writableChannel(world, args.required("channel"));
  const message = ownMessage(world, channel.id, args.required("ts"), "cant_delete_message");
  const before = told(context, message);
  world.remove(channel.id, message.ts);
  emit({
    type: "message",
    subtype: "message_deleted",
    hidden: true,
    channel: channel.id,
    ts: world.nextTs(),
    deleted_ts: message.ts,
    previous_message: before,
  });
  return { channel: channel.id, ts: message.ts };
}

function getPermalink({ world, args, baseUrl }: MethodContext): Readonly<Record<string, unknown>> {
  const channel = args.required("channel");
  const ts = args.required("message_ts");
  if (world.find(channel, ts) === null) throw new ApiError("message_not_found");
  return { channel, permalink: `${baseUrl}/archives/${channel}/p${ts.replace(".", "")}` };
}

const scopes = ["chat:write"] as const;

export const chatMethods: Methods = {
  "chat.postMessage": { scopes, tier: null, token: "bot", run: postMessage },
  "chat.postEphemeral": { scopes, tier: "4", token: "bot", run: postEphemeral },
  "chat.update": { scopes, tier: "3", token: "bot", run: update },
  "chat.delete": { scopes, tier: "3", token: "bot", run: remove },
  "chat.getPermalink": { scopes: [], tier: "special", token: "bot", run: getPermalink },
};
