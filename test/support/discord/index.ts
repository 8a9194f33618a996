export { type DiscordEmulator, startDiscord } from "./discord-emulator.ts";
export type { SeenMessage } from "./reader.ts";
export type { DiscordChannel } from "./world.ts";
