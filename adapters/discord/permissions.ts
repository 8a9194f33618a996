import { PermissionFlagsBits } from "discord.js";
import { z } from "zod";

/** What the bot needs in a server, and what for. */
export const BOT_PERMISSIONS = {
  ViewChannel: "to see the channels in which it answers",
  SendMessages: "to answer",
  SendMessagesInThreads: "to answer in threads and forum posts",
  ReadMessageHistory: "to reply to a message, and to read what it missed",
  AttachFiles: "to send very long answers as a file",
  AddReactions: "to mark what it has passed on to a person",
} as const satisfies Partial<Record<keyof typeof PermissionFlagsBits, string>>;
export type BotPermission = keyof typeof BOT_PERMISSIONS;

/** Their names, in order. */
const PERMISSION_NAMES: readonly BotPermission[] = [
  "ViewChannel",
  "SendMessages",
  "SendMessagesInThreads",
  "ReadMessageHistory",
  "AttachFiles",
  "AddReactions",
];

/** What it needs besides where the desk is a channel of Discord. */
const DESK_PERMISSIONS = {
  CreatePublicThreads: "to open a thread for each case at the desk",
} as const;

/** Everything that it needs in a server, and what for. */
export function neededPermissions(hasDesk: boolean): Readonly<Record<string, string>> {
  return hasDesk ? { ...BOT_PERMISSIONS, ...DESK_PERMISSIONS } : BOT_PERMISSIONS;
}

/** The bits of everything that the bot needs in the channels in which it answers. */
function neededBits(): bigint {
  return PERMISSION_NAMES.reduce((bits, name) => bits | PermissionFlagsBits[name], 0n);
}

/** Whether a thread may be opened under a message. */
export function mayOpenThreads(bits: bigint): boolean {
  return (bits & PermissionFlagsBits.CreatePublicThreads) !== 0n;
}

/** A page on which somebody who manages a server adds the bot to it, with exactly what it needs. */
export function inviteLink(applicationId: string, hasDesk: boolean): string {
  const query = new URLSearchParams({
    client_id: applicationId,
    scope: "bot applications.commands",
    permissions: String(neededBits() | (hasDesk ? PermissionFlagsBits.CreatePublicThreads : 0n)),
  });
  return `https://discord.com/oauth2/authorize?${query}`;
}

const bits = z.string().regex(/^\d+$/u);

/** What a channel gives or takes from a role (type 0) or a member (type 1). */
export const overwriteSchema = z.object({
  id: z.string(),
  type: z.number(),
  allow: bits,
  deny: bits,
});
type Overwrite = z.infer<typeof overwriteSchema>;

/** A role with what it may do everywhere; the one that Discord made for a bot names it. */
export const roleSchema = z.object({
  id: z.string(),
  permissions: bits,
  tags: z.object({ bot_id: z.string().optional() }).optional(),
});

/** What somebody may do in a channel (docs.discord.com/developers/topics/permissions). */
export function permissionsIn(of: {
  readonly guild: string;
  readonly member: { readonly id: string; readonly roles: readonly string[] };
  readonly roles: readonly { readonly id: string; readonly permissions: string }[];
  readonly overwrites: readonly Overwrite[];
}): bigint {
  const { guild, member, roles, overwrites } = of;
  const held = roles.filter(({ id }) => id === guild || member.roles.includes(id));
  const base = held.reduce((bits, role) => bits | BigInt(role.permissions), 0n);
  if ((base & PermissionFlagsBits.Administrator) !== 0n)
    return base | neededBits() | PermissionFlagsBits.CreatePublicThreads;
  const steps = [
    overwrites.filter(({ id }) => id === guild),
    overwrites.filter(({ id, type }) => type === 0 && member.roles.includes(id)),
    overwrites.filter(({ id, type }) => type === 1 && id === member.id),
  ];
  return steps.reduce((bits, step) => {
    const deny = step.reduce((sum, one) => sum | BigInt(one.deny), 0n);
    const allow = step.reduce((sum, one) => sum | BigInt(one.allow), 0n);
    return (bits & ~deny) | allow;
  }, base);
}

/** What of the needed permissions is missing. */
export function missingIn(bits: bigint): readonly BotPermission[] {
  // Who does not see a channel has no other permission in it.
  if ((bits & PermissionFlagsBits.ViewChannel) === 0n) return ["ViewChannel"];
  return PERMISSION_NAMES.filter((name) => (bits & PermissionFlagsBits[name]) === 0n);
}
