import { ChannelType, PermissionFlagsBits } from "discord.js";
import { z } from "zod";
import type { DiscordApi, DiscordCall } from "./client.ts";
import type { DiscordFinding } from "./doctor-finding.ts";
import { translateDiscordError } from "./errors.ts";
import { memberSchema } from "./payloads.ts";
import {
  mayOpenThreads,
  missingIn,
  overwriteSchema,
  permissionsIn,
  roleSchema,
} from "./permissions.ts";

const deskSchema = z.object({
  type: z.number(),
  guild_id: z.string(),
  name: z.string(),
  permission_overwrites: z.array(overwriteSchema).default([]),
});
const CHECK = "Discord desk";
const FORUMS: ReadonlySet<number> = new Set([ChannelType.GuildForum, ChannelType.GuildMedia]);
const CHANNELS: ReadonlySet<number> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
]);

function problem(detail: string, advice: string): DiscordFinding {
  return { check: CHECK, status: "problem", detail, advice };
}

/** Looks at the place where the team works on cases. */
export async function checkDiscordDesk(
  api: DiscordApi,
  channel: string,
  bot: string,
  call: DiscordCall,
): Promise<DiscordFinding> {
  try {
    const desk = await api.call({ method: "GET", route: `/channels/${channel}` }, deskSchema, call);
    const { guild_id: guild, name, type, permission_overwrites: overwrites } = desk;
    if (!FORUMS.has(type) && !CHANNELS.has(type)) {
      const advice = "Set FRONTDESK_DESK=discord:<id> to the id of a forum or a text channel.";
      return problem(`#${name} is neither a forum nor a text channel`, advice);
    }
    const route = `/guilds/${guild}` as const;
    const [roles, mine] = await Promise.all([
      api.call({ method: "GET", route: `${route}/roles` }, z.array(roleSchema), call),
      api.call({ method: "GET", route: `${route}/members/${bot}` }, memberSchema, call),
    ]);
    const bitsOf = (id: string, held: readonly string[]): bigint =>
      permissionsIn({ guild, member: { id, roles: held }, roles, overwrites });
    const bits = bitsOf(bot, mine.roles);
    const lacksThreads = CHANNELS.has(type) && !mayOpenThreads(bits);
    const missing = [...missingIn(bits), ...(lacksThreads ? ["CreatePublicThreads"] : [])];
    if (missing.length > 0) {
      return problem(`in #${name} it lacks ${missing.join(", ")}`, "Give the bot that there.");
    }
    if ((bitsOf("", []) & PermissionFlagsBits.ViewChannel) === 0n) {
      return { check: CHECK, status: "ok", detail: `#${name}`, advice: "" };
    }
    const detail = `every member of the server sees #${name}, and with it what customers wrote and the notes of the team`;
    const advice = "Take View Channel from @everyone there, and give it to the team and the bot.";
    return { check: CHECK, status: "warning", detail, advice };
  } catch (error) {
    const { message } = translateDiscordError(error, `the desk ${channel}`);
    const advice = "Check the id in FRONTDESK_DESK, and that the bot sees that channel.";
    return problem(message, advice);
  }
}
