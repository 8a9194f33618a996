import type { ModelStatus } from "../../src/ports/chat-model.ts";
import type { Logger } from "../../src/ports/logger.ts";
import { EngineClient } from "../engine/engine-client.ts";
import type { SpawnEngine } from "../engine/engine-process.ts";
import type { EngineLimits } from "../engine/limits.ts";
import type { EngineStats, LoadOptions } from "../engine/protocol.ts";
import type { Timers } from "../engine/timers.ts";
import type { ModelFile } from "../model-file.ts";
import type { LocalModelResources } from "./load-options.ts";

export interface LocalModelOptions extends LocalModelResources {
  readonly model: ModelFile;
  readonly logger: Logger;
  /** Patience of the supervisor; each has a default. */
  readonly limits?: Partial<EngineLimits>;
  /** Default: a fork of this package's engine. */
  readonly spawn?: SpawnEngine;
  readonly timers?: Timers;
}

/** Life of a model that runs in a child process of its own. */
export interface LocalModel {
  /** Begins to load; returns at once. The first call does this by itself. */
  start(): void;
  /** Resolves once the model is loaded. @throws FrontdeskError `model_unavailable` when it cannot be */
  ready(call: { readonly signal: AbortSignal }): Promise<void>;
  status(): ModelStatus;
  /** Process id of the child; null while there is none. */
  pid(): number | null;
  /** How many children have died so far. */
  deaths(): number;
  /** Measurements of the child as of the last heartbeat; null before the first. */
  stats(): EngineStats | null;
  /** Lets running work finish, then ends the child. Idempotent. */
  close(): Promise<void>;
}

/** The client of a model's child process. */
export function createEngineClient(options: LocalModelOptions, load: LoadOptions): EngineClient {
  return new EngineClient({
    load,
    modelName: options.model.name,
    logger: options.logger.child({ component: `model-${load.role}` }),
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.spawn === undefined ? {} : { spawn: options.spawn }),
    ...(options.timers === undefined ? {} : { timers: options.timers }),
  });
}

/** The parts of a local model that do not depend on its role. */
export function localModel(client: EngineClient): LocalModel {
  return {
    start: () => client.start(),
    ready: async (call) => {
      await client.ready(call);
    },
    status: () => client.status(),
    pid: () => client.pid,
    deaths: () => client.deaths,
    stats: () => client.stats,
    close: () => client.close(),
  };
}
