import { ApiError } from "../api-error.ts";
import { threadKey } from "../world.ts";
import { channelFor } from "./lookup.ts";
import type { Methods } from "./method.ts";
import { wireMessage } from "./wire.ts";

export const workspaceMethods: Methods = {
  "auth.test": {
    scopes: [],
    tier: "special",
    token: "bot",
    run: ({ world, baseUrl }) => ({
      url: `${baseUrl}/`,
      team: "Acme",
      user: world.bot.name,
      team_id: world.teamId,
      user_id: world.bot.id,
      bot_id: world.bot.botId,
      is_enterprise_install: false,
    }),
  },
  "apps.connections.open": {
    scopes: [],
    tier: "special",
    token: "app",
    run: ({ socketUrl }) => ({ url: socketUrl() }),
  },
  "team.info": {
    scopes: ["team:read"],
    tier: "3",
    token: "bot",
    run: ({ world }) => ({ team: { id: world.teamId, name: "Acme", domain: "acme" } }),
  },
  "reactions.add": {
    scopes: ["reactions:write"],
    tier: "3",
    token: "bot",
    run: ({ world, args }) => {
      const channel = channelFor(world, args.required("channel"));
      const ts = args.required("timestamp");
      if (world.find(channel.id, ts) === null) throw new ApiError("message_not_found");
      const user = world.bot.id;
      const reaction = { message: threadKey(channel.id, ts), name: args.required("name"), user };
      const isThere = world.reactions.some(
        (one) =>
          one.message === reaction.message && one.name === reaction.name && one.user === user,
      );
      if (isThere) throw new ApiError("already_reacted");
      world.reactions.push(reaction);
      world.changed();
      return {};
    },
  },
  "reactions.get": {
    scopes: ["reactions:read"],
    tier: "3",
    token: "bot",
    run: ({ world, args, baseUrl }) => {
      const channel = channelFor(world, args.required("channel"));
      const ts = args.required("timestamp");
      const found = world.find(channel.id, ts);
      if (found === null || found.subtype === "tombstone") throw new ApiError("message_not_found");
      const put = world.reactions.filter(({ message }) => message === threadKey(channel.id, ts));
      const names = [...new Set(put.map(({ name }) => name))];
      const reactions = names.map((name) => {
        const users = put.filter((one) => one.name === name).map(({ user }) => user);
        return { name, users, count: users.length };
      });
      const permalink = `https://acme.slack.com/archives/${channel.id}/p${ts.replace(".", "")}`;
      const message = wireMessage(world, found, { baseUrl, withMetadata: false });
      return {
        type: "message",
        channel: channel.id,
        message: { ...message, reactions, permalink },
      };
    },
  },
  "pins.list": {
    scopes: ["pins:read"],
    tier: "2",
    token: "bot",
    run: ({ world, args, baseUrl }) => {
      const channel = channelFor(world, args.required("channel"));
      if (!channel.members.has(world.bot.id)) throw new ApiError("not_in_channel");
      const pinned = world.messages.filter((one) => world.pins.has(threadKey(one.channel, one.ts)));
      const items = pinned
        .filter((one) => one.channel === channel.id)
        .map((one) => ({
          type: "message",
          channel: channel.id,
          message: wireMessage(world, one, { baseUrl, withMetadata: false }),
        }));
      return { items };
    },
  },
};
