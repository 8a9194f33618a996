import { createHash } from "node:crypto";
import { createConsoleChannel } from "../adapters/console/index.ts";
import {
  type AnswerCache,
  type AnswerCacheOutcome,
  boardKind,
  type CustomFlow,
  caseKind,
  createAnswerCache,
  createDialogueTasks,
  dialogueKind,
  draftKind,
  fileKind,
} from "../flows/index.ts";
import {
  createAssigningDesk,
  createCountingDesk,
  createLearningDesk,
  createMeasuringDesk,
  createMirroredDesk,
  createNotifyingDesk,
  createPlacedDesk,
  type DeskObserver,
  findQueuePlace,
} from "./application/index.ts";
import type { ComposedDesk } from "./compose-desk.ts";
import { composeEffects } from "./compose-effects.ts";
import { composeFileEffects, composeFileSource } from "./compose-files.ts";
import type { ComposedJobs } from "./compose-jobs.ts";
import type { ComposedPlatforms } from "./compose-platforms.ts";
import { dialogueSettings } from "./compose-settings.ts";
import type { Config } from "./config.ts";
import type { MessageId } from "./core/index.ts";
import type { AttachmentReader } from "./ports/attachment-reader.ts";
import type { Channel } from "./ports/channel.ts";
import type { ChatModel } from "./ports/chat-model.ts";
import { type Clock, systemClock } from "./ports/clock.ts";
import type { HumanDesk } from "./ports/desk.ts";
import type { FileSource } from "./ports/file-place.ts";
import type { Inbox } from "./ports/inbox.ts";
import type { KeyedMemory } from "./ports/keyed-memory.ts";
import type { Logger } from "./ports/logger.ts";
import type { Retriever } from "./ports/retriever.ts";
import type { WebSearch } from "./ports/web-search.ts";
import {
  createEngine,
  createRegistry,
  createReviewLog,
  createTalkLog,
  type Engine,
  type RuntimeObserver,
} from "./runtime/index.ts";
import type { Stores } from "./stores.ts";

/** Another process waits no longer than this for what a killed one held. */
const SHARED_LEASE_MS = 4_000;
const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * 60 * 60_000;

/** Makes the cache of written answers; null where it is switched off. */
export function composeAnswerCache(options: {
  readonly config: Config;
  readonly memory: KeyedMemory;
  readonly observer: { answerCache(outcome: AnswerCacheOutcome): void };
  readonly logger: Logger;
}): AnswerCache | null {
  const { config, memory, observer, logger } = options;
  const { answerCacheHours } = config.dialogue;
  if (answerCacheHours === 0) return null;
  return createAnswerCache({
    memory,
    ttlMs: answerCacheHours * HOUR_MS,
    digest: (text) => createHash("sha256").update(text).digest("hex"),
    onOutcome: (outcome) => observer.answerCache(outcome),
    logger: logger.child({ component: "answer-cache" }),
  });
}

/** The desk that we keep, with whatever else a change at it sets going. */
function shownDesk(
  desk: HumanDesk,
  parts: {
    readonly inbox: Inbox;
    readonly platforms: Pick<ComposedPlatforms, "adapters" | "board">;
    readonly people: Pick<ComposedDesk, "assigner" | "learning">;
    readonly stores: Pick<Stores, "desk" | "memory">;
    readonly observer: DeskObserver;
    readonly logger: Logger;
    readonly clock?: Clock;
  },
): HumanDesk {
  const { assigner, learning } = parts.people;
  const measured = createMeasuringDesk(desk, parts.stores.desk, parts);
  const shown =
    parts.platforms.board === null
      ? measured
      : createMirroredDesk(measured, { inbox: parts.inbox, clock: parts.clock ?? systemClock });
  const counted = createCountingDesk(shown, createTalkLog(parts.stores.memory));
  const mirrored = createLearningDesk(counted, learning, parts.logger);
  const { adapters } = parts.platforms;
  const placed = createPlacedDesk(mirrored, { adapters, logger: parts.logger });
  return assigner === null ? placed : createAssigningDesk(placed, assigner);
}

/** Makes the engine that runs dialogues and cases, and sends what they say. It does nothing before `start`. */
export function composeEngine(options: {
  readonly config: Config;
  readonly stores: Stores;
  readonly inbox: Inbox;
  readonly people: Pick<ComposedDesk, "roster" | "assigner" | "members" | "learning" | "draft">;
  readonly platforms: Pick<ComposedPlatforms, "adapters" | "board"> & {
    readonly attachments: AttachmentReader | null;
    /** Absent: none are passed on. */
    readonly files?: FileSource;
  };
  readonly retriever: Retriever;
  readonly chatModel: ChatModel | null;
  /** Null: every answer is written anew. */
  readonly answerCache: AnswerCache | null;
  /** Null: the web is never asked. */
  readonly webSearch: WebSearch | null;
  readonly jobs: Pick<ComposedJobs, "notify">;
  /** Flows of the team. */
  readonly flows: readonly CustomFlow[];
  readonly observer: RuntimeObserver & DeskObserver;
  readonly owner: string;
  readonly logger: Logger;
  /** Default: the clock of this machine. */
  readonly clock?: Clock;
  /** Where people at a terminal read; default: the message log. */
  readonly terminal?: Channel;
  /** Told of messages that end without a reply. */
  readonly onSettled?: (to: MessageId, outcome: "forwarded" | "ignored") => void;
  /** How often work is looked for that nobody announced; default: the engine's own. */
  readonly pollMs?: number;
}): Engine {
  const { config, stores, platforms, retriever, chatModel, webSearch } = options;
  const { observer, owner, logger, clock = systemClock, onSettled, pollMs, people } = options;
  const { conversations: store, log, desk } = stores;
  const { adapters, attachments } = platforms;
  const settings = dialogueSettings(config, webSearch !== null);
  const channels = [
    options.terminal ?? createConsoleChannel({ log, clock }),
    ...adapters.map(({ channel }) => channel),
  ];
  return createEngine({
    store,
    observer,
    registry: createRegistry([
      ...[dialogueKind(settings), caseKind(settings), draftKind(settings)],
      ...[boardKind(), fileKind()],
    ]),
    tasks: {
      draft: people.draft,
      ...createDialogueTasks({
        retriever,
        chatModel,
        cache: options.answerCache,
        attachments,
        webSearch,
        flows: options.flows,
        atDesk: (asked) =>
          findQueuePlace(asked, { ...people, view: desk, isAssigned: people.assigner !== null }),
        settings,
        logger,
      }),
    },
    effects: {
      ...composeFileEffects({
        source: platforms.files ?? composeFileSource({}),
        channels,
        board: platforms.board,
        memory: stores.memory,
        inbox: options.inbox,
        clock,
        deskLanguage: config.handover.language,
        logger,
      }),
      ...composeEffects({
        desk: createNotifyingDesk(shownDesk(desk, options), options.jobs.notify),
        board: platforms.board,
        log,
        logged: new Set(["console"]),
        adapters,
        memory: stores.memory,
        talks: createTalkLog(stores.memory),
        review: createReviewLog(stores.memory, { keepDays: config.review.keepDays, clock }),
        blockMs: config.handover.blockDays * DAY_MS,
        ...(onSettled === undefined ? {} : { onSettled }),
      }),
    },
    channels,
    logger,
    clock,
    owner,
    // Without Redis there is no other worker that could have what this one lacks.
    tuning: {
      ...(stores.isShared ? { leaseMs: SHARED_LEASE_MS } : { otherWorkerMs: 0 }),
      ...(pollMs === undefined ? {} : { pollMs, mailboxPollMs: pollMs }),
    },
  });
}
