import type { KnowledgePeers, WatchedBoard } from "./application/index.ts";
import { withinPatience } from "./compose-admission.ts";
import type { Config } from "./config.ts";
import { errorMessage } from "./core/index.ts";
import { packageVersion } from "./package-root.ts";
import type { ApplicationStatus, ComponentHealth } from "./ports/application.ts";
import type { ModelStatus } from "./ports/chat-model.ts";
import type { JobQueue } from "./ports/jobs.ts";
import type { KnowledgeBase, KnowledgeStatus } from "./ports/knowledge-base.ts";
import type { PlatformAdapter } from "./ports/platform-adapter.ts";
import { freeBytes } from "./runtime/index.ts";
import type { Stores } from "./stores.ts";

const LOW_DISK_BYTES = 200 * 1024 ** 2;

/** A model as the status shows it. */
export interface ModelPart {
  readonly name: string;
  readonly status: () => ModelStatus;
  /** What happens while it is away. */
  readonly without: string;
}

function modelHealth({ name, status, without }: ModelPart): ComponentHealth {
  const { model, state, reason } = status();
  if (state === "ready") return { name, state: "ok", detail: model };
  if (state === "starting") return { name, state: "starting", detail: `${model} is being loaded.` };
  return { name, state: "degraded", detail: `${reason ?? "not available"} Meanwhile ${without}.` };
}

/** How the vector side is, as `doctor` and `/health` show it. */
export function vectorHealth({ vectors }: KnowledgeStatus): ComponentHealth {
  const name = "Vectors (Chroma)";
  if (vectors.state === "ready") {
    const mended = vectors.reason === null ? "" : `; ${vectors.reason}`;
    return { name, state: "ok", detail: `${vectors.embedded} embedded${mended}` };
  }
  if (vectors.state === "starting") {
    return { name, state: "starting", detail: vectors.reason ?? "Chroma is starting." };
  }
  if (vectors.state === "off") return { name, state: "ok", detail: "off" };
  return {
    name,
    state: "degraded",
    detail: `${vectors.reason ?? "Not available."} Meanwhile passages are found by words only.`,
  };
}

async function storeHealth(stores: Stores): Promise<ComponentHealth> {
  const name = `Conversations (${stores.name})`;
  try {
    const { isFull } = await withinPatience(stores.check());
    const { instances, unread } = await withinPatience(stores.conversations.counts());
    const waiting = unread > 0 ? `, ${unread} events waiting` : "";
    if (!isFull) return { name, state: "ok", detail: `${instances} kept${waiting}` };
    const detail = "Its memory is full: nothing new is taken in. Raise maxmemory.";
    return { name, state: "down", detail };
  } catch (error) {
    return { name, state: "down", detail: errorMessage(error) };
  }
}

/** Whether the stores take in what is new. */
export async function isTakingIn(stores: Stores): Promise<boolean> {
  return withinPatience(stores.check()).then(
    ({ isFull }) => !isFull,
    () => false,
  );
}

async function deliveryHealth(deadLetters: () => Promise<number>): Promise<ComponentHealth> {
  const name = "Delivery";
  try {
    const count = await deadLetters();
    if (count === 0) return { name, state: "ok", detail: "nothing undeliverable" };
    const what = count === 1 ? "1 message or effect" : `${count} messages or effects`;
    return {
      name,
      state: "degraded",
      detail: `${what} could not be delivered; \`frontdesk dead-letters\` shows why, retries and drops them.`,
    };
  } catch (error) {
    return { name, state: "degraded", detail: errorMessage(error) };
  }
}

async function jobHealth(jobs: JobQueue): Promise<ComponentHealth> {
  const name = "Background jobs";
  try {
    const { waiting, running, failed } = await withinPatience(jobs.counts());
    if (failed === 0)
      return { name, state: "ok", detail: `${running} running, ${waiting} waiting` };
    const detail = `${failed} failed; \`frontdesk jobs list --state failed\` shows why, and jobs can be retried or dropped.`;
    return { name, state: "degraded", detail };
  } catch (error) {
    return { name, state: "degraded", detail: errorMessage(error) };
  }
}

const UNKNOWN: KnowledgeStatus = {
  documents: 0,
  chunks: 0,
  vectors: { state: "unavailable", embedded: 0, model: null, reason: null },
};

/** The knowledge base may be on another machine, and away. */
async function knowledgeHealth(base: KnowledgeBase): Promise<{
  readonly health: readonly ComponentHealth[];
  readonly knowledge: KnowledgeStatus;
}> {
  const name = "Knowledge";
  try {
    const knowledge = await withinPatience(base.status());
    const { documents, chunks } = knowledge;
    const detail = `${documents} document${documents === 1 ? "" : "s"}, ${chunks} passage${chunks === 1 ? "" : "s"}`;
    return { health: [{ name, state: "ok", detail }, vectorHealth(knowledge)], knowledge };
  } catch (error) {
    const health = [{ name, state: "down", detail: errorMessage(error) }] as const;
    return { health, knowledge: UNKNOWN };
  }
}

/** Says nothing while Redis or the knowledge base is away: that is told elsewhere. */
async function peerHealth(
  peers: Pick<KnowledgePeers, "check"> | null,
): Promise<readonly ComponentHealth[]> {
  if (peers === null) return [];
  return withinPatience(peers.check()).then(
    (health) => [health],
    () => [],
  );
}

function diskHealth(path: string): ComponentHealth {
  const free = freeBytes(path);
  const isLow = free !== null && free < LOW_DISK_BYTES;
  return {
    name: "Data directory",
    state: isLow ? "degraded" : "ok",
    detail: isLow ? `Less than 200 MB are free at ${path}; free some space.` : path,
  };
}

/** Collects what the parts say of themselves. */
export function composeStatus(parts: {
  readonly config: Config;
  readonly startedAt: number;
  readonly stores: Stores;
  /** How many effects could not be delivered. */
  readonly deadLetters: () => Promise<number>;
  readonly knowledge: KnowledgeBase;
  readonly jobs: JobQueue;
  readonly models: readonly ModelPart[];
  readonly adapters: readonly PlatformAdapter[];
  /** Where a platform shows cases; null when only our own desk does. */
  readonly board: Pick<WatchedBoard, "status"> | null;
  readonly chatStatus: (() => ModelStatus) | null;
  readonly httpUrl: () => string | null;
  /** Whether all who answer know the same; null where there is nobody else. */
  readonly peers: Pick<KnowledgePeers, "check"> | null;
}): () => Promise<ApplicationStatus> {
  return async () => {
    // Side by side: each waits for a server that may hang, and a probe does not wait for their sum.
    const [store, deliveries, jobs, { health, knowledge }, peers] = await Promise.all([
      storeHealth(parts.stores),
      deliveryHealth(() => withinPatience(parts.deadLetters())),
      jobHealth(parts.jobs),
      knowledgeHealth(parts.knowledge),
      peerHealth(parts.peers),
    ]);
    return {
      pid: process.pid,
      version: packageVersion,
      startedAt: parts.startedAt,
      components: [
        store,
        deliveries,
        jobs,
        ...health,
        ...peers,
        ...parts.models.map(modelHealth),
        ...parts.adapters.map((adapter) => adapter.status()),
        ...(parts.board === null ? [] : [parts.board.status()]),
        diskHealth(parts.config.dataDir),
      ],
      knowledge,
      chatModel: parts.chatStatus?.() ?? null,
      httpUrl: parts.httpUrl(),
    };
  };
}
