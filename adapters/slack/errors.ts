import { webApi } from "@slack/bolt";
import { FrontdeskError, systemErrorCode } from "../../src/core/index.ts";

/** Refusals that pass by themselves. */
const PASSING = new Set([
  "fatal_error",
  "internal_error",
  "request_timeout",
  "service_unavailable",
  "team_added_to_org",
  "org_login_required",
  "external_channel_migrating",
  "update_failed",
  "accesslimited",
]);

/** What whoever looks after the bot can do about a refusal. */
const ADVICE = {
  not_in_channel: "Invite the bot to the channel: /invite @<bot>.",
  channel_not_found: "The bot cannot see this channel: invite it, or correct the channel's id.",
  is_archived: "The channel is archived.",
  missing_scope: "Update the app with `frontdesk slack manifest` and install it again.",
  invalid_auth: "Check SLACK_BOT_TOKEN; `frontdesk doctor` tells what it is good for.",
  not_authed: "Set SLACK_BOT_TOKEN.",
  account_inactive: "The app was removed from the workspace: install it again.",
  token_revoked: "The token was revoked: install the app again and set SLACK_BOT_TOKEN anew.",
  token_expired: "The token has expired: install the app again and set SLACK_BOT_TOKEN anew.",
  not_allowed_token_type: "SLACK_BOT_TOKEN must begin with xoxb-, SLACK_APP_TOKEN with xapp-.",
  restricted_action: "A setting of the workspace forbids it; ask its owner.",
  restricted_action_read_only_channel: "Only some may post in this channel; ask its owner.",
  restricted_action_thread_only_channel: "This channel takes replies in threads only.",
  ekm_access_denied: "The workspace has suspended posting; ask its administrators.",
  no_permission: "Install the app again, and invite the bot to the channel: /invite @<bot>.",
  team_access_not_granted: "The app is not installed in this workspace: install it.",
} as const;

/** A refusal about which somebody has to do something. */
export type AdvisedRefusal = keyof typeof ADVICE;

function isAdvised(name: string): name is AdvisedRefusal {
  return Object.hasOwn(ADVICE, name);
}

/** What to do about a refusal; empty when there is nothing to be done. @param table default: for operators, in English */
export function adviceFor(
  name: string,
  table: Readonly<Record<AdvisedRefusal, string>> = ADVICE,
): string {
  return isAdvised(name) ? table[name] : "";
}

/** Whether somebody has to do something about this refusal. */
export function isForAdmin(name: string): boolean {
  return isAdvised(name);
}

/** What Slack said against something that was sent to a response URL. */
export class SlackRefusal extends Error {
  /** As in the Web API: `invalid_blocks`, `expired_url`. */
  readonly refusal: string;

  constructor(refusal: string) {
    super(`Slack answered ${refusal}`);
    this.refusal = refusal;
  }
}

/** The name of Slack's refusal (`not_in_channel`), null when it is no refusal. */
export function slackErrorName(error: unknown): string | null {
  if (error instanceof FrontdeskError) return slackErrorName(error.cause);
  if (error instanceof SlackRefusal) return error.refusal;
  return error instanceof webApi.WebAPIPlatformError ? error.data.error : null;
}

/** Slack refuses the form of a message, blocks or their length, whatever it says. */
const OF_ITS_FORM = new Set([
  "invalid_blocks",
  "invalid_blocks_format",
  "msg_blocks_too_long",
  "msg_too_long",
  "block_mismatch",
]);

/** Whether plain text may be taken where this was refused. */
export function isOfForm(error: unknown): boolean {
  return OF_ITS_FORM.has(slackErrorName(error) ?? "");
}

/** No connection was made: nothing of the call can have arrived. */
const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const MAX_CAUSES = 8;

/** What Slack refused, or was never asked for. */
const REFUSED = new Set<string>(["rate_limited", "delivery_rejected"]);

