import type { ReplyAddress } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import type { Said } from "./decode.ts";
import { type Heard, isForBot } from "./hearing.ts";
import { discordConversationId, discordMessageId, NO_GUILD } from "./ids.ts";
import type { Place } from "./places.ts";

/** The conversation that stands in a place, with the first message of a chain. */
export function conversationAt(place: Place, root: string) {
  const guild = place.guild ?? NO_GUILD;
  if (place.isDirect) return discordConversationId({ kind: "direct", channel: place.channel });
  if (place.thread !== null) {
    return discordConversationId({ kind: "thread", guild, thread: place.thread });
  }
  return discordConversationId({ kind: "chain", guild, channel: place.channel, root });
}

/** Where a message is answered. */
export function addressAt(
  place: Place,
  conversation: Heard["conversation"],
  said: Pick<Said, "channel" | "id">,
  version: { readonly edition: string | null; readonly variant: string | null },
): ReplyAddress {
  return {
    platform: "discord",
    conversationId: conversation,
    channelId: place.channel,
    threadId: place.thread,
    replyTo: discordMessageId(said.channel, said.id, version.edition, version.variant),
    ephemeral: false,
  };
}

/** Who picks the bot's name from Discord's list may have picked its role: it is meant all the same. */
function namedByRole(said: Said, role: string | null): Said {
  if (role === null || !said.namedRoles.includes(role)) return said;
  const text = said.text
    .replaceAll(`<@&${role}>`, " ")
    .replaceAll(/[^\S\n]+/gu, " ")
    .trim();
  return { ...said, text, isMention: true };
}

/** Whether anything may be done about it: of all other talk Discord is asked nothing, however much there is. */
function concernsUs(
  { settings }: Pick<AdapterParts, "settings">,
  said: Said,
  place: Place,
): boolean {
  if (said.isBot) return said.isMention && settings.allowBots.includes(said.user);
  return place.thread !== null || isForBot({ said, place });
}

/** Looks up where something was said, and by whom. */
export async function placeSaid(
  parts: Pick<AdapterParts, "places" | "chains" | "people" | "guilds" | "settings">,
  heard: Said,
  call: { readonly signal: AbortSignal },
): Promise<Heard & { readonly root: string }> {
  const place = await parts.places.of(heard.channel, heard.guild, call);
  const role = place.guild === null ? null : parts.guilds.botRoleIn(place.guild);
  const said = namedByRole(heard, role);
  const { user, name, roles: given } = said;
  if (!concernsUs(parts, said, place)) {
    return {
      said,
      place,
      root: said.id,
      conversation: conversationAt(place, said.id),
      roles: given,
    };
  }
  const isChain = !place.isDirect && place.thread === null;
  const root = isChain ? await parts.chains.rootOf(said, call) : said.id;
  const actor = { user, name, guild: place.guild, roles: given };
  const roles = await parts.people.rolesOf(actor, call);
  return { said, place, root, conversation: conversationAt(place, root), roles };
}
