export { createDiscordAdapter, type DiscordAdapter } from "./adapter.ts";
export type { DiscordHost } from "./adapter-parts.ts";
export { checkDiscord } from "./doctor.ts";
export { GATEWAY_TUNING } from "./gateway.ts";
export { registerDiscord } from "./register.ts";
export { DISCORD_DEFAULTS, type DiscordSettings } from "./settings.ts";
