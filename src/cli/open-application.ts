import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Role } from "../compose-roles.ts";
import type { Config } from "../config.ts";
import { unheededSettings } from "../config-marks.ts";
import { FrontdeskError } from "../core/index.ts";
import { type ClosableLogger, createLogger, type LogTarget } from "../logger.ts";
import { packageVersion } from "../package-root.ts";
import type { Application } from "../ports/application.ts";
import type { PlatformAdapter } from "../ports/platform-adapter.ts";
import type { TicketIntake } from "../ports/ticket-system.ts";
import { openDataDirectory, readOwner } from "../runtime/data-directory.ts";
import { createAttachedApplication } from "../server/client.ts";
import type { KnowledgeService, Metrics, RestService } from "../server/index.ts";

const ATTACH_ATTEMPTS = 60;
const ATTACH_PAUSE_MS = 250;

export interface OpenOptions {
  readonly config: Config;
  /** `start` refuses to attach: it is the owner or nothing. */
  readonly mustOwn: boolean;
  readonly logTo: "stderr" | "file";
  /** What this process does; `all` when left out. */
  readonly role?: Role;
  /** Wait until vectors can be used: for a command that asks once and leaves. */
  readonly isOneShot?: boolean;
  /** Called when the owner that we are attached to goes away. */
  readonly onLost: (error: unknown) => void;
  readonly signal: AbortSignal;
}

function logTarget(config: Config, logTo: OpenOptions["logTo"]): LogTarget {
  if (config.log.file !== null) return { type: "file", path: config.log.file };
  if (logTo === "stderr") return { type: "stderr" };
  return { type: "file", path: join(config.dataDir, "frontdesk.log") };
}

/** Another process owns the data directory. */
export function lockedError(path: string): FrontdeskError {
  const owner = readOwner(path);
  const who = owner === null ? "Another Frontdesk" : `Another Frontdesk (process ${owner.pid})`;
  return new FrontdeskError(
    "data_dir_locked",
    `${who} is using the data directory ${path}. Stop it, or set FRONTDESK_DATA_DIR to another one.`,
  );
}

/** The owner answers its socket only once it has started; give it a moment. */
async function attach(options: OpenOptions): Promise<Application> {
  const path = options.config.dataDir;
  for (let attempt = 0; attempt < ATTACH_ATTEMPTS; attempt += 1) {
    const owner = readOwner(path);
    if (owner !== null) {
      return createAttachedApplication({
        socketPath: owner.socket,
        version: packageVersion,
        onLost: options.onLost,
      });
    }
    await delay(ATTACH_PAUSE_MS, undefined, { signal: options.signal });
  }
  throw lockedError(path);
}

/** An application and the log that goes with it. */
export interface OpenedApplication {
  readonly app: Application;
  /** Null when attached. */
  readonly metrics: Metrics | null;
  /** Empty when attached. */
  readonly adapters: readonly PlatformAdapter[];
  /** Null unless this process serves its knowledge base to others. */
  readonly knowledgeService: KnowledgeService | null;
  /** When work has begun; see `Composed`. At once when attached. */
  readonly begun: Promise<void>;
  /** Null when attached, and without a ticket system. */
  readonly tickets: TicketIntake | null;
  readonly logger: ClosableLogger;
  /** Null when attached. */
  readonly restService: RestService | null;
  /** What was set here and does not count, since the process that we are attached to has it otherwise; empty when owner. */
  readonly unheeded: readonly string[];
  close(): Promise<void>;
}

/**
 * Runs the application here, or attaches to the process that already owns the data directory.
 * @throws FrontdeskError `data_dir_locked`, `data_dir_unusable`, `disk_full`, `database_corrupt`, `model_invalid`, …
 */
export async function openApplication(options: OpenOptions): Promise<OpenedApplication> {
  const directory = openDataDirectory(options.config.dataDir);
  if (directory === null) {
    if (options.mustOwn) throw lockedError(options.config.dataDir);
    const logger = createLogger("silent", { type: "stderr" });
    const app = await attach(options);
    return {
      app,
      metrics: null,
      adapters: [],
      knowledgeService: null,
      restService: null,
      begun: Promise.resolve(),
      tickets: null,
      logger,
      unheeded: unheededSettings(options.config, readOwner(options.config.dataDir)?.settings ?? {}),
      close: () => app.close(),
    };
  }
  const logger = createLogger(options.config.log.level, logTarget(options.config, options.logTo));
  // Loaded only here: a command that attaches starts in half the time without it.
  const { compose } = await import("../compose.ts");
  const { app, metrics, adapters, knowledgeService, restService, begun, tickets, warm } =
    await compose({
      config: options.config,
      directory,
      logger,
      role: options.role ?? "all",
      mayWait: options.mustOwn,
      signal: options.signal,
    }).catch((error: unknown) => {
      directory.release();
      throw error;
    });
  if (options.isOneShot === true) await warm();
  return {
    app,
    metrics,
    adapters,
    knowledgeService,
    restService,
    begun,
    tickets,
    logger,
    unheeded: [],
    async close() {
      await app.close();
      directory.release();
      logger.flush();
    },
  };
}
