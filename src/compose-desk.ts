import { deskWords } from "../adapters/shared/desk-words.ts";
import { createDialogueTasks, DEFAULT_DIALOGUE_SETTINGS } from "../flows/index.ts";
import { createDeskOffice, createDrafts } from "./application/index.ts";
import { dialogueSettings } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import type { ChatModel } from "./ports/chat-model.ts";
import { type Clock, systemClock } from "./ports/clock.ts";
import type { DeskOffice, DeskView } from "./ports/desk.ts";
import type { Inbox } from "./ports/inbox.ts";
import type { Logger } from "./ports/logger.ts";
import type { Retriever } from "./ports/retriever.ts";

/** Open cases by state, for metrics. */
export async function countCases(
  desk: Pick<DeskView, "list">,
): Promise<Readonly<Record<"waiting" | "claimed", number>>> {
  const open = await desk.list({ includeResolved: false });
  const waiting = open.filter(({ state }) => state === "waiting").length;
  return { waiting, claimed: open.length - waiting };
}

/** Where agents of every desk hand in what they do. */
export function composeOffice(parts: {
  readonly config: Config;
  readonly inbox: Inbox;
  readonly desk: DeskView;
  readonly retriever: Retriever;
  readonly chatModel: ChatModel | null;
  readonly logger: Logger;
  /** Ends drafts that are being written. */
  readonly signal: AbortSignal;
  /** Default: the clock of this machine. */
  readonly clock?: Clock;
}): DeskOffice {
  const { clock = systemClock } = parts;
  const { capacity, teams, canned } = parts.config.handover;
  const names = teams.map(({ name }) => name);
  return createDeskOffice({
    inbox: parts.inbox,
    view: parts.desk,
    clock,
    capacity,
    canned,
    draft: createDrafts({
      tasks: createDialogueTasks({
        retriever: parts.retriever,
        chatModel: parts.chatModel,
        webSearch: null,
        settings: dialogueSettings(parts.config, false),
        logger: parts.logger,
      }),
      inbox: parts.inbox,
      now: () => clock.now(),
      botName: DEFAULT_DIALOGUE_SETTINGS.botName,
      nothingFound: deskWords(parts.config.handover.language).noDraft,
      logger: parts.logger,
      signal: parts.signal,
    }),
    teams: names,
  });
}
