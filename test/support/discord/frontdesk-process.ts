import { type RunningCommand, startCommand } from "../cli.ts";
import type { DiscordEmulator } from "./discord-emulator.ts";

export { folderWith } from "../slack/frontdesk-process.ts";

/** `frontdesk start`, connected to an emulator. */
export interface FrontdeskProcess {
  readonly command: RunningCommand;
  /** Where it answers over HTTP. */
  readonly url: string;
  /** Asks it to end and waits. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Starts it and waits until it hears. */
export async function startFrontdesk(
  discord: DiscordEmulator,
  options: {
    readonly dataDir: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly role?: "all" | "bot" | "worker";
  },
): Promise<FrontdeskProcess> {
  const { dataDir, env = {}, role = "all" } = options;
  const { counts } = discord.gateway;
  const before = counts.identified + counts.resumed;
  const command = startCommand(["start", "--role", role], {
    dataDir,
    env: {
      FRONTDESK_EMBED_MODEL: "off",
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
      ...env,
    },
  });
  await command.until(/is ready: http/u);
  // A worker listens to nobody.
  if (role !== "worker") {
    await discord.until(() => counts.identified + counts.resumed > before, "frontdesk listens");
  }
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    command.child.kill(signal);
    return (await command.result).code;
  };
  return {
    command,
    url: /is ready: (http:\S+)/u.exec(`${command.stdout()}${command.stderr()}`)?.[1] ?? "",
    stop: () => end("SIGTERM"),
    async kill() {
      await end("SIGKILL");
    },
  };
}
