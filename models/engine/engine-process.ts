import type { ToChild } from "./protocol.ts";

/** How a child process ended. */
export interface EngineExit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last lines that it wrote to stderr; native asserts say there what failed. */
  readonly lastWords: string;
  /** The system has ended it, or another process beside it, for want of memory. */
  readonly isOutOfMemory: boolean;
}

/** A child process as its supervisor sees it. */
export interface EngineProcess {
  readonly pid: number | undefined;
  /** Never throws; what is sent to a dead process is lost, and its exit is reported. */
  send(message: ToChild): void;
  kill(): void;
  /** Whether the system has stopped it (SIGSTOP), so that it will not answer until somebody lets it go on; false where unknown. */
  isStopped(): boolean;
  /** One listener; whatever comes is to be parsed. */
  onMessage(listener: (message: unknown) => void): void;
  /** One listener, called once, also when the process could not be started. */
  onExit(listener: (exit: EngineExit) => void): void;
}

/** Starts a child process. */
export type SpawnEngine = () => EngineProcess;
