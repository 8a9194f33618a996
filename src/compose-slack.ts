import type { SlackAdapter, SlackHost, SlackSettings } from "../adapters/slack/index.ts";
import { channelRules } from "./compose-channel-rules.ts";
import { deskCallees } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import type { Clock } from "./ports/clock.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { Logger } from "./ports/logger.ts";
import type { SharedBudget } from "./ports/shared-budget.ts";

const MINUTE_MS = 60_000;

/** What the configuration says of Slack; null when there is no bot token. */
export async function slackSettings({
  slack,
  access,
  desk,
  handover,
}: Config): Promise<SlackSettings | null> {
  const { botToken, host, port, askCommand: ask, kbCommand: kb } = slack;
  if (botToken === null) return null;
  // Slack's libraries take a while to load: only who uses them waits for it.
  const { SLACK_DEFAULTS } = await import("../adapters/slack/index.ts");
  return {
    ...SLACK_DEFAULTS,
    botToken,
    appToken: slack.appToken,
    signingSecret: slack.signingSecret,
    apiUrl: slack.apiUrl,
    mode: slack.mode,
    http: { host, port },
    channelMode: slack.channelMode,
    channels: channelRules(slack.channels),
    deskChannel: /^slack:(.+)$/u.exec(desk)?.[1] ?? null,
    deskLanguage: handover.language,
    deskReplies: handover.plainTextReplies,
    deskCallees: deskCallees(handover),
    allowChannels: slack.allowChannels,
    denyChannels: slack.denyChannels,
    allowUsers: slack.allowUsers,
    denyUsers: slack.denyUsers,
    allowBots: slack.allowBots,
    groups: slack.groups,
    roles: slack.roles,
    commands: { ask, kb },
    knowledgeEmoji: slack.knowledgeEmoji,
    streaming: slack.streaming,
    missedMs: slack.missedMinutes * MINUTE_MS,
    prompts: slack.prompts,
    defaultRole: access.defaultRole,
    people: access.people,
  };
}

/** Makes the adapter when Slack is configured. Nothing is heard before its `start`. */
export async function composeSlack(options: {
  readonly config: Config;
  readonly host: SlackHost;
  readonly memory: KeyedMemory;
  readonly budget: SharedBudget;
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<SlackAdapter | null> {
  const settings = await slackSettings(options.config);
  if (settings === null) return null;
  const { createSlackAdapter } = await import("../adapters/slack/index.ts");
  const { host, memory, budget, clock, logger } = options;
  return createSlackAdapter({ settings, host, memory, budget, clock, logger });
}
