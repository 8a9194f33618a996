import { randomUUID } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Config } from "./config.ts";
import { errorMessage, FrontdeskError, isFrontdeskError } from "./core/index.ts";
import type { ConversationStore } from "./ports/conversation-store.ts";
import type { Logger } from "./ports/logger.ts";

/** What one process of an installation does; see `docs/operate.md`. */
export type Role = "all" | "bot" | "worker" | "knowledge";

/** Whether a process of this role listens to the platforms. */
export function listens(role: Role): boolean {
  return role === "all" || role === "bot";
}

/** Whether a process of this role thinks and speaks: it runs the dialogues and sends what they say. */
export function answers(role: Role): boolean {
  return role === "all" || role === "worker";
}

/** Whether a process of this role does jobs in the background. */
export function worksInBackground(role: Role): boolean {
  return role !== "bot";
}

/**
 * What a role needs of the configuration. A process that only listens needs no model to answer with; a knowledge server
 * keeps its own documents and nothing else.
 */
export function configFor(role: Role, config: Config): Config {
  if (role === "bot") {
    const { models } = config;
    const none = { chat: "off", url: null, upstreams: [], rerank: null, rerankUrl: null };
    return { ...config, models: { ...models, ...none } };
  }
  if (role !== "knowledge") return config;
  return {
    ...config,
    redisUrl: null,
    models: { ...config.models, chat: "off", url: null, upstreams: [] },
    knowledge: { ...config.knowledge, url: null },
    slack: { ...config.slack, botToken: null },
    discord: { ...config.discord, token: null },
  };
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/u.test(host);
}

/**
 * Makes sure that a role can do its part with this configuration.
 * @throws FrontdeskError `usage`
 */
export function assertRole(role: Role, config: Config): void {
  if (role === "knowledge") {
    if (config.knowledge.apiKey !== null || isLoopback(config.http.host)) return;
    throw new FrontdeskError(
      "usage",
      `start --role knowledge would give the documents to everybody who reaches ${config.http.host}. Set FRONTDESK_KNOWLEDGE_API_KEY to a long random word, the same on the machines that ask.`,
    );
  }
  if ((role !== "bot" && role !== "worker") || config.redisUrl !== null) return;
  const other = role === "bot" ? "worker" : "bot";
  throw new FrontdeskError(
    "usage",
    `start --role ${role} needs REDIS_URL: only through Redis does it reach the ${other}. Set REDIS_URL to the same Redis for all processes, or run \`frontdesk start\` without --role.`,
  );
}

/** The file that remembers which worker ran in a data directory. */
const WORKER_FILE = "worker-name";

/** The name of the worker that ran last in this data directory, or runs there now; null when there was none. */
export function lastWorker(dataDir: string): string | null {
  return readPrevious(join(dataDir, WORKER_FILE));
}

/**
 * A name for this process as a worker that no other has. Its data directory remembers it: whoever owns the directory next
 * knows that the worker before is dead, since it held the directory's lock.
 */
export function nameWorker(dataDir: string): {
  readonly name: string;
  readonly previous: string | null;
} {
  const file = join(dataDir, WORKER_FILE);
  const name = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`;
  const previous = readPrevious(file);
  writeFileSync(file, name, { mode: 0o600 });
  return { name, previous };
}

function readPrevious(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim() || null;
  } catch {
    return null;
  }
}

/**
 * Takes over what the worker before in this data directory held, so that nobody waits for its leases to end. While the
 * store is away they end by themselves.
 */
export async function succeedWorker(
  store: Pick<ConversationStore, "expireOwner">,
  previous: string | null,
  logger: Logger,
): Promise<void> {
  if (previous === null) return;
  try {
    const leases = await store.expireOwner(previous);
    if (leases > 0) logger.info({ previous, leases }, "took over from the worker before");
  } catch (error) {
    if (!isFrontdeskError(error) || !error.retryable) throw error;
    logger.warn({ reason: errorMessage(error) }, "leases of the worker before end by themselves");
  }
}
