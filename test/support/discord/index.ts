export { type DiscordEmulator, startDiscord } from "./discord-emulator.ts";
export type { SeenMessage } from "./reader.ts";
export type { DiscordChannel, DiscordMessage } from "./world.ts";
