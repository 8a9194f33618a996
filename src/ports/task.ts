import type { EffectKey, InstanceAddress, Progress } from "../core/index.ts";

/** What a task may use while it runs. */
export interface TaskContext {
  /** Aborted when the turn is interrupted, the lease is lost or the process drains. */
  readonly signal: AbortSignal;
  /** 1 for the first try; grows when a worker died in the middle. */
  readonly attempt: number;
  readonly instance: InstanceAddress;
  /** The same for every attempt of this task. */
  readonly key: EffectKey;
  /** Shows what is going on to whoever waits. Never throws and never waits. */
  readonly progress: (progress: Progress) => void;
}

/**
 * Does the work behind an `invoke` of a machine. Input and output are JSON. It runs at least once, so it must not have
 * effects that matter when repeated; those belong in the outbox.
 */
export type TaskHandler = (input: unknown, context: TaskContext) => Promise<unknown>;

/** Task handlers by the machine's `src` name. */
export type TaskHandlers = Readonly<Record<string, TaskHandler>>;
