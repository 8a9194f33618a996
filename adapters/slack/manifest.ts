import { KEEP_SHORTCUT, SHORTCUT } from "./action-ids.ts";
import type { SlackSettings } from "./settings.ts";

/** Scopes of the bot token, each with what it is needed for. */
export const BOT_SCOPES = {
  "app_mentions:read": "hear when it is named",
  "assistant:write": "suggest questions above its messages",
  "channels:history": "read threads it takes part in, and what it missed",
  "channels:read": "know who reads along",
  "chat:write": "answer, and show what it is doing",
  commands: "slash commands and the message shortcut",
  "files:read": "read files that come with a question",
  "files:write": "pass files on between a customer and the team",
  "groups:history": "the same in private channels",
  "groups:read": "the same in private channels",
  "im:history": "read direct messages",
  "im:read": "find direct messages that it missed",
  "im:write": "write to somebody who cannot see the answer elsewhere",
  "mpim:history": "the same in group messages",
  "mpim:read": "the same in group messages",
  "pins:read": "read pinned messages where they are knowledge",
  "reactions:read": "hear when an editor marks a message as knowledge",
  "reactions:write": "mark a message that was passed on to a person",
  "usergroups:read": "know who belongs to which group",
  "users:read": "know names, guests and languages",
} as const;

/** The scopes that are used and not among these. */
export function missingScopes(granted: readonly string[]): readonly string[] {
  return Object.keys(BOT_SCOPES).filter((scope) => !granted.includes(scope));
}

/** Events that the bot listens to. */
export const BOT_EVENTS = [
  "agent_session_stopped",
  "app_home_opened",
  "app_mention",
  "channel_shared",
  "member_joined_channel",
  "message.channels",
  "message.groups",
  "message.im",
  "message.mpim",
  "pin_added",
  "pin_removed",
  "reaction_added",
  "reaction_removed",
] as const;

/** Path under which HTTP mode listens. */
export const EVENTS_PATH = "/slack/events";

type ManifestSettings = Pick<SlackSettings, "mode" | "commands" | "prompts"> & {
  /** Address at which Slack reaches HTTP mode; null leaves a place to fill in. */
  readonly publicUrl: string | null;
};

function urlPart(
  { mode, publicUrl }: ManifestSettings,
  name: string,
): Readonly<Record<string, string>> {
  if (mode === "socket") return {};
  return { [name]: `${(publicUrl ?? "https://YOUR-HOST").replace(/\/$/u, "")}${EVENTS_PATH}` };
}

function features(settings: ManifestSettings): object {
  const { commands } = settings;
  const url = urlPart(settings, "url");
  const prompts = settings.prompts.length === 0 ? ["What can you help me with?"] : settings.prompts;
  return {
    app_home: {
      home_tab_enabled: true,
      messages_tab_enabled: true,
      messages_tab_read_only_enabled: false,
    },
    agent_view: {
      agent_description:
        "Answers from your organisation's documents and brings in a person when needed.",
      suggested_prompts: prompts
        .slice(0, 4)
        .map((message) => ({ title: message.slice(0, 75), message })),
    },
    bot_user: { display_name: "Frontdesk", always_online: true },
    shortcuts: [
      {
        name: "Ask Frontdesk",
        type: "message",
        callback_id: SHORTCUT,
        description: "Answers this message, for you alone",
      },
      {
        name: "Add to knowledge",
        type: "message",
        callback_id: KEEP_SHORTCUT,
        description: "Makes a document of this message (editors); once more takes it out",
      },
    ],
    slash_commands: [
      {
        command: commands.ask,
        description: "Ask; only you see the answer",
        usage_hint: "how do I …?",
        should_escape: true,
        ...url,
      },
      {
        command: commands.kb,
        description: "The documents that answers come from",
        usage_hint: "search | add | list | settings | help",
        should_escape: true,
        ...url,
      },
    ],
  };
}

/**
 * The app manifest: exactly the scopes, events, commands and surfaces that are used. Paste it at
 * https://api.slack.com/apps → Create New App → From a manifest.
 */
export function slackManifest(settings: ManifestSettings): object {
  return {
    display_information: {
      name: "Frontdesk",
      description: "Answers from your documents, with sources",
      background_color: "#1f2937",
    },
    features: features(settings),
    oauth_config: { scopes: { bot: Object.keys(BOT_SCOPES) } },
    settings: {
      event_subscriptions: { ...urlPart(settings, "request_url"), bot_events: [...BOT_EVENTS] },
      interactivity: { is_enabled: true, ...urlPart(settings, "request_url") },
      org_deploy_enabled: false,
      socket_mode_enabled: settings.mode === "socket",
      token_rotation_enabled: false,
    },
  };
}
