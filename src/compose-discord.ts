import type { DiscordAdapter, DiscordHost, DiscordSettings } from "../adapters/discord/index.ts";
import { channelRules } from "./compose-channel-rules.ts";
import { deskCallees } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import type { Clock } from "./ports/clock.ts";
import type { ConversationDirectory } from "./ports/conversation-directory.ts";
import type { DeskOffice } from "./ports/desk.ts";
import type { DocumentShelf } from "./ports/document-shelf.ts";
import type { FeedbackLog } from "./ports/feedback.ts";
import type { Inbox } from "./ports/inbox.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { KnowledgeBase } from "./ports/knowledge-base.ts";
import type { Logger } from "./ports/logger.ts";
import type { Retriever } from "./ports/retriever.ts";
import type { SharedBudget } from "./ports/shared-budget.ts";
import type { TypingMirror } from "./ports/typing-mirror.ts";

const MINUTE_MS = 60_000;
/** As many as Discord shows. */
const SUGGESTIONS = 25;

/** What the configuration says of Discord; null when there is no token. */
export async function discordSettings({
  discord,
  access,
  desk,
  handover,
}: Config): Promise<DiscordSettings | null> {
  const { token, missedMinutes, channels, ...rest } = discord;
  if (token === null) return null;
  // The library takes a while to load: only who uses it waits for it.
  const { DISCORD_DEFAULTS } = await import("../adapters/discord/index.ts");
  return {
    ...DISCORD_DEFAULTS,
    ...rest,
    token,
    channels: channelRules(channels),
    missedMs: missedMinutes * MINUTE_MS,
    defaultRole: access.defaultRole,
    people: access.people,
    deskChannel: /^discord:(.+)$/u.exec(desk)?.[1] ?? null,
    deskLanguage: handover.language,
    deskReplies: handover.plainTextReplies,
    deskCallees: deskCallees(handover),
  };
}

/** Makes the adapter when Discord is configured. Nothing is heard before its `start`. */
export async function composeDiscord(options: {
  readonly config: Config;
  readonly memory: KeyedMemory;
  readonly budget: SharedBudget;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly inbox: Inbox;
  readonly knowledge: Retriever & KnowledgeBase;
  readonly shelf: DocumentShelf;
  readonly store: ConversationDirectory;
  readonly feedback: FeedbackLog;
  readonly office: DeskOffice;
  readonly typing: TypingMirror | null;
}): Promise<DiscordAdapter | null> {
  const settings = await discordSettings(options.config);
  if (settings === null) return null;
  const { createDiscordAdapter } = await import("../adapters/discord/index.ts");
  const { memory, budget, clock, logger, inbox, knowledge, store, feedback, office } = options;
  const { titles } = knowledge;
  const host: DiscordHost = {
    inbox,
    retriever: knowledge,
    knowledge,
    shelf: options.shelf,
    titles:
      titles === undefined
        ? null
        : (words, principal) => titles({ words, principal, limit: SUGGESTIONS }),
    isKnown: async (id) => (await store.read({ kind: "dialogue", id })) !== null,
    office,
    typing: options.typing,
    onFeedback: (given) => feedback.add(given),
  };
  return createDiscordAdapter({ settings, host, memory, budget, clock, logger });
}
