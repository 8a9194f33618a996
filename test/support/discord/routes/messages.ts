import { refuse } from "../api-error.ts";
import { botMay, demand } from "../permissions.ts";
import { shownWithoutContent, wireMessage } from "../wire.ts";
import {
  type DiscordChannel,
  type DiscordMessage,
  isForum,
  isThread,
  type World,
} from "../world.ts";
import { readMessageBody } from "./message-body.ts";
import type { Route, RouteContext } from "./route.ts";

function channelOf({ world, parameters }: RouteContext): DiscordChannel {
  const channel = world.channels.get(parameters[0] ?? "");
  if (channel === undefined) throw refuse.unknownChannel();
  return channel;
}

function messageOf({ world, parameters }: RouteContext): DiscordMessage {
  const message = world.find(parameters[0] ?? "", parameters[1] ?? "");
  if (message === null || message.ephemeralTo !== null) throw refuse.unknownMessage();
  return message;
}

/** When a message was written, in milliseconds since the epoch. */
function timeOf(id: string): number {
  return Number((BigInt(id) >> 22n) + 1_420_070_400_000n);
}

function compare(a: string, b: string): number {
  return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length;
}

function list(context: RouteContext): unknown {
  const { world, query } = context;
  const channel = channelOf(context);
  demand(world, channel, "readHistory");
  const limit = Number(query.get("limit") ?? 50);
  if (!(limit >= 1 && limit <= 100)) throw refuse.invalidForm(["limit"]);
  const [after, before] = [query.get("after"), query.get("before")];
  const all = world.messages.filter(
    ({ channelId, ephemeralTo }) => channelId === channel.id && ephemeralTo === null,
  );
  const some = all
    .filter(({ id }) => after === null || compare(id, after) > 0)
    .filter(({ id }) => before === null || compare(id, before) < 0);
  const page = after === null ? some.slice(-limit) : some.slice(0, limit);
  return page.toReversed().map((message) => shown(context, channel, message));
}

/** A message in an answer: Message Content Intent counts here as well. */
function shown(
  { world, baseUrl, hasMessageContent }: RouteContext,
  channel: DiscordChannel,
  message: DiscordMessage,
): unknown {
  const wire = wireMessage(world, message, { baseUrl });
  const isAll = hasMessageContent || channel.guildId === null;
  return isAll ? wire : shownWithoutContent(world, wire);
}

function create(context: RouteContext): unknown {
  const { world, limits, baseUrl, emit } = context;
  const channel = channelOf(context);
  demand(world, channel, isThread(channel) ? "sendInThreads" : "sendMessages");
  if (context.files.length > 0) demand(world, channel, "attachFiles");
  if (world.users.get(channel.recipient ?? "")?.isClosed === true) throw refuse.takesNoMessages();
  if (isForum(channel)) throw refuse.invalidForm(["a forum holds posts, not messages"]);
  const body = readMessageBody(context.body, context.files, false);
  const mayRead = channel.guildId === null || botMay(world, channel, "readHistory");
  if (body.replyTo !== null && !mayRead) throw refuse.noHistory();
  const isThere = body.replyTo === null || world.find(channel.id, body.replyTo) !== null;
  if (!isThere && !body.canStandAlone)
    throw refuse.invalidForm(["message_reference: Unknown message"]);
  const replyTo = isThere ? body.replyTo : null;
  const same = world.messages.find(
    ({ nonce, authorId, id }) =>
      nonce !== null &&
      nonce === body.nonce &&
      authorId === world.bot.id &&
      world.now() - timeOf(id) < limits.nonceMs,
  );
  if (body.isEnforced && same !== undefined) return wireMessage(world, same, { baseUrl });
  if (channel.isLocked && !botMay(world, channel, "manageThreads")) throw refuse.locked();
  if (channel.isArchived) channel.isArchived = false;
  const message = world.add({
    channelId: channel.id,
    authorId: world.bot.id,
    content: body.content ?? "",
    components: body.components ?? [],
    flags: body.flags & 4,
    files: body.files,
    replyTo,
    nonce: body.nonce,
    type: replyTo === null ? 0 : 19,
    rung: body.rung(world),
  });
  const wire = wireMessage(world, message, { baseUrl, withGuild: true });
  emit("MESSAGE_CREATE", wire, channel.guildId, channel.id);
  return wireMessage(world, message, { baseUrl });
}

const HOUR_MS = 3_600_000;
const oldEdits = new WeakMap<World, Map<string, readonly number[]>>();

