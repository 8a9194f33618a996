import { once } from "node:events";
import {
  createApplication,
  createErasureNotice,
  createKnowledgePeers,
  createQueuedShelf,
  watchDepartures,
} from "./application/index.ts";
import { admit, awaitBeginning } from "./compose-admission.ts";
import { composeOffice, countCases } from "./compose-desk.ts";
import { composeAnswerCache, composeEngine } from "./compose-engine.ts";
import { composeFlows } from "./compose-flows.ts";
import { composeJobs } from "./compose-jobs.ts";
import { composeKnowledge } from "./compose-knowledge.ts";
import { composeModels } from "./compose-models.ts";
import { composePlatforms } from "./compose-platforms.ts";
import { composeRest } from "./compose-rest.ts";
import {
  answers,
  configFor,
  listens,
  nameWorker,
  type Role,
  succeedWorker,
  worksInBackground,
} from "./compose-roles.ts";
import { uncalibratedFor } from "./compose-settings.ts";
import { composeStatus, isTakingIn } from "./compose-status.ts";
import { composeStores } from "./compose-stores.ts";
import { composeWebSearch } from "./compose-web-search.ts";
import type { Config } from "./config.ts";
import { settingMarks } from "./config-marks.ts";
import { FrontdeskError, timeLimit } from "./core/index.ts";
import { createOpenedParts, type OpenedParts } from "./opened-parts.ts";
import { packageVersion } from "./package-root.ts";
import type { Application } from "./ports/application.ts";
import { systemClock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";
import type { PlatformAdapter } from "./ports/platform-adapter.ts";
import type { TicketIntake } from "./ports/ticket-system.ts";
import {
  createDeadLetterOffice,
  createDraftEraser,
  createFeedbackLog,
  createInbox,
  createReviewLog,
  createTalkLog,
  type DataDirectory,
  orAborted,
} from "./runtime/index.ts";
import {
  createMetrics,
  type KnowledgeService,
  listenOnSocket,
  type Metrics,
  type RestService,
} from "./server/index.ts";

/** The application of this process, and what only its owner can see. */
export interface Composed {
  readonly app: Application;
  readonly metrics: Metrics;
  /** What this process serves to others as their knowledge base; null when it does not. */
  readonly knowledgeService: KnowledgeService | null;
  /** Takes what a ticket system tells; null without one. */
  readonly tickets: TicketIntake | null;
  /** Documents, collections and search over HTTP. */
  readonly restService: RestService;
  /** The platforms that this process listens to, once they are started. */
  readonly adapters: readonly PlatformAdapter[];
  /**
   * Resolves when conversations and jobs are worked on, which waits for stores that are away; rejects when they turn out to be
   * unfit.
   */
  readonly begun: Promise<void>;
  /** Resolves when embedding model and vectors can be used, or are known not to be; at the latest after a while. */
  warm(): Promise<void>;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly logger: Logger;
  readonly role: Role;
  /** Begins although the stores are away, since they come back by themselves. */
  readonly mayWait: boolean;
  /** Ends a start that is under way, whatever it waits for. */
  readonly signal: AbortSignal;
}

/** How long a one-shot command waits for vectors before it finds by words only. */
const WARM_UP_MS = 10_000;

/** How long running answers may go on after the process was told to stop. */
const DRAIN_MS = 20_000;

async function open(options: ComposeOptions, parts: OpenedParts): Promise<Composed> {
  const { config, directory, logger, role, signal } = options;
  const orStopped = <T>(work: Promise<T>): Promise<T> => orAborted(work, signal);
  const startedAt = systemClock.now();
  const stores = parts.add(
    await composeStores({ config, dataDir: directory.path, clock: systemClock, logger }),
  );
  await orStopped(admit(stores, options));
  const { conversations: store, log, desk, memory } = stores;
  const metrics = createMetrics();
  const models = parts.add(composeModels(config, logger, metrics.inference));
  const knowledge = parts.add(
    await composeKnowledge(
      { config, dataDir: directory.path, observer: metrics, logger },
      models,
      parts,
    ),
  );
  const letters = createDeadLetterOffice(store);
  const jobs = parts.add(
    await composeJobs({ config, dataDir: directory.path, clock: systemClock, logger }),
  );
  const deadLetters = () => letters.count();
  const inbox = createInbox(store, systemClock);
  const feedback = createFeedbackLog(memory);
  const closing = new AbortController();
  parts.add({ close: async () => closing.abort(new Error("the process ends")) });
  const people = composeOffice({
    config,
    inbox,
    desk,
    memory,
    shelf: createQueuedShelf(jobs.queue),
    retriever: knowledge,
    chatModel: models.chat,
    logger,
    signal: closing.signal,
  });
  const { office } = people;
  const platforms = await orStopped(
    composePlatforms(
      { config, stores, inbox, office, knowledge, jobs: jobs.queue, feedback, logger },
      parts,
    ),
  );
  const { adapters } = platforms;
  const worker = stores.isShared ? nameWorker(directory.path) : ONLY_WORKER;
  const engine = composeEngine({
    config,
    stores,
    inbox,
    people,
    platforms,
    retriever: knowledge,
    chatModel: models.chat,
    answerCache: composeAnswerCache({ config, memory, observer: metrics, logger }),
    webSearch: composeWebSearch({ config, logger }, parts),
    jobs,
    flows: await orStopped(composeFlows({ config, clock: systemClock, logger }, parts)),
    observer: metrics,
    owner: worker.name,
    logger,
  });
  metrics.watch({
    isStoreUp: () => isTakingIn(stores),
    conversations: () => store.counts(),
    knowledge: () => knowledge.status(),
    jobs: () => jobs.queue.counts(),
    cases: () => countCases(desk),
    isDeskUp: () => platforms.board?.status().state !== "degraded",
    models: () => models.readings(),
  });
  // A command that asks once is no worker.
  const peers =
    stores.isShared && answers(role) && options.mayWait
      ? parts.add(createKnowledgePeers({ memory, knowledge, dataDir: directory.path, logger }))
      : null;
  const app = createApplication({
    office,
    inbox,
    log,
    view: desk,
    eraser: desk,
    tellErased: createErasureNotice({ board: platforms.board, inbox, clock: systemClock }),
    drafts: createDraftEraser({ channels: adapters.map(({ channel }) => channel), logger }),
    handovers: people.handovers,
    talks: createTalkLog(memory),
    clock: systemClock,
    people: config.access,
    knowledge,
    directory: store,
    letters,
    feedback,
    memory,
    review: createReviewLog(memory, { keepDays: config.review.keepDays, clock: systemClock }),
    jobs: jobs.queue,
    swap: models.swap,
    status: composeStatus({
      config,
      startedAt,
      stores,
      deadLetters,
      knowledge,
      jobs: jobs.queue,
      models: models.parts,
      adapters,
      board: platforms.board,
      chatStatus: models.chatStatus,
      httpUrl: () => null,
      peers,
    }),
    close: () => parts.close(),
  });
  const uncalibrated = uncalibratedFor(config);
  if (uncalibrated !== null) {
    logger.warn({ models: uncalibrated }, "confidence is uncalibrated for these models");
  }
  const { socketPath } = directory;
  parts.add(await listenOnSocket(app, { socketPath, version: packageVersion, logger }));
  directory.announce(packageVersion, startedAt, settingMarks(config));
  // Side by side: each may have to find out for itself that the stores are away.
  const begun: Promise<void>[] = [];
  if (answers(role)) {
    parts.add({ close: () => engine.drain({ timeoutMs: DRAIN_MS }) });
    begun.push(succeedWorker(store, worker.previous, logger), engine.start());
  }
  if (worksInBackground(role)) begun.push(jobs.work({ knowledge, letters, conversations: app }));
  const isBegun = Promise.all(begun).then(() => {});
  await orStopped(awaitBeginning(isBegun, options.mayWait && stores.isShared));
  if (answers(role) && options.mayWait && adapters.length > 0) {
    parts.add(watchDepartures({ view: desk, office, adapters, clock: systemClock, logger }));
  }
  for (const adapter of adapters) parts.add({ close: () => adapter.stopListening() });
  const warm = async (): Promise<void> => {
    const signal = timeLimit(WARM_UP_MS);
    const isWarm = Promise.allSettled([models.ready({ signal }), knowledge.warm()]);
    await Promise.race([isWarm, once(signal, "abort")]);
  };
  const { apiKey, requestsPerSecond } = config.knowledge;
  return {
    app: role === "knowledge" ? { ...app, send: refuseTalk } : app,
    metrics,
    adapters: listens(role) ? adapters : [],
    begun: isBegun,
    tickets: listens(role) ? platforms.tickets : null,
    restService: composeRest({ config, role, knowledge, shelf: knowledge.localShelf, stores }),
    knowledgeService:
      role === "knowledge"
        ? {
            knowledge,
            shelf: knowledge.shelf,
            apiKey,
            budget: stores.budget,
            requestsPerSecond,
          }
        : null,
    warm,
  };
}

function refuseTalk(): Promise<never> {
  const message =
    "This process only serves the knowledge base (start --role knowledge) and answers no questions; ask where KNOWLEDGE_URL is set.";
  return Promise.reject(new FrontdeskError("unsupported", message));
}

/** The data directory's lock sees to it that there is only one; what an earlier one held is taken over by the name. */
const ONLY_WORKER = { name: "owner", previous: null };

/**
 * Wires everything together for the process that owns the data directory.
 * @throws FrontdeskError `database_corrupt`, `data_dir_unusable`, `disk_full`, `model_unavailable` (a GPU was required)
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const parts = createOpenedParts(options.logger);
  try {
    return await open({ ...options, config: configFor(options.role, options.config) }, parts);
  } catch (error) {
    await parts.close();
    throw error;
  }
}
