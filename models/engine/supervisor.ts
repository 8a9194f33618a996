import { errorMessage, type FrontdeskError } from "../../src/core/index.ts";
import type { ModelStatus } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import {
  causeOfDeath,
  type DeathCause,
  deathError,
  loadCrashError,
  templateCrashError,
} from "./death-cause.ts";
import type { EngineExit, EngineProcess, SpawnEngine } from "./engine-process.ts";
import { createHeartbeat, type Heartbeat } from "./heartbeat.ts";
import type { EngineLimits } from "./limits.ts";
import type {
  EngineInfo,
  EngineStats,
  FromChild,
  LoadOptions,
  LoadStage,
  ToChild,
} from "./protocol.ts";
import { fromChildSchema } from "./protocol.ts";
import { createRestartPolicy, type RestartPolicy } from "./restart-policy.ts";
import { createStepWatch, type StepWatch } from "./step-watch.ts";
import type { Timers } from "./timers.ts";
import { fromWireError } from "./wire-error.ts";

/** What the supervisor tells of its child. */
interface SupervisorEvents {
  /** The model is loaded; work can be sent. */
  onReady(): void;
  /** What the child says about its work. */
  onMessage(message: FromChild): void;
  /** The process is gone, and all its work with it. */
  onDeath(death: EngineDeath): void;
}

/** How a child ended, for those who had work with it. */
export interface EngineDeath {
  readonly error: FrontdeskError;
  /** Another one comes by itself, soon. */
  readonly willRetry: boolean;
  readonly cause: DeathCause;
}

export interface SupervisorOptions {
  readonly load: LoadOptions;
  /** For messages to the operator. */
  readonly modelName: string;
  readonly spawn: SpawnEngine;
  readonly timers: Timers;
  /** 0 inclusive to 1 exclusive; for jitter. */
  readonly random: () => number;
  readonly limits: EngineLimits;
  readonly logger: Logger;
  readonly events: SupervisorEvents;
}

/** So many crashes in a row while it is loaded are not by chance. */
const FATAL_LOAD_CRASHES = 2;

/**
 * Life of the child. `waiting`: dead, the next one is due. `broken`: it died too often or its file cannot be loaded; the
 * next try comes after a long pause.
 */
export type SupervisorPhase = "idle" | "starting" | "ready" | "waiting" | "broken" | "closed";

/**
 * Keeps the child process of one model alive: handshake, heartbeat, restart with growing waits, and a breaker that opens
 * when it dies again and again. A broken one tries once more by itself after a pause.
 */
