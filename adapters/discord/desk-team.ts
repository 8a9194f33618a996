import type { z } from "zod";
import type { Agent } from "../../src/ports/desk.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { nameOf } from "./decode.ts";
import { CODES, discordErrorCode } from "./errors.ts";
import { memberSchema } from "./payloads.ts";
import { type Actor, givenRole } from "./people.ts";
import type { Place } from "./places.ts";

/** Who of those at the desk belongs to the team. */
export interface DeskTeam {
  /**
   * Null for a guest. In a server that anybody may join nobody counts as one of the organisation: there it is whoever was let
   * into a desk that is shut to the others, unless the configuration calls him a guest.
   */
  agentOf(actor: Actor, desk: Pick<Place, "guild" | "channel">): Promise<Agent | null>;
  /** Whether somebody is no member of the desk's server any more. @throws FrontdeskError when Discord does not say */
  hasLeft(user: string, desk: Pick<Place, "guild">): Promise<boolean>;
  /** Whom a mention means; null for nobody of the team. */
  named(text: string, desk: Pick<Place, "guild" | "channel">): Promise<Agent | null>;
}

const memberOfServer = memberSchema.required({ user: true });
const OPEN_MS = 60_000;

export function createDeskTeam(
  parts: Pick<AdapterParts, "api" | "people" | "readers" | "settings" | "clock" | "signal">,
): DeskTeam {
  const { api, people, readers, settings, clock, signal } = parts;
  const call = { signal };
  let looked = { at: Number.NEGATIVE_INFINITY, isOpen: true };

  const isOpen = async (desk: Pick<Place, "guild" | "channel">): Promise<boolean> => {
    if (clock.now() - looked.at > OPEN_MS) {
      looked = { isOpen: await readers.isOpen(desk, call), at: clock.now() };
    }
    return looked.isOpen;
  };

  const agentOf: DeskTeam["agentOf"] = async (actor, desk) => {
    const { role, displayName: name } = await people.principal(actor, call);
    const agent = { id: `discord:${actor.user}`, name, role };
    if (role !== "guest") return agent;
    const roles = (await people.rolesOf(actor, call)) ?? [];
    if (givenRole(settings, actor.user, roles) === "guest") return null;
    return (await isOpen(desk)) ? null : agent;
  };

  /** Null for somebody who is no member. */
  const memberOf = (
    guild: string,
    user: string,
  ): Promise<z.infer<typeof memberOfServer> | null> => {
    const route = `/guilds/${guild}/members/${user}` as const;
    return api
      .call({ method: "GET", route }, memberOfServer, call)
      .catch((error: unknown): null => {
        if (discordErrorCode(error) === CODES.unknownMember) return null;
        throw error;
      });
  };

  return {
    agentOf,
    hasLeft: async (user, { guild }) => guild !== null && (await memberOf(guild, user)) === null,
    async named(text, desk) {
      const [, user] = /^<@!?(\d+)>$/u.exec(text.trim()) ?? [];
      if (user === undefined || desk.guild === null) return null;
      const member = await memberOf(desk.guild, user);
      if (member === null) return null;
      const { roles, nick } = member;
      const actor = { user, name: nameOf(member.user, nick), guild: desk.guild, roles };
      return agentOf(actor, desk);
    },
  };
}
