export { signedHeaders } from "./http-courier.ts";

export type { SeenMessage } from "./reader.ts";
export type { SlackEmulator, SlackEmulatorOptions } from "./slack-emulator.ts";
export type { SlackChannel, SlackMessage, SlackUser } from "./world.ts";
