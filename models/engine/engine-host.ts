import { FrontdeskError } from "../../src/core/index.ts";
import type {
  EngineEvent,
  EngineInfo,
  EngineRequest,
  EngineResult,
  EngineStats,
  FromChild,
  LoadOptions,
  LoadStage,
} from "./protocol.ts";
import { toChildSchema } from "./protocol.ts";
import { toWireError } from "./wire-error.ts";

/** What work is told and can tell. */
export interface RoleCall {
  readonly signal: AbortSignal;
  /** Work begins now: from here on a crash counts against this request. */
  onStarted(): void;
  onEvents(events: readonly EngineEvent[]): void;
}

/** A loaded model in its child process. */
export interface EngineRole {
  readonly info: EngineInfo;
  /** Rejects with `signal.reason` when aborted. */
  handle(request: EngineRequest, call: RoleCall): Promise<EngineResult>;
  stats(): EngineStats;
  /** Number of the piece of work under way, null for none; absent where work is watched in another way. */
  step?(): number | null;
}

export interface EngineHostOptions {
  send(message: FromChild): void;
  /** Ends the process. */
  exit(code: number): void;
  loadRole(
    options: LoadOptions,
    log: (level: "debug" | "warn", message: string) => void,
    onStage: (stage: LoadStage) => void,
  ): Promise<EngineRole>;
}

/** Takes the parent's messages. */
export interface EngineHost {
  onMessage(raw: unknown): void;
}

/** The child's side of the protocol: loads one model, runs requests, cancels, drains. */
export function createEngineHost(options: EngineHostOptions): EngineHost {
  const { send, exit } = options;
  const running = new Map<number, AbortController>();
  let role: EngineRole | null = null;
  let isDraining = false;

  const exitWhenIdle = (): void => {
    if (isDraining && running.size === 0) exit(0);
  };

  const load = async (loadOptions: LoadOptions): Promise<void> => {
    try {
      role = await options.loadRole(
        loadOptions,
        (level, message) => send({ type: "log", level, message }),
        (stage) => send({ type: "stage", stage }),
      );
      send({ type: "ready", info: role.info });
    } catch (error) {
      send({ type: "failed", error: toWireError(error, "model_invalid") });
      exit(1);
    }
  };

  const run = async (id: number, request: EngineRequest): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (role === null) throw new FrontdeskError("internal", "work was sent before the model");
      const result = await role.handle(request, {
        signal: controller.signal,
        onStarted: () => send({ type: "started", id }),
        onEvents: (events) => send({ type: "events", id, events: [...events] }),
      });
      send({ type: "result", id, result });
    } catch (error) {
      if (controller.signal.aborted) send({ type: "cancelled", id });
      else send({ type: "error", id, error: toWireError(error, "internal") });
    } finally {
      running.delete(id);
      exitWhenIdle();
    }
  };

  return {
    onMessage: (raw) => {
      const parsed = toChildSchema.safeParse(raw);
      if (!parsed.success) {
        refuse(raw, send);
        return;
      }
      const message = parsed.data;
      switch (message.type) {
        case "load":
          void load(message.options);
          return;
        case "request":
          void run(message.id, message.request);
          return;
        case "cancel":
          running.get(message.id)?.abort();
          return;
        case "ping":
          if (role !== null) {
            send({ type: "pong", stats: role.stats(), step: role.step?.() ?? null });
          }
          return;
        case "drain":
          isDraining = true;
          exitWhenIdle();
      }
    },
  };
}

/** A message that is not part of the protocol is a defect of ours; whoever waits for its answer is told. */
function refuse(raw: unknown, send: (message: FromChild) => void): void {
  const error = toWireError(
    new TypeError("a message to the model's process is malformed"),
    "internal",
  );
  if (typeof raw === "object" && raw !== null && "id" in raw && typeof raw.id === "number") {
    send({ type: "error", id: raw.id, error });
  } else {
    send({ type: "log", level: "warn", message: error.message });
  }
}
