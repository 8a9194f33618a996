import { z } from "zod";
import type {
  CaseEvent,
  DialogueEvent,
  InboundMessage,
  Reply,
  ReplyAddress,
} from "../../src/core/index.ts";
import { FrontdeskError, messageId } from "../../src/core/index.ts";
import type { TaskHandlers } from "../../src/ports/task.ts";
import {
  createReducer,
  type MachineKind,
  type Persisted,
  type StepEvent,
} from "../../src/runtime/index.ts";
import { aMessage, anAddress, aPrincipal, aTaskContext } from "./flows-builders.ts";

/** A reply that went out. */
interface Posted {
  readonly address: ReplyAddress;
  readonly reply: Reply;
}

/** Something told to another instance. */
interface Told {
  readonly to: { readonly kind: string; readonly id: string };
  readonly event: CaseEvent | DialogueEvent;
  readonly key: string;
}

/** A machine under the durable reducer with its tasks, and time that stands still until told. */
export interface Harness {
  readonly posted: readonly Posted[];
  readonly told: readonly Told[];
  /** Params of `desk.publish`. */
  readonly published: readonly unknown[];
  /** Current state by name, e.g. `followUp` or `retrieving.searching`. */
  state(): string;
  context(): unknown;
  /** `src` names of pending tasks. */
  pending(): readonly string[];
  /** Sends an event without running tasks. */
  send(event: DialogueEvent | CaseEvent): void;
  /** Runs the pending task to its end, one step. */
  runTask(): Promise<void>;
  /** Lets the pending task fail. */
  failTask(retryable?: boolean): void;
  /** Runs tasks, and timers due within `ms`, until nothing is left to do. */
  settle(ms?: number): Promise<void>;
  /** Says something and waits for the reply; null when there was none. */
  say(text: string, parts?: Partial<InboundMessage> & { by?: string }): Promise<Reply | null>;
  /** Presses an option. */
  press(
    optionId: string,
    by?: string,
    parts?: Partial<Extract<DialogueEvent, { type: "option.chosen" }>>,
  ): Promise<Reply | null>;
}

const postSchema = z.custom<Posted>(
  (value) => z.object({ reply: z.object({}) }).safeParse(value).success,
);
const toldSchema = z.custom<Told>(
  (value) => z.object({ key: z.string() }).safeParse(value).success,
);

function nameOf(value: unknown): string {
  if (typeof value === "string") return value;
  return Object.entries(Object(value))
    .map(([name, inner]) => `${name}.${nameOf(inner)}`)
    .join("+");
}

/** Starts a machine; `tasks` are its handlers. */
export function startHarness(kind: MachineKind, tasks: TaskHandlers, id = "console:test"): Harness {
  const reducer = createReducer(kind);
  let now = 1_000_000;
  let count = 0;
  let state: Persisted = reducer.init(id, now);
  const posted: Posted[] = [];
  const told: Told[] = [];
  const published: unknown[] = [];

  const take = (next: Persisted): void => {
    for (const { type, params } of next.outbox) {
      if (type === "reply.post") posted.push(postSchema.parse(params));
      else if (type === "tell") told.push(toldSchema.parse(params));
      else published.push(params);
    }
    state = { ...next, outbox: [] };
  };
  const step = (event: StepEvent): void => take(reducer.step(state, event, now));
  const firstTask = () => Object.entries(state.tasks)[0];

  const runTask = async (): Promise<void> => {
    const [taskId, task] = firstTask() ?? [];
    if (taskId === undefined || task === undefined) return;
    const handler = tasks[task.src];
    if (handler === undefined) throw new Error(`no task ${task.src}`);
    const { token } = task;
    try {
      const output: unknown = await handler(structuredClone(task.input), aTaskContext());
      const json: unknown = JSON.parse(JSON.stringify(output));
      step({ type: "task.done", id: taskId, token, output: json, durationMs: 2 });
    } catch (error) {
      const known = error instanceof FrontdeskError ? error : null;
      const failure = {
        code: known?.code ?? "internal",
        message: String(error),
        retryable: known?.retryable ?? false,
      } as const;
      step({ type: "task.failed", id: taskId, token, error: failure, durationMs: 2 });
    }
  };

  const dueBefore = (limit: number) =>
    Object.entries(state.timers)
      .filter(([, timer]) => timer.dueAt <= limit)
      .toSorted(([, left], [, right]) => left.dueAt - right.dueAt)[0];

  const settle = async (ms = 10_000): Promise<void> => {
    const limit = now + ms;
    for (let round = 0; round < 200; round += 1) {
      if (firstTask() !== undefined) {
        await runTask();
        continue;
      }
      const [timerId, timer] = dueBefore(limit) ?? [];
      if (timerId === undefined || timer === undefined) {
        now = limit;
        return;
      }
      now = Math.max(now, timer.dueAt);
      step({ type: "timer.due", id: timerId, token: timer.token });
    }
    throw new Error("the machine does not settle");
  };

  const replyTo = async (event: DialogueEvent): Promise<Reply | null> => {
    const before = posted.length;
    step({ type: "event", event });
    await settle();
    return posted.length > before ? (posted.at(-1)?.reply ?? null) : null;
  };

  return {
    posted,
    told,
    published,
    state: () => nameOf(state.value),
    context: () => state.context,
    pending: () => Object.values(state.tasks).map(({ src }) => src),
    send: (event) => step({ type: "event", event }),
    runTask,
    failTask: (retryable = false) => {
      const [taskId, task] = firstTask() ?? [];
      if (taskId === undefined || task === undefined) throw new Error("no task is pending");
      const error = { code: "task_failed", message: "it failed", retryable } as const;
      step({ type: "task.failed", id: taskId, token: task.token, error, durationMs: 2 });
    },
    settle,
    say: (text, parts = {}) => {
      count += 1;
      const message = aMessage(text, { id: messageId(`m${count}`), ...parts });
      return replyTo({ type: "message.received", message, at: now });
    },
    press: (optionId, by = "ana", parts = {}) => {
      count += 1;
      return replyTo({
        type: "option.chosen",
        optionId,
        messageId: messageId(`p${count}`),
        principal: aPrincipal(by),
        audience: { kind: "private" },
        address: anAddress(),
        at: now,
        ...parts,
      });
    },
  };
}
