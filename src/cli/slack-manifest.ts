import type { Config } from "../config.ts";
import { type Io, writeLine } from "./io.ts";

/** Prints the app manifest that goes with the configuration, as JSON. */
export async function printSlackManifest({ slack }: Config, io: Io): Promise<number> {
  const { slackManifest } = await import("../../adapters/slack/index.ts");
  const { mode, publicUrl, prompts, askCommand: ask, kbCommand: kb } = slack;
  const manifest = slackManifest({ mode, publicUrl, prompts, commands: { ask, kb } });
  writeLine(io.stdout, JSON.stringify(manifest, null, 2));
  return 0;
}
