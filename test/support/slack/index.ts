export type { ApiCall } from "./api-server.ts";
export { signedHeaders } from "./http-courier.ts";
export { SLACK_LIMITS, type SlackLimits } from "./limits.ts";
export type { SeenControl, SeenMessage } from "./reader.ts";
export { type SlackEmulator, type SlackEmulatorOptions, startSlack } from "./slack-emulator.ts";
export type { SlackChannel, SlackMessage, SlackUser } from "./world.ts";
