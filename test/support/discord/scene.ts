import { onTestFinished } from "vitest";
import type { DiscordHost } from "../../../adapters/discord/index.ts";
import type { InboundMessage, Reply } from "../../../src/core/index.ts";
import type { PlatformAdapter } from "../../../src/ports/platform-adapter.ts";
import { type AdapterOptions, adapterFor, QUICK_LIMITS } from "./adapter.ts";
import {
  type DiscordEmulator,
  type DiscordEmulatorOptions,
  startDiscord,
} from "./discord-emulator.ts";
import { type ScriptedBot, scriptedBot } from "./scripted-bot.ts";
import type { DiscordChannel, DiscordGuild, DiscordUser } from "./world.ts";

/** A server with two people and a channel, in which the bot listens. */
interface Scene {
  readonly discord: DiscordEmulator;
  readonly bot: ScriptedBot;
  readonly adapter: PlatformAdapter;
  readonly guild: DiscordGuild;
  readonly help: DiscordChannel;
  readonly ann: DiscordUser;
  readonly ben: DiscordUser;
}

interface SceneOptions extends AdapterOptions {
  readonly script?: (message: InboundMessage) => Partial<Reply> | null;
  readonly host?: Partial<DiscordHost>;
  readonly discord?: DiscordEmulatorOptions;
  readonly features?: readonly string[];
}

/** Opens a scene that closes with the running test. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const { limits, ...rest } = options.discord ?? {};
  const discord = await startDiscord({ limits: { ...QUICK_LIMITS, ...limits }, ...rest });
  onTestFinished(() => discord.close());
  const ann = discord.user("Ann");
  const ben = discord.user("Ben");
  const { features = [] } = options;
  const guild = discord.guild("Acme", { members: [ann, ben], features });
  const help = discord.channel(guild, "help");
  const bot = scriptedBot(options.script, options.host);
  const adapter = adapterFor(discord, bot.host, options);
  bot.speakThrough(adapter.channel);
  await adapter.start();
  onTestFinished(() => adapter.close());
  await discord.until(() => adapter.status().detail.includes("connected"), "a connection");
  await discord.until(() => discord.gateway.counts.identified > 0, "a session");
  return { discord, bot, adapter, guild, help, ann, ben };
}
