import { z } from "zod";
import { refuse } from "../api-error.ts";
import { openChannel } from "../people.ts";
import { botMay, demand } from "../permissions.ts";
import { wireChannel, wireMessage } from "../wire.ts";
import { type DiscordChannel, type DiscordMessage, isForum, isThread } from "../world.ts";
import { type MessageBody, readMessageBody } from "./message-body.ts";
import type { Route, RouteContext } from "./route.ts";

// Limits from docs.discord.com/developers/resources/channel.

const opening = z.looseObject({
  name: z.string().min(1).max(100),
  auto_archive_duration: z.union([60, 1440, 4320, 10080].map((one) => z.literal(one))).optional(),
  message: z.unknown().optional(),
  applied_tags: z.array(z.string()).max(5).optional(),
});
const change = z.object({ archived: z.boolean().optional(), locked: z.boolean().optional() });

function channelOf({ world, parameters }: RouteContext): DiscordChannel {
  const channel = world.channels.get(parameters[0] ?? "");
  if (channel === undefined) throw refuse.unknownChannel();
  return channel;
}

function readOpening({ body }: RouteContext): z.infer<typeof opening> {
  const parsed = opening.safeParse(body);
  if (parsed.success) return parsed.data;
  throw refuse.invalidForm(parsed.error.issues.map(({ path, message }) => `${path}: ${message}`));
}

function addFirst(
  { world, baseUrl, emit }: RouteContext,
  thread: DiscordChannel,
  body: MessageBody,
): DiscordMessage {
  const message = world.add({
    id: thread.id,
    channelId: thread.id,
    authorId: world.bot.id,
    content: body.content ?? "",
    components: body.components ?? [],
    flags: body.flags & 4,
    files: body.files,
    rung: body.rung(world),
  });
  const wire = wireMessage(world, message, { baseUrl, withGuild: true });
  emit("MESSAGE_CREATE", wire, thread.guildId, thread.id);
  return message;
}

function tagsFor(
  context: RouteContext,
  forum: DiscordChannel,
  wanted: readonly string[],
): readonly string[] {
  const known = forum.tags.filter(({ id }) => wanted.includes(id));
  if (known.length < wanted.length) throw refuse.invalidForm(["applied_tags"]);
  if (forum.needsTag && known.length === 0) {
    throw refuse.invalidForm(["applied_tags: A tag is required to create a forum post"]);
  }
  const isModerated = known.some(({ moderated }) => moderated);
  if (isModerated && !botMay(context.world, forum, "manageThreads")) {
    throw refuse.missingPermissions();
  }
  return wanted;
}

/** A post in a forum, which takes no nonce. */
function post(context: RouteContext): unknown {
  const { world, emit, baseUrl, files } = context;
  const forum = channelOf(context);
  demand(world, forum, "sendMessages");
  if (!isForum(forum)) throw refuse.invalidForm(["a thread without a message is none of ours"]);
  const given = readOpening(context);
  const body = readMessageBody(given.message ?? {}, files, false);
  const appliedTags = tagsFor(context, forum, given.applied_tags ?? []);
  const thread = openChannel(world, emit, {
    type: 11,
    name: given.name,
    guildId: forum.guildId,
    parentId: forum.id,
    ownerId: world.bot.id,
    appliedTags,
  });
  const message = addFirst(context, thread, body);
  return { ...wireChannel(world, thread), message: wireMessage(world, message, { baseUrl }) };
}

/** A thread under a message. */
function openUnder(context: RouteContext): unknown {
  const { world, emit, parameters } = context;
  const channel = channelOf(context);
  demand(world, channel, "createThreads");
  const message = world.find(channel.id, parameters[1] ?? "");
  if (message === null || message.ephemeralTo !== null) throw refuse.unknownMessage();
  if (world.channels.has(message.id)) throw refuse.threadExists();
  const { name } = readOpening(context);
  const { guildId, id: parentId } = channel;
  const own = { id: message.id, ownerId: world.bot.id };
  return wireChannel(
    world,
    openChannel(world, emit, { type: 11, name, guildId, parentId, ...own }),
  );
}

function threadsWhere(
  { world }: RouteContext,
  isWanted: (channel: DiscordChannel) => boolean,
): unknown {
  const found = [...world.channels.values()].filter((one) => isThread(one) && isWanted(one));
  return { threads: found.map((one) => wireChannel(world, one)), members: [], has_more: false };
}

export const threadRoutes: readonly Route[] = [
  { name: "POST post", method: "POST", pattern: /^\/channels\/(\d+)\/threads$/u, run: post },
  {
    name: "POST thread",
    method: "POST",
    pattern: /^\/channels\/(\d+)\/messages\/(\d+)\/threads$/u,
    run: openUnder,
  },
  {
    name: "GET active threads",
    method: "GET",
    pattern: /^\/guilds\/(\d+)\/threads\/active$/u,
    run: (context) =>
      threadsWhere(
        context,
        ({ guildId, isArchived }) => guildId === context.parameters[0] && !isArchived,
      ),
  },
  {
    name: "GET archived threads",
    method: "GET",
    pattern: /^\/channels\/(\d+)\/threads\/archived\/public$/u,
    run(context) {
      const channel = channelOf(context);
      demand(context.world, channel, "readHistory");
      return threadsWhere(
        context,
        ({ parentId, isArchived }) => parentId === channel.id && isArchived,
      );
    },
  },
  {
    name: "PATCH channel",
    method: "PATCH",
    pattern: /^\/channels\/(\d+)$/u,
    run(context) {
      const { world, emit } = context;
      const thread = channelOf(context);
      const parsed = change.safeParse(context.body);
      if (!parsed.success || !isThread(thread)) throw refuse.invalidForm(["archived"]);
      // To open it again takes no more than to write in it, unless it is locked.
      const isOpening = parsed.data.archived === false && parsed.data.locked === undefined;
      demand(world, thread, isOpening && !thread.isLocked ? "sendInThreads" : "manageThreads");
      thread.isArchived = parsed.data.archived ?? thread.isArchived;
      thread.isLocked = parsed.data.locked ?? thread.isLocked;
      world.changed();
      emit("THREAD_UPDATE", wireChannel(world, thread), thread.guildId, thread.id);
      return wireChannel(world, thread);
    },
  },
];
