import type { CasePlace, ReplyAddress } from "../../src/core/index.ts";
import { parseDiscordMessage } from "./ids.ts";
import type { Places } from "./places.ts";

/** Where somebody asked, for people of the team: a direct message with the bot cannot be opened by anybody else. */
export async function casePlace(
  places: Pick<Places, "of" | "nameOf">,
  { channelId, threadId, replyTo, ephemeral }: ReplyAddress,
  call: { readonly signal: AbortSignal },
): Promise<CasePlace> {
  const at = threadId ?? channelId;
  const { guild, channel, title, isDirect } = await places.of(at, null, call);
  if (isDirect || guild === null) return { name: null, isDirect: true, link: null };
  if (channel !== at) await places.of(channel, guild, call);
  const said = replyTo === null || ephemeral ? null : parseDiscordMessage(replyTo);
  const isMessage = said !== null && /^\d+$/u.test(said.id);
  const name = places.nameOf(channel);
  const parts = [...(name === null ? [] : [`#${name}`]), ...(title === "" ? [] : [title])];
  const link = `https://discord.com/channels/${guild}/${at}${isMessage ? `/${said.id}` : ""}`;
  return { name: parts.length === 0 ? null : parts.join(" › "), isDirect: false, link };
}
