export { createSlackAdapter, type SlackAdapter } from "./adapter.ts";
export type { SlackHost } from "./adapter-parts.ts";
export type { AttentionTuning } from "./attention.ts";
export { checkSlack } from "./doctor.ts";
export { BOT_EVENTS, BOT_SCOPES, slackManifest } from "./manifest.ts";
export {
  SLACK_DEFAULTS,
  type SlackSettings,
} from "./settings.ts";
