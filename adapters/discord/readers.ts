import { PermissionFlagsBits } from "discord.js";
import { z } from "zod";
import type { Audience, Visibility } from "../../src/core/index.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import type { DiscordIdentity } from "./decode.ts";
import { CODES, discordErrorCode } from "./errors.ts";
import type { Guilds } from "./guilds.ts";
import { memberSchema } from "./payloads.ts";
import { mayHaveGuests } from "./people.ts";
import { overwriteSchema, permissionsIn, roleSchema } from "./permissions.ts";
import type { Place } from "./places.ts";
import { channelSettings, type DiscordSettings } from "./settings.ts";

/** Who may read a channel at this very moment: asked of Discord, never of what is remembered. */
export interface Readers {
  /**
   * What everybody may be shown who may read there now. A group's documents count only as long as the channel is shut to all
   * but that group: its roles by `discord.groups`, and people who were let in one by one. When Discord does not say: what is public.
   */
  of(place: Place, call: DiscordCall): Promise<Audience>;
  /** Whether every member of the server may see the channel; also true when Discord does not say. */
  isOpen(place: Pick<Place, "guild" | "channel">, call: DiscordCall): Promise<boolean>;
  /**
   * The same for whoever must be sure of it.
   * @throws FrontdeskError when Discord does not say
   */
  isSurelyOpen(place: Pick<Place, "guild" | "channel">, call: DiscordCall): Promise<boolean>;
}

const guildSchema = z.object({
  id: z.string(),
  features: z.array(z.string()).default([]),
  roles: z.array(roleSchema).default([]),
});
const channelSchema = z.object({ permission_overwrites: z.array(overwriteSchema).default([]) });

interface Door {
  readonly guild: z.infer<typeof guildSchema>;
  readonly overwrites: z.infer<typeof channelSchema>["permission_overwrites"];
}

/** Whether somebody with no role but these sees the channel. */
function lets({ guild, overwrites }: Door, member: { id: string; roles: readonly string[] }) {
  const bits = permissionsIn({ guild: guild.id, member, roles: guild.roles, overwrites });
  return (bits & PermissionFlagsBits.ViewChannel) !== 0n;
}

/** Roles that open the channel; of administrators, who see every channel, and of bots it is not asked what they may read. */
function openingRoles(door: Door): readonly string[] {
  return door.guild.roles
    .filter(({ id, tags }) => id !== door.guild.id && tags?.bot_id === undefined)
    .filter(({ permissions }) => (BigInt(permissions) & PermissionFlagsBits.Administrator) === 0n)
    .filter(({ id }) => lets(door, { id: "", roles: [id] }))
    .map(({ id }) => id);
}

export function createReaders(options: {
  readonly api: Pick<DiscordApi, "call">;
  readonly guilds: Pick<Guilds, "isHomeBy">;
  readonly settings: DiscordSettings;
  readonly identity: () => Promise<DiscordIdentity>;
  readonly logger: Logger;
}): Readers {
  const { api, guilds, settings, identity, logger } = options;

  const doorOf = async (guild: string, channel: string, call: DiscordCall): Promise<Door> => {
    const [known, { permission_overwrites: overwrites }] = await Promise.all([
      api.call({ method: "GET", route: `/guilds/${guild}` }, guildSchema, call),
      api.call({ method: "GET", route: `/channels/${channel}` }, channelSchema, call),
    ]);
    return { guild: known, overwrites };
  };

  const isEveryoneIn = (door: Door): boolean => lets(door, { id: "", roles: [] });

  /** Whether somebody who was let in by name belongs to a group; somebody who has left reads nothing. */
  const isOf = async (group: string, guild: string, user: string, call: DiscordCall) => {
    if (settings.people[`discord:${user}`]?.groups.includes(group) === true) return true;
    const route = `/guilds/${guild}/members/${user}` as const;
    try {
      const { roles } = await api.call({ method: "GET", route }, memberSchema, call);
      return roles.some((role) => settings.groups[role] === group);
    } catch (error) {
      if (discordErrorCode(error) === CODES.unknownMember) return true;
      throw error;
    }
  };

  /** Whether all who may see the channel belong to a group. */
  const isAllOf = async (group: string, door: Door, call: DiscordCall): Promise<boolean> => {
    if (isEveryoneIn(door)) return false;
    if (!openingRoles(door).every((role) => settings.groups[role] === group)) return false;
    const { userId: self } = await identity();
    for (const { id, type, allow } of door.overwrites) {
      const isIn = type === 1 && (BigInt(allow) & PermissionFlagsBits.ViewChannel) !== 0n;
      if (isIn && id !== self && !(await isOf(group, door.guild.id, id, call))) return false;
    }
    return true;
  };

  const visibleIn = async (
    channel: string,
    door: Door,
    call: DiscordCall,
  ): Promise<readonly Visibility[]> => {
    const isInside = !mayHaveGuests(settings) && guilds.isHomeBy(door.guild);
    const usual: readonly Visibility[] = isInside ? ["public", "internal"] : ["public"];
    const visible: Visibility[] = [];
    for (const one of channelSettings(settings, channel).visible ?? usual) {
      const [, group] = /^group:(.+)$/u.exec(one) ?? [];
      if (group === undefined || (await isAllOf(group, door, call))) visible.push(one);
    }
    return visible;
  };

  const isSurelyOpen: Readers["isSurelyOpen"] = async ({ guild, channel }, call) =>
    guild !== null && isEveryoneIn(await doorOf(guild, channel, call));

  return {
    isSurelyOpen,
    async of({ guild, channel, isDirect }, call) {
      if (isDirect || guild === null) return { kind: "private" };
      try {
        const door = await doorOf(guild, channel, call);
        return { kind: "shared", visible: await visibleIn(channel, door, call) };
      } catch (error) {
        call.signal.throwIfAborted();
        logger.info({ err: error, channel }, "who reads a channel is unknown: only what is public");
        return { kind: "shared", visible: ["public"] };
      }
    },
    async isOpen({ guild, channel }, call) {
      try {
        return await isSurelyOpen({ guild, channel }, call);
      } catch (error) {
        call.signal.throwIfAborted();
        logger.info({ err: error, channel }, "who sees a channel is unknown");
        return true;
      }
    },
  };
}
