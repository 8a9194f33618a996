export { createSlackAdapter, type SlackAdapter, type SlackAdapterOptions } from "./adapter.ts";
export type { SlackFeedback, SlackHost } from "./adapter-parts.ts";
export { checkSlack, type SlackFinding } from "./doctor.ts";
export { BOT_EVENTS, BOT_SCOPES, EVENTS_PATH, slackManifest } from "./manifest.ts";
export {
  CHANNEL_MODES,
  type ChannelMode,
  type ChannelSettings,
  SLACK_DEFAULTS,
  type SlackSettings,
} from "./settings.ts";
