import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { FrontdeskError } from "../../src/core/index.ts";

/** Codes of Discord that decide what we do; docs.discord.com/developers/topics/opcodes-and-status-codes. */
export const CODES = {
  refusedToken: 0,
  unknownChannel: 10_003,
  unknownMember: 10_007,
  unknownMessage: 10_008,
  unknownWebhook: 10_015,
  unknownInteraction: 10_062,
  missingAccess: 50_001,
  cannotMessageUser: 50_007,
  noServerInCommon: 50_278,
  missingPermissions: 50_013,
  invalidToken: 50_027,
  alreadyAcknowledged: 40_060,
  archivedThread: 50_083,
  noHistoryToReply: 160_002,
  threadExists: 160_004,
  lockedThread: 160_005,
  tooManyThreads: 160_006,
  tooManyNewsThreads: 160_007,
  editTooOften: 30_046,
} as const;

const TOO_MANY_THREADS =
  "The server has as many active threads as Discord allows: close some that nobody needs.";

/** What whoever looks after the bot can do about a refusal. */
const ADVICE: ReadonlyMap<number, string> = new Map([
  [CODES.refusedToken, "Check DISCORD_TOKEN; `frontdesk doctor` tells what it is good for."],
  [
    CODES.missingAccess,
    "Give the bot View Channel and Read Message History there, or invite it again with the link of `frontdesk discord register`.",
  ],
  [
    CODES.missingPermissions,
    "Give the bot Send Messages, Send Messages in Threads and Attach Files there; `frontdesk doctor` says which are missing.",
  ],
  [CODES.cannotMessageUser, "The person takes no direct messages from this server."],
  [CODES.noServerInCommon, "The bot is in no server together with this person."],
  [CODES.archivedThread, "The thread is archived; when it is locked as well, unlock it."],
  [CODES.lockedThread, "The thread is locked: unlock it, or give the bot Manage Threads there."],
  [CODES.tooManyThreads, TOO_MANY_THREADS],
  [CODES.tooManyNewsThreads, TOO_MANY_THREADS],
  [
    CODES.noHistoryToReply,
    "Give the bot Read Message History there; until then it answers without a reference to the question.",
  ],
  [40_333, "Discord's edge refuses the request: check proxies and DISCORD_API_URL."],
]);

/** The code of Discord's refusal; null when it is none. 0 stands for a refused token. */
export function discordErrorCode(error: unknown): number | null {
  if (error instanceof FrontdeskError) return discordErrorCode(error.cause);
  if (!(error instanceof DiscordAPIError)) return null;
  return typeof error.code === "number" ? error.code : null;
}

/** What to do about a refusal; empty when there is nothing to be done. */
export function adviceFor(code: number): string {
  return ADVICE.get(code) ?? "";
}

/** Whether somebody has to do something about this refusal. */
export function isForAdmin(code: number): boolean {
  return ADVICE.has(code);
}

/** Whether a message, or the place where it stood, is gone. */
export function isGone(error: unknown): boolean {
  const code = discordErrorCode(error);
  return code === CODES.unknownMessage || code === CODES.unknownChannel;
}

/** Whether an interaction can no longer be answered. */
export function isExpired(error: unknown): boolean {
  const code = discordErrorCode(error);
  return (
    code === CODES.unknownInteraction ||
    code === CODES.unknownWebhook ||
    code === CODES.invalidToken ||
    code === CODES.unknownMessage
  );
}

function later(what: string, error: unknown, retryAfterMs: number): FrontdeskError {
  const message = `Discord takes ${what} in ${Math.ceil(retryAfterMs)} ms only`;
  return new FrontdeskError("rate_limited", message, {
    cause: error,
    retryable: true,
    retryAfterMs,
  });
}

/**
 * What a failed call means to us: `rate_limited` (with the time to wait), `delivery_rejected` (for good), or
 * `delivery_uncertain` (it may have had its effect).
 * @param what the call and its object, for the operator
 */
export function translateDiscordError(error: unknown, what: string): FrontdeskError {
  if (error instanceof FrontdeskError) return error;
  if (error instanceof RateLimitError) return later(what, error, Math.max(1, error.retryAfter));
  if (error instanceof DiscordAPIError) {
    const code = typeof error.code === "number" ? error.code : -1;
    // Edits of messages older than an hour have a limit of their own.
    if (code === CODES.editTooOften) return later(what, error, 10_000);
    const advice = ADVICE.get(code) ?? "";
    const message = `Discord refused ${what}: ${code} (HTTP ${error.status}). ${advice}`.trim();
    return new FrontdeskError("delivery_rejected", message, { cause: error });
  }
  if (error instanceof HTTPError && error.status < 500) {
    const message = `Discord refused ${what} with HTTP ${error.status}. Check DISCORD_API_URL and proxies.`;
    return new FrontdeskError("delivery_rejected", message, { cause: error });
  }
  const message = `Discord did not say what became of ${what}; it is looked up before the next try`;
  return new FrontdeskError("delivery_uncertain", message, { cause: error, retryable: true });
}
