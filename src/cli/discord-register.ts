import { discordSettings } from "../compose-discord.ts";
import type { Config } from "../config.ts";
import { FrontdeskError, timeLimit } from "../core/index.ts";
import { type Io, writeLine } from "./io.ts";

/** Registers the slash commands when they have changed, and prints the link that invites the bot. */
export async function registerDiscordCommands(
  config: Config,
  options: { readonly json: boolean; readonly removeOthers?: boolean },
  io: Io,
): Promise<number> {
  const settings = await discordSettings(config);
  if (settings === null) {
    throw new FrontdeskError(
      "config_invalid",
      "DISCORD_TOKEN is not set; docs/discord.md says where to find it.",
    );
  }
  const { registerDiscord } = await import("../../adapters/discord/index.ts");
  const done = await registerDiscord(
    settings,
    { signal: timeLimit(60_000) },
    { removeOthers: options.removeOthers === true },
  );
  if (options.json) {
    writeLine(io.stdout, JSON.stringify(done));
    return 0;
  }
  const where = done.scope === "global" ? "in every server" : `in server ${done.scope}`;
  const names = done.commands.join(", ");
  const what = done.hasChanged ? "Registered" : "Already registered, unchanged";
  writeLine(io.stdout, `${what} ${where}: ${names}`);
  if (done.alsoIn.length > 0) {
    const places = done.alsoIn.map((one) =>
      one === "global" ? "in every server" : `in server ${one}`,
    );
    const shown = `They are also registered ${places.join(", ")}: people there see each command twice.`;
    writeLine(io.stdout, `${shown} Run it again with --remove-others to take those away.`);
  }
  writeLine(io.stdout, "\nInvite the bot with this link:");
  writeLine(io.stdout, `  ${done.inviteUrl}`);
  writeLine(io.stdout, "\nIt asks for these permissions, and no others:");
  for (const [name, reason] of Object.entries(done.permissions)) {
    writeLine(io.stdout, `  ${name.padEnd(22)} ${reason}`);
  }
  writeLine(io.stdout, `\nIntents: ${done.intents.join(", ")}`);
  writeLine(io.stdout, "Message Content is switched on by you, on the application's Bot page.");
  return 0;
}
