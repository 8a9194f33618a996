import { z } from "zod";
import { createTtlCache } from "../shared/ttl-cache.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { CODES, discordErrorCode } from "./errors.ts";

/** The channels in which the bot writes to one person alone. */
export interface DirectMessages {
  /** @throws FrontdeskError `delivery_rejected` when Discord opens none */
  with(user: string, call: DiscordCall): Promise<string>;
}

const HOUR_MS = 3_600_000;
const opened = z.object({ id: z.string() });

const SHUT: ReadonlySet<number> = new Set([
  CODES.missingAccess,
  CODES.missingPermissions,
  CODES.archivedThread,
  CODES.lockedThread,
]);

/** Whether the bot may not write in a place, whatever it writes. */
export function isShut(error: unknown): boolean {
  return SHUT.has(discordErrorCode(error) ?? -1);
}

export function createDirectMessages(api: DiscordApi): DirectMessages {
  const channels = createTtlCache<string>(HOUR_MS);
  return {
    with: (user, call) =>
      channels.get(user, async () => {
        const body = { recipient_id: user };
        const request = { method: "POST", route: "/users/@me/channels", body } as const;
        return (await api.call(request, opened, call)).id;
      }),
  };
}
