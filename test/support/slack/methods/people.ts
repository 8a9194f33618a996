import { ApiError } from "../api-error.ts";
import { page } from "./conversations.ts";
import { userFor } from "./lookup.ts";
import type { Methods } from "./method.ts";
import { wireUser } from "./wire.ts";

export const peopleMethods: Methods = {
  "users.info": {
    scopes: ["users:read"],
    tier: "4",
    token: "bot",
    run: ({ world, args }) => ({ user: wireUser(userFor(world, args.required("user"))) }),
  },
  "users.list": {
    scopes: ["users:read"],
    tier: "2",
    token: "bot",
    run: (context) => {
      const all = [...context.world.users.values()];
      const own = all.filter(({ teamId }) => teamId === context.world.teamId);
      const { items, cursor } = page(context, own, 1000, 1000);
      return { members: items.map(wireUser), response_metadata: { next_cursor: cursor } };
    },
  },
  "usergroups.list": {
    scopes: ["usergroups:read"],
    tier: "2",
    token: "bot",
    run: ({ world }) => ({
      usergroups: [...world.groups].map(([id, { handle, members }]) => ({
        id,
        team_id: world.teamId,
        is_usergroup: true,
        name: handle,
        handle,
        user_count: members.size,
        date_delete: 0,
      })),
    }),
  },
  "usergroups.users.list": {
    scopes: ["usergroups:read"],
    tier: "2",
    token: "bot",
    run: ({ world, args }) => {
      const group = world.groups.get(args.required("usergroup"));
      if (group === undefined) throw new ApiError("no_such_subteam");
      return { users: [...group.members] };
    },
  },
};
