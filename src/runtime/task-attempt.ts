import { FrontdeskError, isFrontdeskError } from "../core/index.ts";
import type { Logger } from "../ports/logger.ts";
import type { TaskContext } from "../ports/task.ts";
import { backoffMs, pause } from "./backoff.ts";
import type { EngineParts } from "./engine-options.ts";
import { toJson } from "./json.ts";
import type { PersistedTask } from "./snapshot.ts";
import type { TaskError } from "./step-event.ts";

/**
 * One attempt of one worker: tries again while the errors are retryable, with pauses.
 * @throws what the handler threw last; `signal.reason` when aborted
 */
export async function attemptTask(
  task: PersistedTask,
  context: TaskContext,
  { tasks, tuning }: EngineParts,
  logger: Logger,
): Promise<unknown> {
  const handler = tasks[task.src];
  if (handler === undefined) {
    throw new FrontdeskError("task_failed", `no handler is registered for the task ${task.src}`);
  }
  for (let tries = 1; ; tries += 1) {
    try {
      const output = await handler(task.input, context);
      return toJson(output ?? null, `output of ${task.src}`);
    } catch (error) {
      context.signal.throwIfAborted();
      const isFinal = !isFrontdeskError(error) || !error.retryable || tries >= tuning.taskTries;
      if (isFinal) throw error;
      const waitMs = backoffMs(
        tries,
        tuning.taskRetryMs,
        tuning.taskRetryMs * 25,
        error.retryAfterMs,
      );
      logger.debug({ task: task.src, code: error.code, tries, waitMs }, "a task is tried again");
      await pause(waitMs, context.signal);
    }
  }
}

/** The failure of a task that too many workers died of. */
export function poisonousTask(src: string, attempts: number): TaskError {
  const message = `${src} was begun ${attempts} times by workers that died; it is not tried again`;
  return { code: "task_failed", message, retryable: false };
}

/** What the machine is told of whatever was thrown; the details are for the log. */
export function toTaskError(error: unknown, src: string): TaskError {
  if (isFrontdeskError(error)) {
    return { code: error.code, message: error.message, retryable: error.retryable };
  }
  return { code: "task_failed", message: `the task ${src} failed`, retryable: false };
}
