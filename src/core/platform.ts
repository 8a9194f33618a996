/** The messaging platforms; each has one folder under `adapters/`. */
export const PLATFORMS = ["slack", "discord", "http", "console"] as const;
export type Platform = (typeof PLATFORMS)[number];