export class EngineSupervisor {
  readonly #options: SupervisorOptions;
  readonly #policy: RestartPolicy;
  #phase: SupervisorPhase = "idle";
  #child: EngineProcess | null = null;
  #info: EngineInfo | null = null;
  #stats: EngineStats | null = null;
  #readyAt: number | null = null;
  #failure: FrontdeskError | null = null;
  /** What the present child says of why it cannot load its model. */
  #loadFailure: FrontdeskError | null = null;
  /** What the present child is doing while it loads. */
  #stage: LoadStage = "other";
  #killReason: string | null = null;
  #wasStopped = false;
  #deaths = 0;
  /** In a row, while the model was being loaded. */
  #loadCrashes = 0;
  #cancelTimer: () => void = () => {};
  #heartbeat: Heartbeat | null = null;
  #steps: StepWatch;
  #closing: Promise<void> | null = null;
  #onGone: () => void = () => {};

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#policy = createRestartPolicy(options.limits, options.random);
    this.#steps = createStepWatch(options.limits);
  }

  get phase(): SupervisorPhase {
    return this.#phase;
  }

  /** What the child said of itself when it was loaded last. */
  get info(): EngineInfo | null {
    return this.#info;
  }

  get stats(): EngineStats | null {
    return this.#stats;
  }

  /** How many children have died so far. */
  get deaths(): number {
    return this.#deaths;
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  /** Why there is no child, when there is none. */
  get failure(): FrontdeskError | null {
    return this.#failure;
  }

  /** Starts the first child; does nothing later on. */
  start(): void {
    if (this.#phase === "idle") this.#spawn();
  }

  /** False when there is no loaded child. */
  send(message: ToChild): boolean {
    if (this.#phase !== "ready" || this.#child === null) return false;
    this.#child.send(message);
    return true;
  }

  status(): ModelStatus {
    const model = this.#options.modelName;
    switch (this.#phase) {
      case "ready":
        return { model, state: "ready", reason: null };
      case "idle":
      case "starting":
        return { model, state: "starting", reason: this.#failure?.message ?? null };
      case "closed":
        return { model, state: "unavailable", reason: "Frontdesk is stopping." };
      case "waiting":
      case "broken":
        return { model, state: "unavailable", reason: this.#failure?.message ?? null };
    }
  }

  /** Ends the child, whose death is then reported like any other; does nothing without one. @param reason for the operator */
  kill(reason: string): void {
    this.#killReason = reason;
    this.#child?.kill();
  }

  /** Lets running work finish, then ends the child; kills it when that takes too long. Idempotent. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #spawn(): void {
    const { spawn, load, limits, timers } = this.#options;
    this.#phase = "starting";
    this.#killReason = null;
    this.#wasStopped = false;
    this.#loadFailure = null;
    this.#stage = "other";
    const child = this.#tryToSpawn(spawn);
    if (child === null) return;
    this.#child = child;
    child.onMessage((message) => this.#onMessage(child, message));
    child.onExit((exit) => this.#onExit(child, exit));
    child.send({ type: "load", options: load });
    this.#cancelTimer = timers.after(limits.loadTimeoutMs, () =>
      this.kill(`it did not load within ${limits.loadTimeoutMs / 1000} s`),
    );
  }

  #tryToSpawn(spawn: SpawnEngine): EngineProcess | null {
    try {
      return spawn();
    } catch (error) {
      const exit = { code: null, signal: null, lastWords: "", isOutOfMemory: false };
      const reason = `it cannot be started: ${errorMessage(error)}`;
      this.#onDeath(deathError(this.#options.modelName, exit, reason), 0, "unclear");
      return null;
    }
  }

  #onMessage(from: EngineProcess, raw: unknown): void {
    if (from !== this.#child) return;
    const parsed = fromChildSchema.safeParse(raw);
    if (!parsed.success) {
      this.kill("it sent a message that is not part of the protocol");
      return;
    }
    this.#heartbeat?.onSign();
    this.#dispatch(parsed.data);
  }

  #dispatch(message: FromChild): void {
    const { logger, modelName, events } = this.#options;
    switch (message.type) {
      case "ready":
        this.#becomeReady(message.info);
        return;
      case "stage":
        this.#stage = message.stage;
        return;
      case "failed":
        this.#loadFailure = fromWireError(message.error);
        return;
      case "pong":
        this.#stats = message.stats;
        if (this.#steps.isStuck(message.step ?? null)) {
          this.kill(`a step does not end within ${this.#options.limits.stuckStepMs / 1000} s`);
        }
        return;
      case "log":
        logger[message.level]({ model: modelName }, message.message);
        return;
      case "started":
      case "events":
      case "result":
      case "error":
      case "cancelled":
        events.onMessage(message);
    }
  }

  #becomeReady(info: EngineInfo): void {
    const { timers, limits, logger, events, modelName } = this.#options;
    this.#cancelTimer();
    this.#phase = "ready";
    this.#failure = null;
    this.#loadCrashes = 0;
    this.#info = info;
    this.#readyAt = timers.now();
    this.#steps = createStepWatch(limits);
    this.#heartbeat = createHeartbeat({
      timers,
      limits,
      ping: () => this.#child?.send({ type: "ping" }),
      isStopped: () => this.#child?.isStopped() === true,
      onSilence: (why) => {
        this.#wasStopped = why === "stopped";
        this.kill(
          this.#wasStopped
            ? "it was stopped by a signal (SIGSTOP)"
            : `it gave no sign of life for ${limits.heartbeatTimeoutMs / 1000} s`,
        );
      },
    });
    logger.info({ model: modelName, pid: this.pid, ...info }, "model loaded");
    events.onReady();
  }

  #onExit(from: EngineProcess, exit: EngineExit): void {
    if (from !== this.#child) return;
    const { timers } = this.#options;
    const livedMs = this.#readyAt === null ? 0 : timers.now() - this.#readyAt;
    this.#cancelTimer();
    this.#heartbeat?.stop();
    this.#heartbeat = null;
    this.#child = null;
    this.#readyAt = null;
    if (this.#closing !== null) {
      this.#onGone();
      return;
    }
    const killed = this.#killReason === null ? null : this.#wasStopped ? "stopped" : "misbehaved";
    const cause = causeOfDeath(exit, killed);
    const isLoadCrash = this.#phase === "starting" && killed === null && !exit.isOutOfMemory;
    if (isLoadCrash && cause === "work") this.#loadCrashes += 1;
    const isTemplate = this.#stage === "template" && killed === null && cause === "work";
    this.#onDeath(this.#loadFailure ?? this.#errorOf(exit, isTemplate), livedMs, cause);
  }

  #errorOf(exit: EngineExit, isTemplate: boolean): FrontdeskError {
    const { modelName, load } = this.#options;
    // A template does the same each time, so that one crash is enough.
    if (isTemplate) return templateCrashError(load.modelPath, exit);
    if (this.#loadCrashes >= FATAL_LOAD_CRASHES) return loadCrashError(load.modelPath, exit);
    return deathError(modelName, exit, this.#killReason);
  }

  /** Plans the next child and says what has happened. */
  #onDeath(error: FrontdeskError, livedMs: number, cause: DeathCause): void {
    const { timers, limits, logger, events, modelName } = this.#options;
    this.#deaths += 1;
    this.#failure = error;
    const next = this.#policy.onDeath(timers.now(), livedMs);
    const willRetry = error.retryable && next.type === "restart";
    const afterMs = willRetry ? next.afterMs : limits.breakerCooldownMs;
    this.#phase = willRetry ? "waiting" : "broken";
    this.#cancelTimer = timers.after(afterMs, () => this.#spawn());
    const fields = { model: modelName, code: error.code, nextTryMs: Math.round(afterMs) };
    logger.error({ ...fields, deaths: this.#deaths, reason: error.message }, "model unavailable");
    events.onDeath({ error, willRetry, cause });
  }

  async #close(): Promise<void> {
    const { timers, limits } = this.#options;
    this.#cancelTimer();
    const child = this.#child;
    if (child !== null) {
      const gone = new Promise<void>((resolve) => {
        this.#onGone = resolve;
      });
      const cancelKill = timers.after(limits.drainMs, () => child.kill());
      child.send({ type: "drain" });
      await gone;
      cancelKill();
    }
    this.#phase = "closed";
  }
}
