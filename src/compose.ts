import { once } from "node:events";
import { join } from "node:path";
import { createConsoleChannel } from "../adapters/console/index.ts";
import { caseKind, createDialogueTasks, dialogueKind } from "../flows/index.ts";
import { createKnowledge, type Knowledge } from "../knowledge/index.ts";
import { createDocumentReader } from "../knowledge/ingest/index.ts";
import { createApplication } from "./application/index.ts";
import { composeEffects } from "./compose-effects.ts";
import { type ComposedModels, composeModels } from "./compose-models.ts";
import { dialogueSettings, retrievalSettings } from "./compose-settings.ts";
import { composeSlack } from "./compose-slack.ts";
import { composeStatus } from "./compose-status.ts";
import type { Config } from "./config.ts";
import { timeLimit } from "./core/index.ts";
import { createOpenedParts, type OpenedParts } from "./opened-parts.ts";
import { packageVersion } from "./package-root.ts";
import type { Application } from "./ports/application.ts";
import { systemClock } from "./ports/clock.ts";
import type { Logger } from "./ports/logger.ts";
import type { PlatformAdapter } from "./ports/platform-adapter.ts";
import {
  createDeadLetterOffice,
  createEngine,
  createInbox,
  createRegistry,
  createSqliteDesk,
  createSqliteKeyedMemory,
  createSqliteMessageLog,
  createSqliteStore,
  type DataDirectory,
} from "./runtime/index.ts";

import { createMetrics, listenOnSocket, type Metrics } from "./server/index.ts";

/** The application of this process, and what only its owner can see. */
export interface Composed {
  readonly app: Application;
  readonly metrics: Metrics;
  /** The configured platforms; they say what is due, and hear once they are started. */
  readonly adapters: readonly PlatformAdapter[];
  /** Resolves when embedding model and vectors can be used, or are known not to be; at the latest after a while. */
  warm(): Promise<void>;
}

export interface ComposeOptions {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly logger: Logger;
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
  const { config, directory, logger } = options;
  const startedAt = systemClock.now();
  const file = (name: string): string => join(directory.path, name);
  const store = parts.add(
    createSqliteStore({ file: file("conversations.db"), clock: systemClock, synchronous: "full" }),
  );
  const log = parts.add(createSqliteMessageLog({ file: file("messages.db") }));
  const desk = parts.add(createSqliteDesk({ file: file("desk.db") }));
  const models = parts.add(composeModels(config, logger));
  const knowledge = parts.add(await openKnowledge(options, models, parts));
  const settings = dialogueSettings(config, false);
  const metrics = createMetrics();
  const letters = createDeadLetterOffice(store);
  const deadLetters = async () => (await letters.list({ limit: 1000 })).length;
  metrics.watch({
    conversations: () => store.counts(),
    deadLetters,
    knowledge: () => knowledge.status(),
  });
  const inbox = createInbox(store, systemClock);
  const memory = parts.add(
    createSqliteKeyedMemory({ file: file("memory.db"), clock: systemClock }),
  );
  const slack = await composeSlack({
    config,
    memory,
    clock: systemClock,
    logger,
    host: {
      inbox,
      retriever: knowledge,
      knowledge,
      desk,
      isKnown: async (id) => (await store.read({ kind: "dialogue", id })) !== null,
      onFeedback: () => {},
    },
  });
  const adapters: readonly PlatformAdapter[] = slack === null ? [] : [parts.add(slack)];
  const engine = createEngine({
    store,
    observer: metrics,
    registry: createRegistry([dialogueKind(settings), caseKind(settings)]),
    tasks: createDialogueTasks({
      retriever: knowledge,
      chatModel: models.chat,
      webSearch: null,
      settings,
      logger,
    }),
    effects: composeEffects({ desk, log, logged: new Set(["console"]), adapters }),
    channels: [
      createConsoleChannel({ log, clock: systemClock }),
      ...adapters.map(({ channel }) => channel),
    ],
    logger,
    clock: systemClock,
    owner: "owner", // the data directory's lock sees to it that there is only one
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
    status: composeStatus({
      config,
      startedAt,
      directory: store,
      deadLetters,
      knowledge,
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
  await engine.start();
  parts.add({ close: () => engine.drain({ timeoutMs: DRAIN_MS }) });
  for (const adapter of adapters) parts.add({ close: () => adapter.stopListening() });
  const warm = async (): Promise<void> => {
    const signal = timeLimit(WARM_UP_MS);
    const isWarm = Promise.allSettled([models.ready({ signal }), knowledge.warm()]);
    await Promise.race([isWarm, once(signal, "abort")]);
  };
  return { app, metrics, adapters, warm };
}

/**
 * Wires everything together for the process that owns the data directory.
 * @throws FrontdeskError `database_corrupt`, `data_dir_unusable`, `disk_full`, `model_unavailable` (a GPU was required)
 */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const parts = createOpenedParts(options.logger);
  try {
    return await open(options, parts);
  } catch (error) {
    await parts.close();
    throw error;
  }
}
