import { cleanText } from "./safe-text.ts";

/** Longest message that is taken in, in characters (`InboundMessage.text`). */
export const MAX_MESSAGE_CHARACTERS = 16_000;

function unescapeEntities(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

function readCommand(body: string): string {
  const [name = "", label] = body.split("|");
  if (label !== undefined && label !== "") return label.startsWith("@") ? label : `@${label}`;
  return `@${name.replace(/\^.*$/u, "")}`;
}

function readReference(body: string): string {
  const bar = body.indexOf("|");
  const target = bar < 0 ? body : body.slice(0, bar);
  const label = bar < 0 ? "" : body.slice(bar + 1);
  if (target.startsWith("!date^")) return label;
  if (target.startsWith("!")) return readCommand(body.slice(1));
  if (target.startsWith("#")) return `#${label === "" ? target.slice(1) : label}`;
  // Other people stay as they are: the dialogue sees by it that a message is meant for somebody else.
  if (target.startsWith("@")) return `<${target}>`;
  if (target.startsWith("mailto:")) return label === "" ? target.slice(7) : label;
  if (label === "" || target.endsWith(label)) return target;
  return `${label} (${target})`;
}

/**
 * Slack's markup as a person wrote it: links, channels and groups by their names, entities as characters, the mention of
 * the bot left out.
 */
export function readText(text: string, botUserId: string): string {
  const withoutBot = text.replaceAll(new RegExp(`<@${botUserId}(?:\\|[^>]*)?>`, "gu"), " ");
  const readable = withoutBot.replaceAll(/<([^<>]+)>/gu, (_all, body: string) =>
    readReference(body),
  );
  return cleanText(unescapeEntities(readable))
    .replaceAll(/[^\S\n]+/gu, " ")
    .trim();
}

/** Whether a text names the bot. */
export function mentions(text: string, botUserId: string): boolean {
  return text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`);
}
