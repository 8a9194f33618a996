import { z } from "zod";
import type { AdapterParts } from "./adapter-parts.ts";
import { nameOf } from "./decode.ts";
import type { DiscordBoard } from "./desk-board.ts";
import { memberSchema } from "./payloads.ts";

/** https://docs.discord.com/developers/events/gateway-events#typing-start: what is read of it. */
const typingSchema = z.object({
  channel_id: z.string(),
  user_id: z.string(),
  member: memberSchema.optional(),
});

/** Hands on that somebody types; whether that is to be shown anywhere is for others to find out. It never waits. */
export function createTypingHeard(
  { host }: Pick<AdapterParts, "host">,
  board: Pick<DiscordBoard, "caseOf"> | null,
): (data: unknown) => void {
  return (data) => {
    const typing = typingSchema.safeParse(data).data;
    if (typing === undefined) return;
    const { channel_id: channelId, user_id: userId, member } = typing;
    host.typing?.heard({
      platform: "discord",
      channelId,
      userId,
      name: member?.user === undefined ? null : nameOf(member.user, member.nick),
      caseHere: async () => (await board?.caseOf(channelId)) ?? null,
    });
  };
}