/**
 * Whether a failed call had certainly no effect: it was refused, or never left this machine. Of everything else nobody knows: a
 * call that was cut off (a lost lease, a worker that stops) may have arrived, and a store may fail after it.
 */
export function certainlyNotSent(error: unknown): boolean {
  if (error instanceof FrontdeskError && error.code !== "delivery_uncertain") {
    return REFUSED.has(error.code);
  }
  let cause: unknown = error;
  for (let depth = 0; depth < MAX_CAUSES && cause instanceof Error; depth += 1) {
    if (NEVER_CONNECTED.has(systemErrorCode(cause) ?? "")) return true;
    cause = cause instanceof webApi.WebAPIRequestError ? cause.original : cause.cause;
  }
  return false;
}

function uncertain(what: string, error: unknown): FrontdeskError {
  const message = `Slack did not say what became of ${what}; it is looked up before the next try`;
  return new FrontdeskError("delivery_uncertain", message, { cause: error, retryable: true });
}

/** The scope without which Slack refuses; null when it does not say. */
export function neededScope(error: unknown): string | null {
  if (error instanceof FrontdeskError) return neededScope(error.cause);
  if (!(error instanceof webApi.WebAPIPlatformError)) return null;
  const needed: unknown = Object.getOwnPropertyDescriptor(error.data, "needed")?.value;
  return typeof needed === "string" ? needed : null;
}

/** Under which name a token is configured. */
export type SlackTokenName = "SLACK_BOT_TOKEN" | "SLACK_APP_TOKEN";

/** Refusals whose advice names the token of the call. */
const NAMES_TOKEN = new Set(["invalid_auth", "not_authed", "token_revoked", "token_expired"]);

/** Told with a status that says nothing of it, without the time to wait. */
const TOO_MANY = new Set(["ratelimited", "rate_limited", "message_limit_exceeded"]);

function refused(
  what: string,
  error: webApi.WebAPIPlatformError,
  token: SlackTokenName,
): FrontdeskError {
  const name = error.data.error;
  if (TOO_MANY.has(name)) {
    const message = `Slack takes ${what} later only`;
    const options = { cause: error, retryable: true, retryAfterMs: 1_000 };
    return new FrontdeskError("rate_limited", message, options);
  }
  if (PASSING.has(name)) return uncertain(what, error);
  const isOfToken = NAMES_TOKEN.has(name);
  const advice = isOfToken ? adviceFor(name).replace("SLACK_BOT_TOKEN", token) : adviceFor(name);
  const scope = neededScope(error);
  const needs = scope === null ? "" : ` (needs ${scope})`;
  const message = `Slack refused ${what}: ${name}${needs}. ${advice}`.trim();
  return new FrontdeskError("delivery_rejected", message, { cause: error });
}

/**
 * What a failed call of the Web API means to us: `rate_limited` (with the time to wait), `delivery_rejected` (for good),
 * or `delivery_uncertain` (it may have had its effect).
 * @param what the call and its object, for the operator: `chat.postMessage to C1`
 * @param token the one that the call was made with
 */
export function translateSlackError(
  error: unknown,
  what: string,
  token: SlackTokenName = "SLACK_BOT_TOKEN",
): FrontdeskError {
  if (error instanceof FrontdeskError) return error;
  if (error instanceof webApi.WebAPIRateLimitedError) {
    const retryAfterMs = error.retryAfter * 1_000;
    const message = `Slack wants ${error.retryAfter} s of rest before ${what}`;
    return new FrontdeskError("rate_limited", message, {
      cause: error,
      retryable: true,
      retryAfterMs,
    });
  }
  if (error instanceof webApi.WebAPIPlatformError) return refused(what, error, token);
  if (error instanceof webApi.WebAPIHTTPError && error.statusCode < 500) {
    const message = `Slack refused ${what} with HTTP ${error.statusCode}. Check SLACK_API_URL and proxies.`;
    return new FrontdeskError("delivery_rejected", message, { cause: error });
  }
  return uncertain(what, error);
}
