import type { Audience } from "../../src/core/index.ts";
import type { DiscordCall } from "./client.ts";
import type { Guilds } from "./guilds.ts";
import { mayHaveGuests } from "./people.ts";
import type { Place } from "./places.ts";
import { channelSettings, type DiscordSettings } from "./settings.ts";

/** Who reads along. */
export interface DiscordAudiences {
  of(place: Place, call: DiscordCall): Promise<Audience>;
}

/**
 * Decides by the channel's settings, else by the server: in one that anybody may join, and as soon as somebody may count as a
 * guest (by default, by a role or by name), only what is public may be shown in a channel.
 */
export function createDiscordAudiences(options: {
  readonly guilds: Pick<Guilds, "isHome">;
  readonly settings: DiscordSettings;
}): DiscordAudiences {
  const { guilds, settings } = options;
  return {
    async of({ guild, channel, isDirect }, call) {
      if (isDirect || guild === null) return { kind: "private" };
      const configured = channelSettings(settings, channel).visible;
      if (configured !== null) return { kind: "shared", visible: configured };
      const isInside = !mayHaveGuests(settings) && (await guilds.isHome(guild, call));
      return { kind: "shared", visible: isInside ? ["public", "internal"] : ["public"] };
    },
  };
}
