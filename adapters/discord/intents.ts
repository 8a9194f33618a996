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
  /** Who types, for the other side of a case; asked for only where a desk on a platform shows it. */
  GuildMessageTyping: GatewayIntentBits.GuildMessageTyping,
  DirectMessageTyping: GatewayIntentBits.DirectMessageTyping,
  /** The words of messages that do not name the bot; privileged, switched on in the Developer Portal. */
  MessageContent: GatewayIntentBits.MessageContent,
} as const;
export type IntentName = keyof typeof INTENTS;

const FULL_INTENTS: readonly IntentName[] = [
  "Guilds",
  "GuildMessages",
  "GuildMessageReactions",
  "DirectMessages",
  "MessageContent",
];
const TYPING: readonly IntentName[] = ["GuildMessageTyping", "DirectMessageTyping"];

/** What to ask to be told of. */
export function intentsFor(wish: {
  readonly content: boolean;
  readonly typing: boolean;
}): readonly IntentName[] {
  const words = FULL_INTENTS.filter((name) => wish.content || name !== "MessageContent");
  return wish.typing ? [...words, ...TYPING] : words;
}

/** The bits that the gateway wants. */
export function intentBits(names: readonly IntentName[]): number {
  return names.reduce<number>((bits, name) => bits | INTENTS[name], 0);
}
