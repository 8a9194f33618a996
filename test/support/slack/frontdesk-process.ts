import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freshFolder, type RunningCommand, runCommand, startCommand } from "../cli.ts";
import type { SlackEmulator } from "./slack-emulator.ts";

/** `frontdesk start`, connected to an emulator. */
export interface FrontdeskProcess {
  readonly command: RunningCommand;
  /** Asks it to end and waits. */
  stop(): Promise<number | null>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

export interface ProcessOptions {
  readonly dataDir: string;
  readonly mode?: "socket" | "http";
  readonly env?: Readonly<Record<string, string>>;
}

/** A data directory that holds these documents (Markdown by name), visible to everybody in the organisation. */
export async function folderWith(documents: Readonly<Record<string, string>>): Promise<string> {
  const dataDir = freshFolder();
  await addDocuments(dataDir, documents, "internal");
  return dataDir;
}

/** Adds documents for these readers. */
export async function addDocuments(
  dataDir: string,
  documents: Readonly<Record<string, string>>,
  visibility: string,
): Promise<void> {
  const folder = join(freshFolder(), "documents");
  mkdirSync(folder);
  for (const [name, text] of Object.entries(documents)) {
    writeFileSync(join(folder, `${name}.md`), text);
  }
  const env = { FRONTDESK_EMBED_MODEL: "off" };
  const args = ["ingest", folder, "--visibility", visibility];
  const { code, stderr } = await runCommand(args, { dataDir, env });
  if (code !== 0) throw new Error(`ingest failed: ${stderr}`);
}

/** Starts it and waits until it hears. */
export async function startFrontdesk(
  slack: SlackEmulator,
  { dataDir, mode = "socket", env = {} }: ProcessOptions,
): Promise<FrontdeskProcess> {
  const command = startCommand(["start"], {
    dataDir,
    env: {
      FRONTDESK_EMBED_MODEL: "off",
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      SLACK_API_URL: slack.apiUrl,
      SLACK_MODE: mode,
      FRONTDESK_SLACK_PORT: "0",
      ...env,
    },
  });
  const before = slack.callsOf("users.list").length;
  await command.until(/is ready: http/u);
  if (mode === "http") {
    const url = /http:\/\/\S+\/slack\/events/u.exec(command.stderr())?.[0];
    if (url === undefined) throw new Error(`no events URL:\n${command.stderr()}`);
    slack.useHttp(url);
  }
  await slack.until(() => slack.callsOf("users.list").length > before, "frontdesk listens");
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    command.child.kill(signal);
    return (await command.result).code;
  };
  return {
    command,
    stop: () => end("SIGTERM"),
    async kill() {
      await end("SIGKILL");
    },
  };
}
