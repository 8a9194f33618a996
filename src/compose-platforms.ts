import {
  createBlockedInbox,
  createLimitedInbox,
  createQueuedIngest,
  createQueuedShelf,
  createWatchedBoard,
  type WatchedBoard,
} from "./application/index.ts";
import { composeAttachments } from "./compose-attachments.ts";
import { composeDiscord } from "./compose-discord.ts";
import { composeFileSource } from "./compose-files.ts";
import { composeSlack } from "./compose-slack.ts";
import { composeTickets } from "./compose-tickets.ts";
import { composeTyping, type TypingPlaces } from "./compose-typing.ts";
import type { Config } from "./config.ts";
import type { OpenedParts } from "./opened-parts.ts";
import type { AttachmentReader } from "./ports/attachment-reader.ts";
import { systemClock } from "./ports/clock.ts";
import type { DeskOffice } from "./ports/desk.ts";
import type { FeedbackLog } from "./ports/feedback.ts";
import type { FileSource } from "./ports/file-place.ts";
import type { Inbox } from "./ports/inbox.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { KnowledgeBase } from "./ports/knowledge-base.ts";
import type { Logger } from "./ports/logger.ts";
import type { PlatformAdapter } from "./ports/platform-adapter.ts";
import type { Retriever } from "./ports/retriever.ts";
import type { TicketIntake } from "./ports/ticket-system.ts";
import type { Stores } from "./stores.ts";

/** The platforms that are configured, and the text of files that come with their messages. */
export interface ComposedPlatforms {
  readonly adapters: readonly PlatformAdapter[];
  readonly attachments: AttachmentReader;
  readonly files: FileSource;
  /** Where a platform shows cases; null when only our own desk does. */
  readonly board: WatchedBoard | null;
  /** Takes what a ticket system tells; null without one. */
  readonly tickets: TicketIntake | null;
}

/** Makes an adapter for every platform that has a token. */
export async function composePlatforms(
  options: {
    readonly config: Config;
    readonly stores: Stores;
    readonly inbox: Inbox;
    readonly office: DeskOffice;
    readonly knowledge: Retriever & KnowledgeBase;
    readonly jobs: JobQueue;
    readonly feedback: FeedbackLog;
    readonly logger: Logger;
  },
  parts: OpenedParts,
): Promise<ComposedPlatforms> {
  const { config, stores, knowledge, feedback, logger } = options;
  const { conversations: store, desk, memory, budget } = stores;
  const inbox = createLimitedInbox({
    inbox: createBlockedInbox({ inbox: options.inbox, memory, logger }),
    budget,
    memory,
    maxPerMinute: config.dialogue.maxTurnsPerMinute,
    logger,
  });
  // What is asked for in a chat outlives the process that heard it.
  const queued = { ...knowledge, ingest: createQueuedIngest(options.jobs) };
  const shelf = createQueuedShelf(options.jobs);
  const common = { config, memory, budget, clock: systemClock, logger };
  let shown: TypingPlaces = { adapters: [], board: null };
  const typing = composeTyping({ config, stores, office: options.office, logger }, () => shown);
  const slack = await composeSlack({
    ...common,
    host: {
      inbox,
      retriever: knowledge,
      knowledge: queued,
      shelf,
      desk,
      office: options.office,
      isKnown: async (id) => (await store.read({ kind: "dialogue", id })) !== null,
      onFeedback: (given) => feedback.add(given),
    },
  });
  const discord = await composeDiscord({
    ...common,
    inbox,
    knowledge: queued,
    shelf,
    store,
    feedback,
    office: options.office,
    typing: /^(?:slack|discord):/u.test(config.desk) ? typing : null,
  });
  const adapters: readonly PlatformAdapter[] = [slack, discord]
    .filter((adapter) => adapter !== null)
    .map((adapter) => parts.add(adapter));
  const sources = {
    ...(slack === null ? {} : { slack: slack.files }),
    ...(discord === null ? {} : { discord: discord.files }),
  };
  const tickets = await composeTickets({ config, memory, office: options.office }, parts);
  const board = tickets?.board ?? slack?.board ?? discord?.board ?? null;
  shown = { adapters, board };
  return {
    adapters,
    board:
      board === null
        ? null
        : createWatchedBoard(board, { name: config.desk, clock: systemClock, logger }),
    tickets: tickets?.intake ?? null,
    attachments: parts.add(composeAttachments(config, sources)),
    files: composeFileSource(sources),
  };
}
