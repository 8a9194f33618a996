import { join } from "node:path";
import { createWebhookSender, refusePrivate } from "../adapters/webhook/index.ts";
import { createFolderWatch, createGuardedDispatcher } from "../knowledge/ingest/index.ts";
import type { KeptConversations } from "./application/index.ts";
import {
  createExportJob,
  createKnowledgeJobs,
  createNotify,
  createShelfJob,
  createWebhookJob,
  JOB_KINDS,
  keepSchedule,
  type Notify,
  watchLetters,
  watchSources,
} from "./application/jobs/index.ts";
import type { Config } from "./config.ts";
import { createOpenedParts } from "./opened-parts.ts";
import type { DeadLetter } from "./ports/application.ts";
import type { Clock } from "./ports/clock.ts";
import type { DocumentShelf } from "./ports/document-shelf.ts";
import type { JobQueue, JobWorker } from "./ports/jobs.ts";
import type { KnowledgeBase } from "./ports/knowledge-base.ts";
import type { Logger } from "./ports/logger.ts";
import type { WebhookSender } from "./ports/webhook.ts";
import { createRecordFiles, createSqliteJobs } from "./runtime/index.ts";

/** Work in the background, and what other programs are told. */
export interface ComposedJobs {
  readonly queue: JobQueue;
  /** Tells other programs; nothing when no webhook is configured. */
  readonly notify: Notify;
  /** Begins to do jobs in this process. */
  work(parts: {
    readonly knowledge: KnowledgeBase & { readonly shelf: DocumentShelf };
    readonly letters: { list(query: { limit: number }): Promise<readonly DeadLetter[]> };
    readonly conversations: KeptConversations;
  }): Promise<void>;
  close(): Promise<void>;
}

const CONNECT_MS = 5_000;

function senderOf({ webhooks }: Config, clock: Clock): WebhookSender | null {
  const { url, secret, allowPrivate } = webhooks;
  if (url === null || secret === null) return null;
  const dispatcher = createGuardedDispatcher({
    allowPrivate,
    connectMs: CONNECT_MS,
    refuse: refusePrivate,
  });
  return createWebhookSender({ url, secret, dispatcher, clock });
}

/** Opens the jobs: in Redis for all processes of an installation, or in a SQLite file for the one there is. */
export async function composeJobs(options: {
  readonly config: Config;
  readonly dataDir: string;
  readonly clock: Clock;
  readonly logger: Logger;
}): Promise<ComposedJobs> {
  const { config, clock, logger } = options;
  const parts = createOpenedParts(logger);
  const kinds = JOB_KINDS;
  const file = join(options.dataDir, "jobs.db");
  const inRedis = async (url: string): Promise<JobWorker> => {
    const { createRedisJobs } = await import("./runtime/redis.ts");
    return createRedisJobs({ url, keyPrefix: config.redisPrefix, kinds, logger });
  };
  const worker = parts.add(
    config.redisUrl === null
      ? createSqliteJobs({ file, kinds, clock, logger })
      : await inRedis(config.redisUrl),
  );
  const files = createRecordFiles({ folder: join(options.dataDir, "exports") });
  const sender = senderOf(config, clock);
  if (sender !== null) parts.add(sender);
  const notify: Notify =
    sender === null
      ? () => Promise.resolve()
      : createNotify(worker, new Set(config.webhooks.events));
  return {
    queue: worker,
    notify,
    async work({ knowledge, letters, conversations }) {
      await worker.work({
        ...createKnowledgeJobs(knowledge),
        "knowledge.shelf": createShelfJob(knowledge.shelf),
        "conversations.export": createExportJob(conversations, files),
        ...(sender === null ? {} : { "webhook.deliver": createWebhookJob(sender) }),
      });
      // The machine that holds the documents keeps their schedule.
      if (config.knowledge.url === null) {
        parts.add(keepSchedule({ knowledge, jobs: worker, clock, logger }));
        const folders = createFolderWatch();
        const isUsual = config.knowledge.watch;
        parts.add(watchSources({ knowledge, jobs: worker, folders, isUsual, logger }));
      }
      if (sender !== null) parts.add(watchLetters({ letters, notify, clock, logger }));
    },
    close: () => parts.close(),
  };
}
