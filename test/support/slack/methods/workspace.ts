import { ApiError } from "../api-error.ts";
import { threadKey } from "../world.ts";
import { channelFor } from "./lookup.ts";
import type { Methods } from "./method.ts";
import { wireFile } from "./wire.ts";

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
  "files.info": {
    scopes: ["files:read"],
    tier: "4",
    token: "bot",
    run: ({ world, args, baseUrl }) => {
      const id = args.required("file");
      const file = world.messages.flatMap(({ files }) => files).find((one) => one.id === id);
      if (file === undefined) throw new ApiError("file_not_found");
      return { file: wireFile({ ...file, isElsewhere: false }, baseUrl) };
    },
  },
  "reactions.add": {
    scopes: ["reactions:write"],
    tier: "3",
    token: "bot",
    run: ({ world, args }) => {
      const channel = channelFor(world, args.required("channel"));
      const ts = args.required("timestamp");
      if (world.find(channel.id, ts) === null) throw new ApiError("message_not_found");
      const reaction = { message: threadKey(channel.id, ts), name: args.required("name") };
      const isThere = world.reactions.some(
        ({ message, name }) => message === reaction.message && name === reaction.name,
      );
      if (isThere) throw new ApiError("already_reacted");
      world.reactions.push(reaction);
      world.changed();
      return {};
    },
  },
};
