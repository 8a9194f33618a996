/** Discord's limits; the defaults are the documented ones, or what is observed. Tests shorten times, never what counts. */
export interface DiscordLimits {
  /** Posts, edits and the like: so many to one channel in a window. */
  readonly perWindow: number;
  readonly windowMs: number;
  readonly globalPerSecond: number;
  /** Messages older than an hour: so many edits to one channel in this time (observed; Discord gives no number). */
  readonly oldEdits: number;
  readonly oldEditsMs: number;
  /** An interaction must be answered in this time. */
  readonly interactionMs: number;
  /** A token of an interaction is good for this time. */
  readonly tokenMs: number;
  /** A nonce is remembered for this time ("the past few minutes"). */
  readonly nonceMs: number;
  readonly heartbeatMs: number;
  /** Between two sessions that begin. */
  readonly identifyMs: number;
  /** A session without a connection can be resumed for this time. */
  readonly resumeMs: number;
}

export const DISCORD_LIMITS: DiscordLimits = {
  perWindow: 5,
  windowMs: 5_000,
  globalPerSecond: 50,
  oldEdits: 3,
  oldEditsMs: 20_000,
  interactionMs: 3_000,
  tokenMs: 15 * 60_000,
  nonceMs: 5 * 60_000,
  heartbeatMs: 41_250,
  identifyMs: 5_000,
  resumeMs: 5 * 60_000,
};
