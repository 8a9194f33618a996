import { FrontdeskError } from "../../src/core/index.ts";
import type { ModelStatus } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import type { DeathCause } from "./death-cause.ts";
import type { SpawnEngine } from "./engine-process.ts";
import { fingerprint } from "./fingerprint.ts";
import { forkEngine } from "./fork-engine.ts";
import { DEFAULT_LIMITS, type EngineLimits } from "./limits.ts";
import { createPoisonGuard, type PoisonGuard } from "./poison-guard.ts";
import type {
  EngineEvent,
  EngineInfo,
  EngineRequest,
  EngineResult,
  EngineStats,
  FromChild,
  LoadOptions,
} from "./protocol.ts";
import { createReadyGate, type ReadyGate } from "./ready-gate.ts";
import { type EngineDeath, EngineSupervisor } from "./supervisor.ts";
import { systemTimers, type Timers } from "./timers.ts";
import { fromWireError } from "./wire-error.ts";

export interface EngineClientOptions {
  readonly load: LoadOptions;
  /** For messages to the operator. */
  readonly modelName: string;
  readonly logger: Logger;
  readonly limits?: Partial<EngineLimits>;
  /** Default: a fork of this package's engine. */
  readonly spawn?: SpawnEngine;
  readonly timers?: Timers;
  /** 0 inclusive to 1 exclusive; for jitter. Default `Math.random`. */
  readonly random?: () => number;
}

export interface EngineCallOptions {
  readonly signal: AbortSignal;
  /** Pieces of the answer in order; nothing comes after an abort. */
  readonly onEvents?: (events: readonly EngineEvent[]) => void;
  /** Called once when the child no longer works on this, which after an abort is later than the rejection. */
  readonly onReleased?: () => void;
}

/** A call on its way. `pending`: waits for a child; `sent`: with the child; `started`: being worked on; `streaming`. */
interface Flight {
  readonly id: number;
  readonly request: EngineRequest;
  readonly options: EngineCallOptions;
  readonly resolve: (result: EngineResult) => void;
  readonly reject: (error: unknown) => void;
  readonly onAbort: () => void;
  state: "pending" | "sent" | "started" | "streaming";
  wasRetried: boolean;
  /** The caller has its answer; only the child still has to let go. */
  isSettled: boolean;
  /** Its time is over and the child was ended for it: it is not tried again. */
  isOverdue: boolean;
  /** Of what is waited for now: the child to load, the answer to end, the child to let go. */
  cancelTimer: () => void;
}

/**
 * Work for one supervised child. A call waits for the child to load; when the child dies, what had not begun to stream is
 * sent once more, the rest fails as `model_crashed`, and what was present in two crashes is refused. A process that somebody
 * stopped (SIGSTOP) is no crash in that sense; one that somebody ended (SIGKILL) is half of one, and only for a request that was
 * alone in it.
 */
export class EngineClient {
  readonly #supervisor: EngineSupervisor;
  readonly #guard: PoisonGuard;
  readonly #limits: EngineLimits;
  readonly #timers: Timers;
  readonly #modelName: string;
  readonly #flights = new Map<number, Flight>();
  readonly #gate: ReadyGate;
  #nextId = 1;
  #readyListener: (info: EngineInfo) => void = () => {};
  #wasReady = false;
  /** Since when there is no loaded child where one was. */
  #goneSince: number | null = null;
  #isClosing = false;

