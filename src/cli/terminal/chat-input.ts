/** The commands of the chat. */
export const CHAT_COMMANDS = [
  "/desk",
  "/help",
  "/history",
  "/quit",
  "/reset",
  "/search",
  "/sources",
] as const;
export type ChatCommand = (typeof CHAT_COMMANDS)[number];

/** What somebody typed into the chat. */
export type ChatInput =
  | { readonly type: "message"; readonly text: string }
  | { readonly type: "command"; readonly name: ChatCommand; readonly argument: string }
  | { readonly type: "unknown"; readonly name: string };

const COMMAND = /^\/(?<word>[A-Za-z]+|\?)(?:\s+(?<argument>[\s\S]*))?$/u;
const SYNONYMS: Readonly<Record<string, ChatCommand>> = {
  "/exit": "/quit",
  "/q": "/quit",
  "/bye": "/quit",
  "/h": "/help",
  "/?": "/help",
};

/** Tells commands from messages. A path such as `/etc/hosts` is a message. */
export function readChatInput(line: string): ChatInput {
  const text = line.trim();
  const match = COMMAND.exec(text);
  if (match === null) return { type: "message", text: line };
  const word = `/${(match.groups?.["word"] ?? "").toLowerCase()}`;
  const name = CHAT_COMMANDS.find((command) => command === word) ?? SYNONYMS[word];
  if (name === undefined) return { type: "unknown", name: word };
  return { type: "command", name, argument: (match.groups?.["argument"] ?? "").trim() };
}
