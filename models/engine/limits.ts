/** How patient the supervisor of a child process is. All in milliseconds unless named otherwise. */
export interface EngineLimits {
  /** A child that has not loaded its model by then is killed. Default 10 minutes. */
  readonly loadTimeoutMs: number;
  /** Default 0.5 s: a child that was stopped (SIGSTOP) is found after at most three of them. */
  readonly heartbeatIntervalMs: number;
  /** A child that is silent for so long is killed. Default 30 s: longer than any step of a model may block it. */
  readonly heartbeatTimeoutMs: number;
  /**
   * A child that neither ends an answer so long after its time limit nor lets go of it so long after a cancel is killed. Default
   * 30 s.
   */
  readonly stepTimeoutMs: number;
  /**
   * A child that works on one text or passage for so long is killed, though it answers. Default 60 s: several times what a long
   * text takes on a slow machine.
   */
  readonly stuckStepMs: number;
  /** Wait before the first restart; doubles with each death up to `restartMaxMs`. Default 1 s. */
  readonly restartMinMs: number;
  /** Default 30 s. */
  readonly restartMaxMs: number;
  /** A child that lived so long is healthy: the wait starts again at `restartMinMs`. Default 60 s. */
  readonly stableAfterMs: number;
  /** So many deaths within `breakerWindowMs` open the breaker. Default 5. */
  readonly breakerDeaths: number;
  /** Default 5 minutes. */
  readonly breakerWindowMs: number;
  /** With an open breaker, or a file that cannot be loaded, the next try comes after this. Default 5 minutes. */
  readonly breakerCooldownMs: number;
  /** How long a call waits for the first start. Default 60 s. */
  readonly startPatienceMs: number;
  /** How long after a crash calls wait for the restart before they fail as `model_unavailable`. Default 5 s. */
  readonly restartPatienceMs: number;
  /** On close: how long running work may take before the child is killed. Default 5 s. */
  readonly drainMs: number;
}

/** What applies where nothing is said. */
export const DEFAULT_LIMITS: EngineLimits = {
  loadTimeoutMs: 600_000,
  heartbeatIntervalMs: 500,
  heartbeatTimeoutMs: 30_000,
  stepTimeoutMs: 30_000,
  stuckStepMs: 60_000,
  restartMinMs: 1_000,
  restartMaxMs: 30_000,
  stableAfterMs: 60_000,
  breakerDeaths: 5,
  breakerWindowMs: 300_000,
  breakerCooldownMs: 300_000,
  startPatienceMs: 60_000,
  restartPatienceMs: 5_000,
  drainMs: 5_000,
};
