import { ApiError } from "../api-error.ts";
import type { SlackChannel, SlackMessage, World } from "../world.ts";
import { channelFor, threadRoot } from "./lookup.ts";
import type { MethodContext, Methods } from "./method.ts";
import { wireChannel, wireMessage } from "./wire.ts";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
  readonly cursor: string;
}

/** Cursors are offsets, made opaque. */
export function page<Item>(
  { args, limits }: MethodContext,
  all: readonly Item[],
  defaultLimit: number,
  maxLimit: number,
): Page<Item> {
  const asked = args.number("limit", defaultLimit);
  if (asked < 1 || asked > maxLimit) throw new ApiError("invalid_limit");
  const limit = Math.min(asked, limits.pageItems);
  const given = args.optional("cursor");
  const from = given === null ? 0 : Number(Buffer.from(given, "base64").toString());
  if (!Number.isInteger(from)) throw new ApiError("invalid_cursor");
  const hasMore = from + limit < all.length;
  const cursor = hasMore ? Buffer.from(String(from + limit)).toString("base64") : "";
  return { items: all.slice(from, from + limit), hasMore, cursor };
}

function isInRange({ args }: MethodContext, message: SlackMessage): boolean {
  const oldest = Number(args.optional("oldest") ?? "0");
  const latest = Number(args.optional("latest") ?? "Infinity");
  const ts = Number(message.ts);
  if (args.flag("inclusive")) return ts >= oldest && ts <= latest;
  return ts > oldest && ts < latest;
}

/** Under the agent messaging experience a direct message's history holds only what the person wrote. */
function isInHistory(world: World, channel: SlackChannel, message: SlackMessage): boolean {
  if (message.channel !== channel.id || message.ephemeralTo !== null) return false;
  const isReply = message.threadTs !== null && message.threadTs !== message.ts;
  if (isReply && message.subtype !== "thread_broadcast") return false;
  return channel.kind !== "im" || message.user !== world.bot.id;
}

function shown(context: MethodContext, messages: readonly SlackMessage[], defaultLimit: number) {
  const { world, args, baseUrl } = context;
  const { items, hasMore, cursor } = page(context, messages, defaultLimit, 1000);
  const options = { baseUrl, withMetadata: args.flag("include_all_metadata") };
  return {
    messages: items.map((message) => wireMessage(world, message, options)),
    has_more: hasMore,
    response_metadata: { next_cursor: cursor },
  };
}

/** A channel whose messages the bot may read. */
function readable({ world, args }: MethodContext): SlackChannel {
  const channel = channelFor(world, args.required("channel"));
  if (!channel.members.has(world.bot.id)) throw new ApiError("not_in_channel");
  return channel;
}

function history(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world } = context;
  const channel = readable(context);
  const found = world.messages.filter(
    (message) => isInHistory(world, channel, message) && isInRange(context, message),
  );
  return shown(context, found.toReversed(), 100);
}

function replies(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world, args } = context;
  const channel = readable(context);
  const root = threadRoot(world, channel.id, args.required("ts"), "thread_not_found");
  const found = world.messages.filter(
    (message) =>
      message.channel === channel.id &&
      message.threadTs === root.ts &&
      message.ts !== root.ts &&
      message.ephemeralTo === null &&
      isInRange(context, message),
  );
  return shown(context, [root, ...found], 1000);
}

function members(context: MethodContext): Readonly<Record<string, unknown>> {
  const channel = channelFor(context.world, context.args.required("channel"));
  const { items, cursor } = page(context, [...channel.members], 100, 1000);
  return { members: items, response_metadata: { next_cursor: cursor } };
}

function list(context: MethodContext): Readonly<Record<string, unknown>> {
  const { world, args } = context;
  const types = new Set((args.optional("types") ?? "public_channel").split(","));
  const names = { public: "public_channel", private: "private_channel", im: "im", mpim: "mpim" };
  const mine = [...world.channels.values()].filter(
    (channel) => channel.members.has(world.bot.id) && types.has(names[channel.kind]),
  );
  const { items, cursor } = page(context, mine, 100, 999);
  return {
    channels: items.map((channel) => wireChannel(world, channel)),
    response_metadata: { next_cursor: cursor },
  };
}

function open({ world, args }: MethodContext): Readonly<Record<string, unknown>> {
  const user = args.required("users");
  if (!world.users.has(user)) throw new ApiError("user_not_found");
  const known = [...world.channels.values()].find(
    (channel) => channel.kind === "im" && channel.members.has(user),
  );
  const id = known?.id ?? world.newId("D");
  if (known === undefined) {
    const members = new Set([user, world.bot.id]);
    const createdAt = world.now();
    const rest = { name: "", topic: "", isExtShared: false, isArchived: false, createdAt };
    world.channels.set(id, { id, kind: "im", members, ...rest });
  }
  return { channel: { id } };
}

const READ = ["channels:read", "groups:read", "im:read", "mpim:read"] as const;
const HISTORY = ["channels:history", "groups:history", "im:history", "mpim:history"] as const;

export const conversationMethods: Methods = {
  "conversations.history": { scopes: HISTORY, tier: "3", token: "bot", run: history },
  "conversations.replies": { scopes: HISTORY, tier: "3", token: "bot", run: replies },
  "conversations.members": { scopes: READ, tier: "4", token: "bot", run: members },
  "conversations.info": {
    scopes: READ,
    tier: "3",
    token: "bot",
    run: ({ world, args }) => ({
      channel: wireChannel(world, channelFor(world, args.required("channel"))),
    }),
  },
  "conversations.open": { scopes: ["im:write"], tier: "3", token: "bot", run: open },
  "users.conversations": { scopes: READ, tier: "3", token: "bot", run: list },
};
