import { setTimeout as sleep } from "node:timers/promises";
import {
  isFrontdeskError,
  type Principal,
  ROLES,
  type Role,
  readsInternal,
  userId,
} from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { cleanLine, cut } from "../shared/text.ts";
import { createTtlCache } from "../shared/ttl-cache.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { nameOf } from "./decode.ts";
import type { Guilds } from "./guilds.ts";
import { type DiscordMember, memberSchema } from "./payloads.ts";
import type { DiscordSettings } from "./settings.ts";

/** Somebody who did something, as far as the event said. */
export interface Actor {
  readonly user: string;
  readonly name: string;
  /** Null in direct messages. */
  readonly guild: string | null;
  /** Null where the event did not say them. */
  readonly roles: readonly string[] | null;
}

/** People with their rights. */
export interface DiscordPeople {
  /** Who this is. When Discord does not say, a guest: he sees what is public. */
  principal(actor: Actor, call: DiscordCall): Promise<Principal>;
  /** His roles in the server; empty in direct messages, null for no member and when Discord does not say. */
  rolesOf(actor: Actor, call: DiscordCall): Promise<readonly string[] | null>;
}

/** People of Discord are configured as `discord:<user id>`. */
const PEOPLE = "discord:";
const MEMBER_MS = 10 * 60_000;
const RETRY_WAITS_MS = [50, 200];

function highest(roles: readonly Role[]): Role | null {
  return ROLES.find((role) => roles.includes(role)) ?? null;
}

/** What the configuration says of somebody; undefined when it does not name him. */
function entryOf(
  { people }: DiscordSettings,
  user: string,
): DiscordSettings["people"][string] | undefined {
  const name = `${PEOPLE}${user}`;
  return Object.hasOwn(people, name) ? people[name] : undefined;
}

/**
 * Whether somebody in a server of the organisation may count as a guest: by default, by a Discord role or by name. It asks the
 * same settings as {@link DiscordPeople.principal}, for whoever may read along.
 */
export function mayHaveGuests({ defaultRole, roles, people }: DiscordSettings): boolean {
  const named = Object.entries(people).filter(([name]) => name.startsWith(PEOPLE));
  const given = [defaultRole, ...Object.values(roles), ...named.map(([, { role }]) => role)];
  return given.some((role) => !readsInternal(role));
}

/** Asks again after a passing failure: without an answer somebody is the least that he can be. */
async function persistently<Result>(
  ask: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (const waitMs of RETRY_WAITS_MS) {
    try {
      return await ask();
    } catch (error) {
      if (!isFrontdeskError(error, "delivery_uncertain")) throw error;
      await sleep(waitMs, undefined, { signal });
    }
  }
  return ask();
}

/** The role that the configuration gives somebody by name or by his roles in Discord; null when it gives him none. */
export function givenRole(
  settings: DiscordSettings,
  user: string,
  roles: readonly string[],
): Role | null {
  return entryOf(settings, user)?.role ?? highest(roles.flatMap((id) => settings.roles[id] ?? []));
}

/** Looks members up, and remembers them for ten minutes. */
export function createDiscordPeople(options: {
  readonly api: Pick<DiscordApi, "call">;
  readonly guilds: Pick<Guilds, "isHome" | "homes">;
  readonly settings: DiscordSettings;
  readonly logger: Logger;
}): DiscordPeople {
  const { api, guilds, settings, logger } = options;
  const members = createTtlCache<DiscordMember | null>(MEMBER_MS);

  /** Null for somebody who is no member, or of whom Discord does not say. */
  const memberOf = async (
    guild: string,
    user: string,
    call: DiscordCall,
  ): Promise<DiscordMember | null> => {
    const route = `/guilds/${guild}/members/${user}` as const;
    try {
      const ask = () => api.call({ method: "GET", route }, memberSchema, call);
      return await members.get(`${guild}/${user}`, () => persistently(ask, call.signal));
    } catch (error) {
      call.signal.throwIfAborted();
      logger.debug({ err: error, user }, "a member could not be looked up");
      return null;
    }
  };

  const rolesOf: DiscordPeople["rolesOf"] = async ({ guild, user, roles }, call) => {
    if (guild === null) return [];
    return roles ?? (await memberOf(guild, user, call))?.roles ?? null;
  };

  /** What somebody is in the organisation: where he writes, and in direct messages wherever he is a member. */
  const standing = async (actor: Actor, call: DiscordCall) => {
    if (actor.guild !== null) {
      const roles = await rolesOf(actor, call);
      const isInside = roles !== null && (await guilds.isHome(actor.guild, call));
      return { isInside, roles: roles ?? [] };
    }
    const homes = await guilds.homes(call);
    const found = await Promise.all(homes.map((guild) => memberOf(guild, actor.user, call)));
    const there = found.filter((member) => member !== null);
    return { isInside: there.length > 0, roles: there.flatMap(({ roles }) => roles) };
  };

  return {
    rolesOf,
    async principal(actor, call) {
      const entry = entryOf(settings, actor.user);
      const { isInside, roles } = await standing(actor, call);
      const given = highest(roles.flatMap((id) => settings.roles[id] ?? []));
      const role = entry?.role ?? (isInside ? (given ?? settings.defaultRole) : "guest");
      const groups = isInside ? roles.flatMap((id) => settings.groups[id] ?? []) : [];
      return {
        platform: "discord",
        userId: userId(actor.user),
        displayName: entry?.name ?? (cut(cleanLine(actor.name), 80) || actor.user),
        role,
        groups: [...new Set([...(entry?.groups ?? []), ...groups])],
      };
    },
  };
}

/** Whoever wrote a message or pressed something. */
export function actorOf(
  user: {
    readonly id: string;
    readonly username: string;
    readonly global_name?: string | null | undefined;
  },
  member: DiscordMember | undefined,
  guild: string | null,
): Actor {
  return { user: user.id, name: nameOf(user, member?.nick), guild, roles: member?.roles ?? null };
}
