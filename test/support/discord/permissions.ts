import { refuse } from "./api-error.ts";
import { type DiscordChannel, isThread, type World } from "./world.ts";

/** Bits from docs.discord.com/developers/topics/permissions. */
const PERMISSIONS = {
  administrator: 1n << 3n,
  manageGuild: 1n << 5n,
  addReactions: 1n << 6n,
  viewChannel: 1n << 10n,
  sendMessages: 1n << 11n,
  attachFiles: 1n << 15n,
  readHistory: 1n << 16n,
  manageThreads: 1n << 34n,
  createThreads: 1n << 35n,
  sendInThreads: 1n << 38n,
} as const;
export type PermissionName = keyof typeof PERMISSIONS;

const RULING: readonly bigint[] = [
  PERMISSIONS.administrator,
  PERMISSIONS.manageGuild,
  PERMISSIONS.manageThreads,
];

/** Everything that a bot may need. */
export const ALL_PERMISSIONS = Object.values(PERMISSIONS)
  .filter((bit) => !RULING.includes(bit))
  .reduce((sum, bit) => sum | bit, 0n);

/** What a member may do in a channel, as Discord computes it. */
export function permissionsIn(world: World, channel: DiscordChannel, user: string): bigint {
  const guild = world.guilds.get(channel.guildId ?? "");
  if (guild === undefined) return ALL_PERMISSIONS;
  if (guild.ownerId === user) return ~0n & ((1n << 53n) - 1n);
  const member = guild.members.get(user);
  if (member === undefined) return 0n;
  const ids = [guild.id, ...member.roles];
  const base = ids.reduce((sum, id) => sum | (guild.roles.get(id)?.permissions ?? 0n), 0n);
  if ((base & PERMISSIONS.administrator) !== 0n) return (1n << 53n) - 1n;
  const parent = isThread(channel) ? world.channels.get(channel.parentId ?? "") : channel;
  const { overwrites = [] } = parent ?? {};
  const everyone = overwrites.filter(({ id }) => id === guild.id);
  const roles = overwrites.filter(({ id, type }) => type === 0 && member.roles.includes(id));
  const own = overwrites.filter(({ id, type }) => type === 1 && id === user);
  return [everyone, roles, own].reduce((sum, some) => {
    const deny = some.reduce((bits, one) => bits | one.deny, 0n);
    const allow = some.reduce((bits, one) => bits | one.allow, 0n);
    return (sum & ~deny) | allow;
  }, base);
}

/** Whether the bot may do something in a channel. */
export function botMay(world: World, channel: DiscordChannel, name: PermissionName): boolean {
  return (permissionsIn(world, channel, world.bot.id) & PERMISSIONS[name]) !== 0n;
}

/** @throws ApiError 50001 when the bot does not see the channel, 50013 when it may not do this there */
export function demand(world: World, channel: DiscordChannel, ...names: PermissionName[]): void {
  if (channel.guildId === null) return;
  if (!botMay(world, channel, "viewChannel")) throw refuse.missingAccess();
  for (const name of names) if (!botMay(world, channel, name)) throw refuse.missingPermissions();
}
