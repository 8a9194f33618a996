import { z } from "zod";
import type { Logger } from "../../src/ports/logger.ts";
import type { Remembered } from "../shared/remembered.ts";
import { createTtlCache } from "../shared/ttl-cache.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import type { KnownGuild } from "./decode.ts";
import { guildSchema } from "./payloads.ts";
import type { DiscordSettings } from "./settings.ts";

/** The servers in which the bot is, and whose members belong to the organisation. */
export interface Guilds {
  /** Whether the members of a server belong to the organisation. When Discord does not say: no. */
  isHome(guild: string, call: DiscordCall): Promise<boolean>;
  /** The same by what Discord says of the server at this moment; it is remembered. */
  isHomeBy(guild: Pick<KnownGuild, "id" | "features">): boolean;
  /** The servers of the organisation that are known. */
  homes(call: DiscordCall): Promise<readonly string[]>;
  put(guild: KnownGuild): Promise<void>;
  /** The bot belongs to it no longer: who is a member there is of no account. */
  forget(guild: string): Promise<void>;
  /** The role that stands for the bot in a server; null when there is none, or it is not known yet. */
  botRoleIn(guild: string): string | null;
}

const HOUR_MS = 3_600_000;
const KEPT_MS = 30 * 24 * HOUR_MS;
/** Features of servers that anybody may join. */
const OPEN_TO_ALL = ["COMMUNITY", "DISCOVERABLE", "PARTNERED", "VERIFIED"];

function isOpen(features: readonly string[]): boolean {
  return features.some((feature) => OPEN_TO_ALL.includes(feature));
}

export function createGuilds(options: {
  readonly api: DiscordApi;
  readonly memory: Remembered;
  readonly settings: DiscordSettings;
  readonly logger: Logger;
}): Guilds {
  const { api, memory, settings, logger } = options;
  const known = createTtlCache<boolean>(HOUR_MS);
  const botRoles = new Map<string, string>();

  const load = async (id: string, call: DiscordCall): Promise<boolean> => {
    const { features } = await api.call(
      { method: "GET", route: `/guilds/${id}` },
      guildSchema,
      call,
    );
    return isOpen(features);
  };

  const isHome: Guilds["isHome"] = async (id, call) => {
    if (settings.homeGuilds.length > 0) return settings.homeGuilds.includes(id);
    try {
      return !(await known.get(id, () => load(id, call)));
    } catch (error) {
      call.signal.throwIfAborted();
      logger.warn({ err: error, guild: id }, "a server is unknown; its members count as guests");
      return false;
    }
  };

  return {
    isHome,
    isHomeBy({ id, features }) {
      known.put(id, isOpen(features));
      return settings.homeGuilds.length > 0 ? settings.homeGuilds.includes(id) : !isOpen(features);
    },
    async homes(call) {
      if (settings.homeGuilds.length > 0) return settings.homeGuilds;
      const listed = await memory.list("guild:", z.literal(true), 100);
      const ids = listed.map(({ name }) => name.slice("guild:".length));
      const homes = await Promise.all(ids.map((id) => isHome(id, call)));
      return ids.filter((_id, index) => homes[index] === true);
    },
    botRoleIn: (guild) => botRoles.get(guild) ?? null,
    async forget(id) {
      known.forget(id);
      botRoles.delete(id);
      await memory.delete(`guild:${id}`);
    },
    async put({ id, features, botRole }) {
      known.put(id, isOpen(features));
      if (botRole === null) botRoles.delete(id);
      else botRoles.set(id, botRole);
      await memory.set(`guild:${id}`, true, KEPT_MS);
    },
  };
}
