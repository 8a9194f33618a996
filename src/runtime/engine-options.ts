import type { Channel } from "../ports/channel.ts";
import type { Clock } from "../ports/clock.ts";
import type { ConversationStore } from "../ports/conversation-store.ts";
import type { EffectHandlers } from "../ports/effect.ts";
import type { Logger } from "../ports/logger.ts";
import type { TaskHandlers } from "../ports/task.ts";
import { type RuntimeObserver, silentObserver } from "./observer.ts";
import type { Registry } from "./registry.ts";
import { createSuspectLane, type SuspectLane } from "./suspect-lane.ts";

/** What an engine works with. */
export interface EngineOptions {
  readonly store: ConversationStore;
  readonly registry: Registry;
  /** By the `src` of a machine's invokes. */
  readonly tasks: TaskHandlers;
  /** By action type; `reply.post` and `tell` are done by the engine itself. */
  readonly effects: EffectHandlers;
  readonly channels: readonly Channel[];
  readonly logger: Logger;
  readonly clock: Clock;
  /**
   * Names this worker. What an earlier process of the same name held is taken over at the start, without waiting for its
   * leases to end: give a fixed name only where no two processes can run at once.
   */
  readonly owner: string;
  readonly observer?: RuntimeObserver;
  readonly tuning?: Partial<EngineTuning>;
}

/** Numbers of an engine. */
export interface EngineTuning {
  /** Instances worked on at the same time. */
  readonly concurrency: number;
  /** How long a silent worker keeps its instances. Renewed three times as often. */
  readonly leaseMs: number;
  /** How often to look for work that nobody announced. */
  readonly pollMs: number;
  /** How often the mailbox of a running instance is looked at although nobody announced anything. */
  readonly mailboxPollMs: number;
  /** A task that runs longer than this has what led to it committed meanwhile; quicker ones are folded into one commit. */
  readonly foldMs: number;
  /** A task begun by this many workers that all died is given up. */
  readonly taskAttempts: number;
  /** A task that so many workers have died of runs alone among its like, so that others are not given up for its deaths. */
  readonly taskAloneAfter: number;
  /** How often one worker tries a task whose errors are retryable. */
  readonly taskTries: number;
  readonly taskRetryMs: number;
  /** A send or effect ends within this time, where its channel does not say otherwise. */
  readonly sendTimeoutMs: number;
  readonly deliveryRetryMs: number;
  readonly deliveryRetryCapMs: number;
  /** After this many attempts an effect becomes a dead letter. */
  readonly deliveryAttempts: number;
  /** Longest pause between tries while a store is away, which use up no attempts. */
  readonly outageRetryCapMs: number;
  /**
   * So long what this worker has no channel or handler for is left to a worker that has; then it is a dead letter. Events that its
   * machines do not know are left to a newer worker as long, and then passed over.
   */
  readonly otherWorkerMs: number;
}

/** The options with nothing left out. */
export type EngineParts = Required<EngineOptions> & {
  readonly tuning: EngineTuning;
  readonly suspects: SuspectLane;
  /** Null for a platform that is not configured here. */
  readonly channelOf: (platform: string) => Channel | null;
};

const DEFAULTS: EngineTuning = {
  concurrency: 32,
  leaseMs: 15_000,
  pollMs: 1_000,
  mailboxPollMs: 1_000,
  foldMs: 100,
  taskAttempts: 5,
  taskAloneAfter: 2,
  taskTries: 3,
  taskRetryMs: 200,
  sendTimeoutMs: 10_000,
  deliveryRetryMs: 1_000,
  deliveryRetryCapMs: 300_000,
  deliveryAttempts: 20,
  outageRetryCapMs: 30_000,
  otherWorkerMs: 3_600_000,
};

/** Fills in what was left out. */
export function engineParts(options: EngineOptions): EngineParts {
  const channels = new Map(options.channels.map((channel) => [String(channel.platform), channel]));
  return {
    ...options,
    channelOf: (platform) => channels.get(platform) ?? null,
    observer: options.observer ?? silentObserver,
    suspects: createSuspectLane(),
    tuning: { ...DEFAULTS, ...options.tuning },
  };
}
