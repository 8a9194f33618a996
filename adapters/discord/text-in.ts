import { cleanText } from "../shared/text.ts";

/** Longest message that is taken in, in characters (`InboundMessage.text`). */
export const MAX_MESSAGE_CHARACTERS = 16_000;

function readTime(seconds: string): string {
  const at = new Date(Number(seconds) * 1_000);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().replace(/:\d\d\.\d+Z$/u, " UTC");
}

/**
 * Discord's markup as a person wrote it: emoji, times and commands by their names, the mention of the bot left out. Other
 * people stay as they are: the dialogue sees by it that a message is meant for somebody else.
 */
export function readText(text: string, botId: string): string {
  return cleanText(text)
    .replaceAll(new RegExp(`<@!?${botId}>`, "gu"), " ")
    .replaceAll(/<a?:(\w+):\d+>/gu, ":$1:")
    .replaceAll(/<t:(-?\d{1,13})(?::[a-zA-Z])?>/gu, (_all, seconds: string) => readTime(seconds))
    .replaceAll(/<\/([^:<>]+):\d+>/gu, "/$1")
    .replaceAll(/<@!(\d+)>/gu, "<@$1>")
    .replaceAll(/<(https?:\/\/[^\s<>]+)>/gu, "$1")
    .replaceAll(/[^\S\n]+/gu, " ")
    .trim();
}

/** Whether a text names the bot. */
export function mentions(text: string, botId: string): boolean {
  return text.includes(`<@${botId}>`) || text.includes(`<@!${botId}>`);
}
