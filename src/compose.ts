import { once } from "node:events";
import { createConsoleChannel } from "../adapters/console/index.ts";
import { caseKind, createDialogueTasks, dialogueKind } from "../flows/index.ts";
import { createKnowledge, createRemoteKnowledge, type Knowledge } from "../knowledge/index.ts";
import { createDocumentReader } from "../knowledge/ingest/index.ts";
import {
  createApplication,
  createLimitedInbox,
  createNotifyingDesk,
  createQueuedIngest,
} from "./application/index.ts";
import { composeAttachments } from "./compose-attachments.ts";
import { composeDiscord } from "./compose-discord.ts";
import { composeEffects } from "./compose-effects.ts";
import { composeJobs } from "./compose-jobs.ts";
import { type ComposedModels, composeModels } from "./compose-models.ts";
import {
  answers,
  configFor,
  listens,
  nameWorker,
  type Role,
  succeedWorker,
  worksInBackground,
} from "./compose-roles.ts";
import { dialogueSettings, retrievalSettings } from "./compose-settings.ts";
import { composeSlack } from "./compose-slack.ts";
import { composeStatus } from "./compose-status.ts";
import { composeStores, type Stores } from "./compose-stores.ts";
import type { Config } from "./config.ts";
import { FrontdeskError, isFrontdeskError, timeLimit } from "./core/index.ts";
import { createOpenedParts, type OpenedParts } from "./opened-parts.ts";
import { packageVersion } from "./package-root.ts";
import type { Application } from "./ports/application.ts";
import { systemClock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";
import type { PlatformAdapter } from "./ports/platform-adapter.ts";
import {
  createDeadLetterOffice,
  createEngine,
  createFeedbackLog,
  createInbox,
  createRegistry,
  type DataDirectory,
} from "./runtime/index.ts";

import {
  createMetrics,
  type KnowledgeService,
  listenOnSocket,
  type Metrics,
} from "./server/index.ts";

/** The application of this process, and what only its owner can see. */
export interface Composed {
  readonly app: Application;
  readonly metrics: Metrics;
  /** What this process serves to others as their knowledge base; null when it does not. */
  readonly knowledgeService: KnowledgeService | null;
  /** The platforms that this process listens to, once they are started. */
  readonly adapters: readonly PlatformAdapter[];
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
}

/** How long a one-shot command waits for vectors before it finds by words only. */
const WARM_UP_MS = 10_000;

/** How long running answers may go on after the process was told to stop. */
const DRAIN_MS = 20_000;

function openKnowledge(
  options: ComposeOptions,
  models: ComposedModels,
  parts: OpenedParts,
): Promise<Knowledge> {
  const { config, directory, logger } = options;
  const { url, apiKey } = config.knowledge;
  if (url !== null) return Promise.resolve(createRemoteKnowledge({ url, apiKey }));
  const reader = parts.add(
    createDocumentReader({
      limits: {
        maxBytes: config.knowledge.maxDocumentBytes,
        timeoutMs: config.knowledge.parseTimeoutMs,
      },
    }),
  );
  return createKnowledge({
    dataDir: directory.path,
    reader,
    embedder: models.embedder,
    reranker: models.reranker,
    chroma:
      config.chromaUrl === null ? { mode: "embedded" } : { mode: "remote", url: config.chromaUrl },
    settings: retrievalSettings(config, models.fusionWeight),
    logger,
    clock: systemClock,
  });
}

async function open(options: ComposeOptions, parts: OpenedParts): Promise<Composed> {
  const { config, directory, logger, role } = options;
  const startedAt = systemClock.now();
  const stores = parts.add(
    composeStores({ config, dataDir: directory.path, clock: systemClock, logger }),
  );
  await admit(stores, options);
  const { conversations: store, log, desk, memory } = stores;
  const metrics = createMetrics();
  const models = parts.add(composeModels(config, logger, metrics.inference));
  const knowledge = parts.add(await openKnowledge(options, models, parts));
  const settings = dialogueSettings(config, false);
  const letters = createDeadLetterOffice(store);
  const jobs = parts.add(
    composeJobs({ config, dataDir: directory.path, clock: systemClock, logger }),
  );
  const deadLetters = async () => (await letters.list({ limit: 1000 })).length;
  metrics.watch({
    conversations: () => store.counts(),
    deadLetters,
    knowledge: () => knowledge.status(),
    jobs: () => jobs.queue.counts(),
    models: () => models.readings(),
  });
  const inbox = createInbox(store, systemClock);
  const limited = createLimitedInbox({
    inbox,
    budget: stores.budget,
    memory,
    maxPerMinute: config.dialogue.maxTurnsPerMinute,
    logger,
  });
  const feedback = createFeedbackLog(memory);
  // What is asked for in a chat outlives the process that heard it.
  const queued = { ...knowledge, ingest: createQueuedIngest(jobs.queue) };
  const slack = await composeSlack({
    config,
    memory,
    budget: stores.budget,
    clock: systemClock,
    logger,
    host: {
      inbox: limited,
      retriever: knowledge,
      knowledge: queued,
      desk,
      isKnown: async (id) => (await store.read({ kind: "dialogue", id })) !== null,
      onFeedback: (given) => feedback.add(given),
    },
  });
  const discord = await composeDiscord({
    config,
    memory,
    clock: systemClock,
    logger,
    inbox: limited,
    knowledge: queued,
    store,
    feedback,
  });
  const adapters: readonly PlatformAdapter[] = [slack, discord]
    .filter((adapter) => adapter !== null)
    .map((adapter) => parts.add(adapter));
  const attachments = parts.add(
    composeAttachments(config, slack === null ? {} : { slack: slack.files }),
  );
  const worker = stores.isShared ? nameWorker(directory.path) : ONLY_WORKER;
  const engine = createEngine({
    store,
    observer: metrics,
    registry: createRegistry([dialogueKind(settings), caseKind(settings)]),
    tasks: createDialogueTasks({
      retriever: knowledge,
      chatModel: models.chat,
      attachments,
      webSearch: null,
      settings,
      logger,
    }),
    effects: composeEffects({
      desk: createNotifyingDesk(desk, jobs.notify),
      log,
      logged: new Set(["console"]),
      adapters,
    }),
    channels: [
      createConsoleChannel({ log, clock: systemClock }),
      ...adapters.map(({ channel }) => channel),
    ],
    logger,
    clock: systemClock,
    owner: worker.name,
    ...(stores.isShared ? { tuning: { leaseMs: SHARED_LEASE_MS } } : {}),
  });
  const app = createApplication({
    inbox,
    log,
    view: desk,
    clock: systemClock,
    people: config.access,
    knowledge,
    directory: store,
    letters,
    feedback,
    jobs: jobs.queue,
    status: composeStatus({
      config,
      startedAt,
      stores,
      deadLetters,
      knowledge,
      jobs: jobs.queue,
      models: models.parts,
      adapters,
      chatStatus: models.chatStatus,
      httpUrl: () => null,
    }),
    close: () => parts.close(),
  });
  const { socketPath } = directory;
  parts.add(await listenOnSocket(app, { socketPath, version: packageVersion, logger }));
  directory.announce(packageVersion, startedAt);
  if (answers(role)) {
    await succeedWorker(store, worker.previous, logger);
    await engine.start();
    parts.add({ close: () => engine.drain({ timeoutMs: DRAIN_MS }) });
  }
  if (worksInBackground(role)) await jobs.work({ knowledge, letters });
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
    knowledgeService:
      role === "knowledge" ? { knowledge, apiKey, budget: stores.budget, requestsPerSecond } : null,
    warm,
  };
}

function refuseTalk(): Promise<never> {
  const message =
    "This process only serves the knowledge base (start --role knowledge) and answers no questions; ask where KNOWLEDGE_URL is set.";
  return Promise.reject(new FrontdeskError("unsupported", message));
}

/** Another process waits no longer than this for what a killed one held. */
const SHARED_LEASE_MS = 4_000;

/** The data directory's lock sees to it that there is only one; what an earlier one held is taken over by the name. */
const ONLY_WORKER = { name: "owner", previous: null };

/**
 * An unfit Redis is refused. One that is away is waited for by `start`, which says so and is not ready meanwhile; a command
 * that asks once fails.
 */
async function admit(stores: Stores, { mayWait, logger }: ComposeOptions): Promise<void> {
  try {
    await stores.check();
  } catch (error) {
    if (!mayWait || !isFrontdeskError(error, "store_unavailable")) throw error;
    logger.warn({ reason: error.message }, "starting without the conversation store");
  }
}

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
