import { z } from "zod";
import { refuse } from "../api-error.ts";
import { botMay } from "../permissions.ts";
import { wireChannel, wireGuild, wireMember, wireRoles, wireUser } from "../wire.ts";
import { type DiscordGuild, isThread } from "../world.ts";
import type { Route, RouteContext } from "./route.ts";

function guildOf({ world, parameters }: RouteContext): DiscordGuild {
  const guild = world.guilds.get(parameters[0] ?? "");
  if (guild === undefined || !guild.members.has(world.bot.id)) throw refuse.unknownGuild();
  return guild;
}

const recipient = z.object({ recipient_id: z.string() });

/** Flag of an application that may read messages while it is in fewer than a hundred servers. */
const MESSAGE_CONTENT_LIMITED = 1 << 19;

export const placeRoutes: readonly Route[] = [
  {
    name: "GET gateway",
    method: "GET",
    pattern: /^\/gateway\/bot$/u,
    run({ baseUrl, shards, starts }) {
      const { remaining, resetAfterMs } = starts();
      const limit = { total: 1_000, remaining, reset_after: Math.ceil(resetAfterMs) };
      return {
        url: `${baseUrl.replace("http", "ws")}/gateway`,
        shards,
        session_start_limit: { ...limit, max_concurrency: 1 },
      };
    },
  },
  {
    name: "GET self",
    method: "GET",
    pattern: /^\/users\/@me$/u,
    run: ({ world }) => wireUser(world.bot),
  },
  {
    name: "GET application",
    method: "GET",
    pattern: /^\/applications\/@me$/u,
    run: ({ world, hasMessageContent }) => ({
      id: world.applicationId,
      name: "Frontdesk",
      description: "",
      flags: hasMessageContent ? MESSAGE_CONTENT_LIMITED : 0,
    }),
  },
  {
    name: "POST direct",
    method: "POST",
    pattern: /^\/users\/@me\/channels$/u,
    run(context) {
      const parsed = recipient.safeParse(context.body);
      const user = context.world.users.get(parsed.data?.recipient_id ?? "");
      if (user === undefined) throw refuse.invalidForm(["recipient_id"]);
      return wireChannel(context.world, context.directMessages(user));
    },
  },
  {
    name: "GET guilds",
    method: "GET",
    pattern: /^\/users\/@me\/guilds$/u,
    run: ({ world }) =>
      [...world.guilds.values()]
        .filter(({ members }) => members.has(world.bot.id))
        .map(({ id, name, features }) => ({ id, name, features })),
  },
  {
    name: "GET guild",
    method: "GET",
    pattern: /^\/guilds\/(\d+)$/u,
    run(context) {
      const {
        channels: _channels,
        threads: _threads,
        ...guild
      } = wireGuild(context.world, guildOf(context));
      return guild;
    },
  },
  {
    name: "GET member",
    method: "GET",
    pattern: /^\/guilds\/(\d+)\/members\/(\d+)$/u,
    run(context) {
      const id = context.parameters[1] ?? "";
      const member = wireMember(guildOf(context), id);
      const user = context.world.users.get(id);
      if (member === null || user === undefined) throw refuse.unknownMember();
      return { ...member, user: wireUser(user) };
    },
  },
  {
    name: "GET roles",
    method: "GET",
    pattern: /^\/guilds\/(\d+)\/roles$/u,
    run: (context) => wireRoles(guildOf(context)),
  },
  {
    name: "GET guild channels",
    method: "GET",
    pattern: /^\/guilds\/(\d+)\/channels$/u,
    run(context) {
      const guild = guildOf(context);
      return [...context.world.channels.values()]
        .filter((one) => one.guildId === guild.id && !isThread(one))
        .map((channel) => wireChannel(context.world, channel));
    },
  },
  {
    name: "GET channel",
    method: "GET",
    pattern: /^\/channels\/(\d+)$/u,
    run({ world, parameters }) {
      const channel = world.channels.get(parameters[0] ?? "");
      if (channel === undefined) throw refuse.unknownChannel();
      if (channel.guildId !== null && !botMay(world, channel, "viewChannel")) {
        throw refuse.missingAccess();
      }
      return wireChannel(world, channel);
    },
  },
];
