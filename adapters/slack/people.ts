import { z } from "zod";
import {
  type Language,
  type Principal,
  principalMayRead,
  ROLES,
  type Role,
  readsInternal,
  userId,
} from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { createTtlCache } from "../shared/ttl-cache.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import type { SlackIdentity } from "./decode.ts";
import { slackErrorName } from "./errors.ts";
import { cleanLine, cut } from "./safe-text.ts";
import type { SlackSettings } from "./settings.ts";
import { unlessLate } from "./unless-late.ts";

const userSchema = z.object({
  id: z.string(),
  team_id: z.string().nullish(),
  name: z.string().nullish(),
  real_name: z.string().nullish(),
  locale: z.string().nullish(),
  is_restricted: z.boolean().nullish(),
  is_ultra_restricted: z.boolean().nullish(),
  is_stranger: z.boolean().nullish(),
  /** In an Enterprise Grid: the workspaces that somebody belongs to. */
  enterprise_user: z.object({ teams: z.array(z.string()).nullish() }).nullish(),
  profile: z
    .object({ display_name: z.string().nullish(), real_name: z.string().nullish() })
    .nullish(),
});
type SlackUser = z.infer<typeof userSchema>;

const infoAnswer = z.object({ user: userSchema });
const leaverAnswer = z.object({ user: z.object({ deleted: z.boolean().nullish() }) });
const listAnswer = z.object({
  members: z.array(userSchema),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});
const groupsAnswer = z.object({
  usergroups: z.array(z.object({ id: z.string(), handle: z.string().nullish() })),
});
const membersAnswer = z.object({ users: z.array(z.string()) });

/** People of the workspace, with their rights. */
export interface SlackPeople {
  /** Who this is. When Slack does not say, a guest: he sees what is public. */
  principal(user: string, call: SlackCall): Promise<Principal>;
  /** The same by the time of the limit: then of what is known already, and of nobody known, a guest. */
  principalBy(user: string, limit: AbortSignal, call: SlackCall): Promise<Principal>;
  /** Whether somebody may read what is internal, by the role he has; null when only Slack can say. */
  knownToReadInternal(user: string): Promise<boolean | null>;
  /** The same, asked of Slack when need be; people whom Slack does not know are guests unless a role is configured. */
  readsInternal(user: string, call: SlackCall): Promise<boolean>;
  /** The workspace that somebody belongs to: in a shared channel perhaps another one; ours when Slack does not say. */
  teamOf(user: string, call: SlackCall): Promise<string>;
  /** The language that somebody has set in Slack. */
  language(user: string, call: SlackCall): Promise<Language>;
  /** Whether an account was switched off. Asks anew. @throws FrontdeskError when Slack does not say */
  hasLeft(user: string, call: SlackCall): Promise<boolean>;
  /** Reads everybody of the workspace at once, unless that was done of late, so that single look-ups are rare. */
  preload(call: SlackCall): Promise<void>;
}

const PROFILE_MS = 10 * 60_000;
const GROUPS_MS = 5 * 60_000;
/** Nothing that is known of somebody counts for longer when Slack does not say. */
const EVERYBODY_MS = 30 * 60_000;
const MAX_PAGES = 20;

function isGuest(user: SlackUser, team: string): boolean {
  if (user.is_restricted === true || user.is_ultra_restricted === true) return true;
  if (user.is_stranger === true) return true;
  if (user.enterprise_user?.teams?.includes(team) === true) return false;
  return user.team_id !== undefined && user.team_id !== null && user.team_id !== team;
}

function nameOf(user: SlackUser): string {
  const names = [user.profile?.display_name, user.profile?.real_name, user.real_name, user.name];
  const name = names.map((one) => cleanLine(one ?? "")).find((one) => one !== "");
  return cut(name ?? user.id, 80);
}

/** Who is in the user groups that the configuration names. */
interface Members {
  readonly groups: ReadonlyMap<string, ReadonlySet<string>>;
  readonly roles: ReadonlyMap<Role, ReadonlySet<string>>;
}

function groupsIn(members: Members | null, user: string): readonly string[] {
  return [...(members?.groups ?? [])].filter(([, ids]) => ids.has(user)).map(([name]) => name);
}

/** The highest role that somebody has by user groups; when Slack does not say who is in them, the one that lets read least. */
function roleIn(members: Members | null, { roles }: SlackSettings, user: string): Role | null {
  if (members === null) {
    return Object.values(roles).find((role) => !readsInternal(role)) ?? null;
  }
  return ROLES.find((role) => members.roles.get(role)?.has(user) === true) ?? null;
}

function withMembers<Name>(
  known: ReadonlyMap<Name, ReadonlySet<string>>,
  name: Name,
  users: readonly string[],
): ReadonlyMap<Name, ReadonlySet<string>> {
  return new Map([...known, [name, new Set([...(known.get(name) ?? []), ...users])]]);
}

