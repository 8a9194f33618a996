import { ChannelType } from "discord.js";
import { z } from "zod";
import { silentLogger } from "../../src/ports/logger.ts";
import { createDiscordApi, type DiscordApi, type DiscordCall } from "./client.ts";
import { checkDiscordDesk } from "./doctor-desk.ts";
import type { DiscordFinding } from "./doctor-finding.ts";
import { translateDiscordError } from "./errors.ts";
import {
  BOT_PERMISSIONS,
  inviteLink,
  missingIn,
  overwriteSchema,
  permissionsIn,
  roleSchema,
} from "./permissions.ts";
import type { DiscordSettings } from "./settings.ts";
import { UNCOUNTED } from "./shared-rates.ts";

interface Bot {
  readonly userId: string;
  /** By which it is added to a server. */
  readonly inviteUrl: string;
}

const self = z.object({ id: z.string(), username: z.string() });
const application = z.object({ id: z.string(), flags: z.number().default(0) });
const gateway = z.object({
  shards: z.number(),
  session_start_limit: z.object({ remaining: z.number(), total: z.number() }),
});
const guilds = z.array(z.object({ id: z.string(), name: z.string() }));
const roles = z.array(roleSchema);
const member = z.object({ roles: z.array(z.string()) });
const channels = z.array(
  z.object({
    id: z.string(),
    type: z.number(),
    name: z.string(),
    permission_overwrites: z.array(overwriteSchema).default([]),
  }),
);

/** Either flag says that messages may be read: for large bots and for small ones. */
const MESSAGE_CONTENT_FLAGS = (1 << 18) | (1 << 19);
/** Also the chats of voice channels and stages. */
const TALKED_IN: ReadonlySet<number> = new Set([
  ChannelType.GuildText,
  ChannelType.GuildAnnouncement,
  ChannelType.GuildVoice,
  ChannelType.GuildStageVoice,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
]);
const MAX_GUILDS = 20;
const MAX_NAMED = 8;
const LOW_STARTS = 20;

function ok(check: string, detail: string): DiscordFinding {
  return { check, status: "ok", detail, advice: "" };
}

function refusal(check: string, error: unknown): DiscordFinding {
  const translated = translateDiscordError(error, "the bot");
  const isAway = translated.code !== "delivery_rejected";
  return {
    check,
    status: "problem",
    detail: isAway ? "Discord does not answer" : translated.message,
    advice: isAway ? "Check the network, proxies and DISCORD_API_URL, then try again." : "",
  };
}

function checkContent(flags: number): DiscordFinding {
  const check = "Discord Message Content Intent";
  if ((flags & MESSAGE_CONTENT_FLAGS) !== 0) return ok(check, "switched on");
  return {
    check,
    status: "problem",
    detail: "switched off: the bot only reads messages that name it",
    advice:
      "Switch on Message Content Intent on the application's Bot page (discord.com/developers/applications).",
  };
}

async function checkGateway(api: DiscordApi, call: DiscordCall): Promise<DiscordFinding> {
  const check = "Discord gateway";
  const { shards, session_start_limit: starts } = await api.call(
    { method: "GET", route: "/gateway/bot" },
    gateway,
    call,
  );
  const detail = `${shards} shard${shards === 1 ? "" : "s"} advised, ${starts.remaining} of ${starts.total} starts left today`;
  if (starts.remaining >= LOW_STARTS) return ok(check, detail);
  const advice =
    "The bot was started very often today; find out why before Discord resets its token.";
  return { check, status: "warning", detail, advice };
}

/** Channels of a server in which something is missing, as lines. */
async function checkChannels(
  api: DiscordApi,
  guild: { readonly id: string; readonly name: string },
  bot: Bot,
  call: DiscordCall,
): Promise<DiscordFinding> {
  const check = `Discord server ${guild.name}`;
  const [held, mine, all] = await Promise.all([
    api.call({ method: "GET", route: `/guilds/${guild.id}/roles` }, roles, call),
    api.call({ method: "GET", route: `/guilds/${guild.id}/members/${bot.userId}` }, member, call),
    api.call({ method: "GET", route: `/guilds/${guild.id}/channels` }, channels, call),
  ]);
  const who = { id: bot.userId, roles: mine.roles };
  const talked = all.filter(({ type }) => TALKED_IN.has(type));
  const lacking = talked.flatMap(({ name, permission_overwrites: overwrites }) => {
    const bits = permissionsIn({ guild: guild.id, member: who, roles: held, overwrites });
    const missing = missingIn(bits);
    return missing.length === 0 ? [] : [{ name, missing }];
  });
  if (lacking.length === 0) return ok(check, `${talked.length} channels, nothing is missing`);
  const shown = lacking
    .slice(0, MAX_NAMED)
    .map(({ name, missing }) => `#${name} (${missing.join(", ")})`);
  const left = lacking.length - shown.length;
  const names = [...new Set(lacking.flatMap(({ missing }) => missing))];
  const reasons = names.map((name) => `${name} ${BOT_PERMISSIONS[name]}`).join("; ");
  return {
    check,
    status: lacking.length === talked.length ? "problem" : "warning",
    detail: `missing in ${shown.join(", ")}${left > 0 ? ` and ${left} more` : ""}`,
    advice: `Where it is to answer it needs ${reasons}. Channels may be closed to it on purpose; to invite it anew: ${bot.inviteUrl}`,
  };
}

async function checkGuilds(
  api: DiscordApi,
  bot: Bot,
  call: DiscordCall,
): Promise<readonly DiscordFinding[]> {
  const all = await api.call({ method: "GET", route: "/users/@me/guilds" }, guilds, call);
  if (all.length === 0) {
    const advice = `Open this link and add it to a server: ${bot.inviteUrl}`;
    return [{ check: "Discord servers", status: "warning", detail: "it is in none", advice }];
  }
  const looked = await Promise.all(
    all
      .slice(0, MAX_GUILDS)
      .map((guild) =>
        checkChannels(api, guild, bot, call).catch((error: unknown) =>
          refusal(`Discord server ${guild.name}`, error),
        ),
      ),
  );
  const left = all.length - looked.length;
  if (left <= 0) return looked;
  const detail = `${looked.length} of ${all.length} servers were looked at; in the others the log names each channel in which something is missing`;
  return [...looked, ok("Discord servers", detail)];
}

/** Looks at token, intents, the gateway, and what the bot may do in each channel. Sends nothing to anybody. */
export async function checkDiscord(
  settings: DiscordSettings,
  call: DiscordCall,
): Promise<readonly DiscordFinding[]> {
  const { token, apiUrl, pacing } = settings;
  const { maxWaitMs } = pacing;
  const api = createDiscordApi({
    token,
    apiUrl,
    maxWaitMs,
    rates: UNCOUNTED,
    logger: silentLogger,
  });
  const check = "Discord token";
  try {
    const me = await api.call({ method: "GET", route: "/users/@me" }, self, call);
    const app = await api.call({ method: "GET", route: "/applications/@me" }, application, call);
    const { deskChannel } = settings;
    const bot = { userId: me.id, inviteUrl: inviteLink(app.id, deskChannel !== null) };
    return [
      ok(check, me.username),
      checkContent(app.flags),
      await checkGateway(api, call),
      ...(await checkGuilds(api, bot, call)),
      ...(deskChannel === null ? [] : [await checkDiscordDesk(api, deskChannel, bot.userId, call)]),
    ];
  } catch (error) {
    return [refusal(check, error)];
  } finally {
    api.close();
  }
}
