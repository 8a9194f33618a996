import type { InstanceAddress, Progress } from "../core/index.ts";
import type { Logger } from "../ports/logger.ts";
import type { TaskContext } from "../ports/task.ts";
import type { EngineParts } from "./engine-options.ts";
import { keyOf } from "./keys.ts";
import type { Session } from "./session.ts";
import type { Persisted, PersistedTask } from "./snapshot.ts";
import type { StepEvent, TaskError } from "./step-event.ts";
import { attemptTask, poisonousTask, toTaskError } from "./task-attempt.ts";

/** Runs the tasks of one instance. */
export interface TaskRunner {
  /** Aborts what the state no longer asks for, and counts an attempt for what is about to begin. */
  prepare(): void;
  /** Begins what is pending; false when that was nothing. */
  start(): boolean;
  isRunning(): boolean;
  /** Aborts everything; its results are not reported. */
  abort(reason: Error): void;
  /** Takes back the attempts of what runs: it ends because its worker stops in good order. */
  uncount(): void;
}

export interface TaskRunnerOptions {
  readonly instance: InstanceAddress;
  readonly session: Session;
  readonly parts: EngineParts;
  readonly logger: Logger;
  /** Called with what the machine is to be told; `token`s that are no longer current are dropped there. */
  readonly onResult: (event: StepEvent) => void;
  readonly onProgress: (token: string, progress: Progress) => void;
  /** A task that had to wait may begin. */
  readonly onChange: () => void;
}

interface Running {
  readonly token: string;
  readonly controller: AbortController;
}

/** Why a task's signal is aborted when the machine left the state that invoked it. */
class Interrupted extends Error {
  override readonly name = "AbortError";
}

/** Makes the runner of one claimed instance. */
export function createTaskRunner(options: TaskRunnerOptions): TaskRunner {
  const { instance, session, parts, logger } = options;
  const { taskAttempts, taskAloneAfter } = parts.tuning;
  const lane = parts.suspects;
  const self = {};
  const running = new Map<string, Running>();
  let counted: ReadonlySet<string> = new Set();
  const kind = instance.kind;

  const finish = (
    id: string,
    task: PersistedTask,
    startedAt: number,
    result: { readonly output: unknown } | { readonly error: TaskError },
  ): void => {
    if (running.get(id)?.token !== task.token) return;
    running.delete(id);
    const durationMs = Math.round(performance.now() - startedAt);
    const error = "error" in result ? result.error.code : null;
    parts.observer.taskFinished({ kind, src: task.src, durationMs, error });
    const common = { id, token: task.token, durationMs };
    options.onResult(
      "error" in result
        ? { type: "task.failed", error: result.error, ...common }
        : { type: "task.done", output: result.output, ...common },
    );
  };

  const begin = (id: string, task: PersistedTask): void => {
    const controller = new AbortController();
    const { signal } = controller;
    running.set(id, { token: task.token, controller });
    const startedAt = performance.now();
    if (task.attempt > taskAttempts) {
      finish(id, task, startedAt, { error: poisonousTask(task.src, taskAttempts) });
      return;
    }
    const key = keyOf(instance, session.state(), task.token);
    const progress = (shown: Progress): void => {
      if (!signal.aborted) options.onProgress(task.token, shown);
    };
    const context: TaskContext = { signal, attempt: task.attempt, instance, key, progress };
    attemptTask(task, context, parts, logger).then(
      (output) => finish(id, task, startedAt, { output }),
      (error: unknown) => {
        if (signal.aborted) return;
        const told = toTaskError(error, task.src);
        logger.warn({ err: error, task: task.src, code: told.code }, "a task failed");
        finish(id, task, startedAt, { error: told });
      },
    );
  };

  const count = (ids: ReadonlySet<string>, by: number): void =>
    session.update((state) => ({ ...state, tasks: countedTasks(state.tasks, ids, by) }));

  /** One that workers have died of waits until no other such one runs here; one that is to be given up need not. */
  const mayBegin = ({ attempt }: PersistedTask): boolean => {
    if (attempt < taskAloneAfter || attempt >= taskAttempts) return true;
    return lane.enter(self, options.onChange);
  };

  return {
    prepare: () => {
      const { tasks } = session.state();
      for (const [id, { token, controller }] of running) {
        if (tasks[id]?.token === token) continue;
        running.delete(id);
        controller.abort(new Interrupted("the dialogue went on without this"));
      }
      if (running.size === 0) lane.leave(self);
      const fresh = Object.entries(tasks).filter(
        ([id, task]) => !running.has(id) && mayBegin(task),
      );
      counted = new Set(fresh.map(([, { token }]) => token));
      if (fresh.length > 0) count(new Set(fresh.map(([id]) => id)), 1);
    },
    start: () => {
      // What came up since then, while a commit was under way, has its turn after the next `prepare`.
      const fresh = Object.entries(session.state().tasks).filter(
        ([id, { token }]) => !running.has(id) && counted.has(token),
      );
      for (const [id, task] of fresh) begin(id, task);
      return fresh.length > 0;
    },
    isRunning: () => running.size > 0,
    abort: (reason) => {
      for (const { controller } of running.values()) controller.abort(reason);
      running.clear();
      lane.leave(self);
    },
    uncount: () => count(new Set(running.keys()), -1),
  };
}

/** The tasks with the attempts of some of them changed. */
function countedTasks(
  tasks: Persisted["tasks"],
  ids: ReadonlySet<string>,
  by: number,
): Persisted["tasks"] {
  const entries = Object.entries(tasks).map(([id, task]): [string, PersistedTask] => [
    id,
    ids.has(id) ? { ...task, attempt: Math.max(0, task.attempt + by) } : task,
  ]);
  return Object.fromEntries(entries);
}
