import { type RunningCommand, startCommand } from "./cli.ts";

/** `frontdesk start` as a process of its own. */
export interface StartedFrontdesk {
  readonly command: RunningCommand;
  /** Where its HTTP server listens. */
  readonly url: string;
  /** Asks it to end; resolves with its exit code. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

/** Starts one and waits until it says that it is ready. */
export async function startFrontdeskProcess(options: {
  readonly dataDir: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}): Promise<StartedFrontdesk> {
  const command = startCommand(["start", ...(options.args ?? [])], {
    dataDir: options.dataDir,
    env: { FRONTDESK_EMBED_MODEL: "off", FRONTDESK_LOG_LEVEL: "warn", ...options.env },
  });
  await command.until(/is ready: http/u);
  const url = /is ready: (http:\S+)/u.exec(command.stderr())?.[1] ?? "";
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    command.child.kill(signal);
    return (await command.result).code;
  };
  return {
    command,
    url,
    stop: () => end("SIGTERM"),
    kill: async () => {
      await end("SIGKILL");
    },
  };
}