/** Looks people up, and remembers them for ten minutes. */
export function createSlackPeople(options: {
  readonly api: SlackApi;
  readonly identity: () => Promise<SlackIdentity>;
  readonly settings: SlackSettings;
  readonly logger: Logger;
}): SlackPeople {
  const { api, settings, logger } = options;
  const users = createTtlCache<SlackUser>(PROFILE_MS);
  const everybody = createTtlCache<true>(EVERYBODY_MS);
  const groups = createTtlCache<Members>(GROUPS_MS);

  const lookUp = async (id: string, call: SlackCall): Promise<SlackUser | null> => {
    try {
      return await users.get(
        id,
        async () =>
          (await api.call("users.info", { user: id, include_locale: true }, infoAnswer, call)).user,
      );
    } catch (error) {
      call.signal.throwIfAborted();
      logger.debug({ err: error, userId: id }, "a person could not be looked up");
      return users.peek(id, EVERYBODY_MS);
    }
  };

  /** Members by our names of groups and by roles. */
  const loadGroups = async (call: SlackCall): Promise<Members> => {
    const { usergroups } = await api.call("usergroups.list", {}, groupsAnswer, call);
    let members: Members = { groups: new Map(), roles: new Map() };
    for (const { id, handle } of usergroups) {
      const name = settings.groups[id] ?? settings.groups[handle ?? ""];
      const role = settings.roles[id] ?? settings.roles[handle ?? ""];
      if (name === undefined && role === undefined) continue;
      const answer = await api.call(
        "usergroups.users.list",
        { usergroup: id },
        membersAnswer,
        call,
      );
      const { users: ids } = answer;
      members = {
        groups: name === undefined ? members.groups : withMembers(members.groups, name, ids),
        roles: role === undefined ? members.roles : withMembers(members.roles, role, ids),
      };
    }
    return members;
  };

  const hasRoles = Object.keys(settings.roles).length > 0;
  const hasGroups = hasRoles || Object.keys(settings.groups).length > 0;
  const NOBODY: Members = { groups: new Map(), roles: new Map() };

  /** Null when Slack does not say. */
  const membersNow = async (call: SlackCall): Promise<Members | null> => {
    if (!hasGroups) return NOBODY;
    try {
      return await groups.get("all", () => loadGroups(call));
    } catch (error) {
      call.signal.throwIfAborted();
      logger.warn({ err: error }, "user groups could not be read; nobody counts as a member");
      return null;
    }
  };

  const membersKnown = (): Members | null =>
    hasGroups ? groups.peek("all", EVERYBODY_MS) : NOBODY;

  const readEverybody = async (call: SlackCall): Promise<true> => {
    let cursor: string | undefined;
    for (let page = 0; page < MAX_PAGES; page += 1) {
      const args = {
        limit: 1000,
        include_locale: true,
        ...(cursor === undefined ? {} : { cursor }),
      };
      const answer = await api.call("users.list", args, listAnswer, call);
      for (const user of answer.members) users.put(user.id, user);
      cursor = answer.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === "") break;
    }
    return true;
  };

  const isOutsider = async (user: SlackUser | null): Promise<boolean> =>
    user === null || isGuest(user, (await options.identity()).team);

  const principalOf = (
    id: string,
    user: SlackUser | null,
    isOutside: boolean,
    members: Members | null,
  ): Principal => {
    const name = `slack:${id}`;
    const entry = Object.hasOwn(settings.people, name) ? settings.people[name] : undefined;
    const given = roleIn(members, settings, id) ?? settings.defaultRole;
    const role: Role = entry?.role ?? (isOutside ? "guest" : given);
    return {
      platform: "slack",
      userId: userId(id),
      displayName: entry?.name ?? (user === null ? id : nameOf(user)),
      role,
      groups: [...new Set([...(entry?.groups ?? []), ...groupsIn(members, id)])],
    };
  };

  const principal: SlackPeople["principal"] = async (id, call) => {
    const [user, members] = await Promise.all([lookUp(id, call), membersNow(call)]);
    return principalOf(id, user, await isOutsider(user), members);
  };

  /** The rule for one person, so that a reader counts for no more than he would get to see himself. */
  const mayReadInternal = (id: string, isOutside: boolean): boolean =>
    principalMayRead(principalOf(id, null, isOutside, membersKnown()), "internal");

  return {
    async knownToReadInternal(id) {
      const user = users.peek(id, EVERYBODY_MS);
      if (user !== null) return mayReadInternal(id, await isOutsider(user));
      const atLeast = mayReadInternal(id, true);
      return atLeast === mayReadInternal(id, false) ? atLeast : null;
    },
    async readsInternal(id, call) {
      if (hasRoles) await membersNow(call);
      return mayReadInternal(id, await isOutsider(await lookUp(id, call)));
    },
    async teamOf(id, call) {
      const { team } = await options.identity();
      const user = await lookUp(id, call);
      if (user === null || user.enterprise_user?.teams?.includes(team) === true) return team;
      return user.team_id ?? team;
    },
    async language(id, call) {
      return (await lookUp(id, call))?.locale?.startsWith("zh") === true ? "zh" : "en";
    },
    principal,
    principalBy(id, limit, call) {
      return unlessLate(principal(id, call), limit, async () => {
        const user = users.peek(id, EVERYBODY_MS);
        logger.warn({ userId: id, isKnown: user !== null }, "Slack is slow to say who somebody is");
        return principalOf(id, user, await isOutsider(user), membersKnown());
      });
    },
    async hasLeft(id, call) {
      try {
        const { user } = await api.call("users.info", { user: id }, leaverAnswer, call);
        return user.deleted === true;
      } catch (error) {
        if (slackErrorName(error) === "user_not_found") return true;
        throw error;
      }
    },
    async preload(call) {
      if (hasRoles) await membersNow(call);
      await everybody.get("all", () => readEverybody(call));
    },
  };
}
