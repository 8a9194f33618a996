import { GatewayIntentBits } from "discord.js";

/** What the bot asks to be told of, and why. */
export const INTENTS = {
  /** Channels, threads and their titles. */
  Guilds: GatewayIntentBits.Guilds,
  /** What is said in channels and threads. */
  GuildMessages: GatewayIntentBits.GuildMessages,
  /** Reactions with which editors mark a message as knowledge. */
  GuildMessageReactions: GatewayIntentBits.GuildMessageReactions,
  /** Direct messages. */
  DirectMessages: GatewayIntentBits.DirectMessages,
  /** The words of messages that do not name the bot; privileged, switched on in the Developer Portal. */
  MessageContent: GatewayIntentBits.MessageContent,
} as const;
export type IntentName = keyof typeof INTENTS;

export const FULL_INTENTS: readonly IntentName[] = [
  "Guilds",
  "GuildMessages",
  "GuildMessageReactions",
  "DirectMessages",
  "MessageContent",
];
export const WITHOUT_CONTENT: readonly IntentName[] = FULL_INTENTS.filter(
  (name) => name !== "MessageContent",
);

/** The bits that the gateway wants. */
export function intentBits(names: readonly IntentName[]): number {
  return names.reduce<number>((bits, name) => bits | INTENTS[name], 0);
}