  constructor(options: EngineClientOptions) {
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#timers = options.timers ?? systemTimers;
    this.#modelName = options.modelName;
    this.#guard = createPoisonGuard(this.#timers);
    this.#gate = createReadyGate(this.#timers);
    this.#supervisor = new EngineSupervisor({
      load: options.load,
      modelName: options.modelName,
      spawn: options.spawn ?? forkEngine,
      timers: this.#timers,
      random: options.random ?? Math.random,
      limits: this.#limits,
      logger: options.logger,
      events: {
        onReady: () => this.#onReady(),
        onMessage: (message) => this.#onMessage(message),
        onDeath: (death) => this.#onDeath(death),
      },
    });
  }

  /** Begins to load the model; returns at once. Calls do this by themselves. */
  start(): void {
    this.#supervisor.start();
  }

  /** One listener, called each time that a child has loaded the model. */
  onReady(listener: (info: EngineInfo) => void): void {
    this.#readyListener = listener;
  }

  status(): ModelStatus {
    return this.#supervisor.status();
  }

  /** Process id of the child, for operators and tests; null while there is none. */
  get pid(): number | null {
    return this.#supervisor.pid;
  }

  get deaths(): number {
    return this.#supervisor.deaths;
  }

  /** As of the last heartbeat. */
  get stats(): EngineStats | null {
    return this.#supervisor.stats;
  }

  /** What the loaded model is. Waits for it like a call. @throws FrontdeskError `model_unavailable` */
  async ready(call: { readonly signal: AbortSignal }): Promise<EngineInfo> {
    call.signal.throwIfAborted();
    const known = this.#supervisor.info;
    if (known !== null) return known;
    this.#assertUsable();
    this.start();
    return await this.#gate.wait({
      signal: call.signal,
      patienceMs: this.#patienceMs(),
      onPatienceOver: () => this.#unavailable("it is still loading"),
    });
  }

  /**
   * Has the child do a piece of work.
   * @throws FrontdeskError `model_unavailable`, `model_crashed`, `request_poisonous`, or what the child reports.
   */
  async call(request: EngineRequest, options: EngineCallOptions): Promise<EngineResult> {
    try {
      options.signal.throwIfAborted();
      this.#assertUsable();
      this.#assertHarmless(request);
    } catch (error) {
      options.onReleased?.();
      throw error;
    }
    this.start();
    return await new Promise<EngineResult>((resolve, reject) => {
      const id = this.#nextId;
      this.#nextId += 1;
      const flight: Flight = {
        id,
        request,
        options,
        resolve,
        reject,
        onAbort: () => this.#cancel(flight),
        state: "pending",
        wasRetried: false,
        isSettled: false,
        isOverdue: false,
        cancelTimer: () => {},
      };
      this.#flights.set(id, flight);
      options.signal.addEventListener("abort", flight.onAbort);
      this.#dispatch(flight);
    });
  }

  /** Refuses new work, lets running work finish, ends the child. Idempotent. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const closing = this.#supervisor.close();
    for (const flight of [...this.#flights.values()]) {
      if (flight.state === "pending")
        this.#fail(flight, this.#unavailable("Frontdesk is stopping"));
    }
    await closing;
    const gone = this.#unavailable("Frontdesk is stopping");
    for (const flight of [...this.#flights.values()]) this.#fail(flight, gone);
    this.#gate.fail(gone);
  }

  #dispatch(flight: Flight): void {
    const message = { type: "request", id: flight.id, request: flight.request } as const;
    flight.cancelTimer();
    if (this.#supervisor.send(message)) {
      flight.state = "sent";
      this.#watch(flight, timeLimitMs(flight.request));
      return;
    }
    flight.state = "pending";
    flight.cancelTimer = this.#timers.after(this.#patienceMs(), () =>
      this.#fail(flight, this.#unavailable("it is still loading")),
    );
  }

  /**
   * Ends a child that answers pings but whose step does not end. The step's time begins only when the limit is over, so that a
   * limit that passed while this process itself was stopped leaves the child time to say so. Only for what is generated: other work
   * may wait behind long work of others.
   */
  #watch(flight: Flight, limitMs: number | null): void {
    if (flight.request.kind !== "generate" || limitMs === null) return;
    const { stepTimeoutMs } = this.#limits;
    flight.cancelTimer = this.#timers.after(limitMs, () => {
      flight.cancelTimer = this.#timers.after(stepTimeoutMs, () => {
        flight.isOverdue = true;
        this.#supervisor.kill(`a step does not end within ${stepTimeoutMs / 1000} s`);
      });
    });
  }

  #onReady(): void {
    this.#wasReady = true;
    this.#goneSince = null;
    const info = this.#supervisor.info;
    if (info !== null) {
      this.#gate.open(info);
      this.#readyListener(info);
    }
    for (const flight of [...this.#flights.values()]) {
      if (flight.state === "pending") this.#dispatch(flight);
    }
  }

  #onMessage(message: FromChild): void {
    if (!("id" in message)) return;
    const flight = this.#flights.get(message.id);
    if (flight === undefined) return;
    switch (message.type) {
      case "started":
        flight.state = "started";
        return;
      case "events":
        flight.state = "streaming";
        if (!flight.isSettled) flight.options.onEvents?.(message.events);
        return;
      case "result":
        this.#finish(flight, () => flight.resolve(message.result));
        return;
      case "error":
        this.#finish(flight, () => flight.reject(fromWireError(message.error)));
        return;
      case "cancelled":
        this.#finish(flight, () => flight.reject(flight.options.signal.reason));
    }
  }

  #onDeath({ error, willRetry, cause }: EngineDeath): void {
    this.#goneSince ??= this.#timers.now();
    const unavailable = this.#unavailable(error.message, error);
    this.#blame(cause);
    for (const flight of [...this.#flights.values()]) {
      const wasWorkedOn = isWorkedOn(flight);
      if (flight.isSettled) this.#finish(flight, () => {});
      else if (wasWorkedOn && this.#isPoisonous(flight.request)) this.#fail(flight, poisonous());
      else if (flight.state === "streaming" || flight.isOverdue) this.#fail(flight, error);
      else if (!willRetry) this.#fail(flight, unavailable);
      else if (wasWorkedOn && flight.wasRetried) this.#fail(flight, error);
      else if (flight.state !== "pending") {
        flight.wasRetried ||= wasWorkedOn;
        this.#dispatch(flight);
      }
    }
    if (!willRetry) this.#gate.fail(unavailable);
  }

  /** When it is not clear whether the work was the cause, only a request that was alone can be suspected. */
  #blame(cause: DeathCause): void {
    const suspects = [...this.#flights.values()].filter(isWorkedOn);
    if (cause === "none" || (cause === "unclear" && suspects.length > 1)) return;
    const blame = cause === "work" ? "sure" : "possible";
    for (const { request } of suspects) this.#guard.onCrash(fingerprint(request), blame);
  }

  #cancel(flight: Flight): void {
    if (flight.state === "pending") {
      this.#fail(flight, flight.options.signal.reason);
      return;
    }
    flight.isSettled = true;
    flight.reject(flight.options.signal.reason);
    this.#supervisor.send({ type: "cancel", id: flight.id });
    flight.cancelTimer();
    this.#watch(flight, 0);
  }

  #fail(flight: Flight, error: unknown): void {
    this.#finish(flight, () => flight.reject(error));
  }

  #finish(flight: Flight, settle: () => void): void {
    this.#flights.delete(flight.id);
    flight.cancelTimer();
    flight.options.signal.removeEventListener("abort", flight.onAbort);
    settle();
    flight.options.onReleased?.();
  }

  /** After a crash it counts from the crash, so that all who wait are told at the same time, whenever they came. */
  #patienceMs(): number {
    const { restartPatienceMs, startPatienceMs } = this.#limits;
    if (!this.#wasReady) return startPatienceMs;
    const goneMs = this.#goneSince === null ? 0 : this.#timers.now() - this.#goneSince;
    return Math.max(0, restartPatienceMs - goneMs);
  }

  #assertUsable(): void {
    if (this.#isClosing) throw this.#unavailable("Frontdesk is stopping");
    if (this.#supervisor.phase !== "broken") return;
    const failure = this.#supervisor.failure;
    throw this.#unavailable(failure?.message ?? "its process keeps dying", failure);
  }

  #assertHarmless(request: EngineRequest): void {
    if (this.#guard.isArmed() && this.#isPoisonous(request)) throw poisonous();
  }

  #isPoisonous(request: EngineRequest): boolean {
    return this.#guard.isPoisonous(fingerprint(request));
  }

  #unavailable(reason: string, cause: FrontdeskError | null = null): FrontdeskError {
    return new FrontdeskError(
      "model_unavailable",
      `Model "${this.#modelName}" cannot be used now: ${reason}`,
      { retryable: cause?.retryable ?? true, ...(cause === null ? {} : { cause }) },
    );
  }
}

function isWorkedOn({ state }: Flight): boolean {
  return state === "started" || state === "streaming";
}

function timeLimitMs(request: EngineRequest): number | null {
  return request.kind === "generate" ? request.timeLimitMs : null;
}

function poisonous(): FrontdeskError {
  return new FrontdeskError(
    "request_poisonous",
    "This request was being worked on in several crashes of the model's process and is refused for an hour. " +
      "Ask differently; if it happens again, look at the log for the process's last output.",
  );
}
