import { onTestFinished } from "vitest";
import type { SlackAdapter, SlackHost, SlackSettings } from "../../../adapters/slack/index.ts";
import type { InboundMessage, Reply } from "../../../src/core/index.ts";
import type { KeyedMemory } from "../../../src/ports/keyed-memory.ts";
import type { Logger } from "../../../src/ports/logger.ts";
import { adapterFor, QUICK_LIMITS, startSlackFor } from "./adapter.ts";
import { type ScriptedBot, scriptedBot } from "./scripted-bot.ts";
import type { SlackEmulator, SlackEmulatorOptions } from "./slack-emulator.ts";

/** A workspace in which the bot listens. */
export interface Scene {
  readonly slack: SlackEmulator;
  readonly bot: ScriptedBot;
  readonly adapter: SlackAdapter;
}

export interface SceneOptions {
  readonly mode?: "socket" | "http";
  readonly script?: (message: InboundMessage) => Partial<Reply> | null;
  readonly host?: Partial<SlackHost>;
  readonly settings?: Partial<SlackSettings>;
  readonly slack?: Partial<SlackEmulatorOptions>;
  readonly logger?: Logger;
  readonly memory?: KeyedMemory;
  readonly answerMs?: number;
}

/** Opens a scene that closes with the running test. */
export async function openScene(options: SceneOptions = {}): Promise<Scene> {
  const { mode = "socket" } = options;
  const slack = await startSlackFor({ limits: QUICK_LIMITS, ...options.slack });
  onTestFinished(() => slack.close());
  const bot = scriptedBot(options.script, options.host);
  const adapter = adapterFor(slack, bot.host, {
    ...options,
    settings: { mode, ...options.settings },
  });
  bot.speakThrough(adapter.channel);
  await adapter.start();
  onTestFinished(() => adapter.close());
  if (mode === "http") slack.useHttp(adapter.eventsUrl());
  else await slack.until(() => slack.callsOf("users.list").length > 0, "a connection");
  return { slack, bot, adapter };
}