/** @throws ApiError 30046 when messages of a channel that are older than an hour were changed too often */
function demandFewEdits({ world, limits }: RouteContext, message: DiscordMessage): void {
  if (world.now() - timeOf(message.id) < HOUR_MS) return;
  const channels = oldEdits.get(world) ?? new Map<string, readonly number[]>();
  oldEdits.set(world, channels);
  const since = performance.now() - limits.oldEditsMs;
  const recent = (channels.get(message.channelId) ?? []).filter((at) => at > since);
  const [first = 0] = recent;
  if (recent.length >= limits.oldEdits) throw refuse.editedTooOften((first - since) / 1_000);
  channels.set(message.channelId, [...recent, performance.now()]);
}

function update(context: RouteContext): unknown {
  const { world, baseUrl, emit } = context;
  const channel = channelOf(context);
  demand(world, channel);
  const message = messageOf(context);
  if (message.authorId !== world.bot.id) throw refuse.notAuthor();
  if (channel.isArchived) throw refuse.archived();
  demandFewEdits(context, message);
  const body = readMessageBody(context.body, context.files, true);
  message.history.push(message.content);
  message.content = body.content ?? message.content;
  message.components = body.components ?? message.components;
  if (body.replacesFiles) message.files = body.files;
  message.editedAt = world.now();
  world.changed();
  const wire = wireMessage(world, message, { baseUrl, withGuild: true });
  emit("MESSAGE_UPDATE", wire, channel.guildId, channel.id);
  return wireMessage(world, message, { baseUrl });
}

function remove(context: RouteContext): undefined {
  const { world, emit } = context;
  const channel = channelOf(context);
  demand(world, channel);
  const message = messageOf(context);
  if (message.authorId !== world.bot.id) throw refuse.missingPermissions();
  if (channel.isArchived) throw refuse.archived();
  world.remove(channel.id, message.id);
  const { guildId } = channel;
  const guild = guildId === null ? {} : { guild_id: guildId };
  emit("MESSAGE_DELETE", { id: message.id, channel_id: channel.id, ...guild }, guildId, channel.id);
}

const MESSAGES = /^\/channels\/(\d+)\/messages$/u;
const MESSAGE = /^\/channels\/(\d+)\/messages\/(\d+)$/u;

export const messageRoutes: readonly Route[] = [
  { name: "GET messages", method: "GET", pattern: MESSAGES, run: list },
  { name: "POST message", method: "POST", pattern: MESSAGES, run: create },
  {
    name: "GET message",
    method: "GET",
    pattern: MESSAGE,
    run(context) {
      const channel = channelOf(context);
      demand(context.world, channel, "readHistory");
      return shown(context, channel, messageOf(context));
    },
  },
  {
    name: "GET pins",
    method: "GET",
    pattern: /^\/channels\/(\d+)\/messages\/pins$/u,
    run(context) {
      const { world, query } = context;
      const channel = channelOf(context);
      demand(world, channel, "readHistory");
      const limit = Number(query.get("limit") ?? 50);
      if (!(limit >= 1 && limit <= 50)) throw refuse.invalidForm(["limit"]);
      const pinned = world.messages.filter(
        ({ channelId, id }) => channelId === channel.id && world.pins.has(id),
      );
      const items = pinned.slice(0, limit).map((message) => ({
        pinned_at: new Date(world.now()).toISOString(),
        message: shown(context, channel, message),
      }));
      return { items, has_more: pinned.length > limit };
    },
  },
  { name: "PATCH message", method: "PATCH", pattern: MESSAGE, run: update },
  { name: "DELETE message", method: "DELETE", pattern: MESSAGE, run: remove },
  {
    name: "POST typing",
    method: "POST",
    pattern: /^\/channels\/(\d+)\/typing$/u,
    run(context) {
      const { world } = context;
      const channel = channelOf(context);
      demand(world, channel, isThread(channel) ? "sendInThreads" : "sendMessages");
      world.typing.push({ channel: channel.id, at: world.now() });
      world.changed();
    },
  },
  {
    name: "PUT reaction",
    method: "PUT",
    pattern: /^\/channels\/(\d+)\/messages\/(\d+)\/reactions\/([^/]+)\/@me$/u,
    run(context) {
      const { world, parameters } = context;
      const channel = channelOf(context);
      demand(world, channel, "readHistory", "addReactions");
      if (channel.isArchived) throw refuse.archived();
      const emoji = decodeURIComponent(parameters[2] ?? "");
      world.reactions.push({ message: messageOf(context).id, emoji });
      world.changed();
    },
  },
];
