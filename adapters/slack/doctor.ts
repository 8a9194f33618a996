import { webApi } from "@slack/bolt";
import { z } from "zod";
import type { Clock } from "../../src/ports/clock.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { namedAdmins } from "./admin-notes.ts";
import { webClientOptions } from "./client.ts";
import {
  type Ask,
  configuredChannels,
  joinedChannels,
  troublesWithChannels,
} from "./configured-channels.ts";
import { type SlackTokenName, translateSlackError } from "./errors.ts";
import { missingScopes } from "./manifest.ts";
import type { SlackSettings } from "./settings.ts";

/** One thing about Slack that was looked at. */
export interface SlackFinding {
  readonly check: string;
  readonly status: "ok" | "warning" | "problem";
  readonly detail: string;
  /** What to do; empty when nothing is to be done. */
  readonly advice: string;
}

const authAnswer = z.object({
  team: z.string(),
  user: z.string(),
  response_metadata: z.object({ scopes: z.array(z.string()).default([]) }).default({ scopes: [] }),
});

/** Slack refuses signatures that are five minutes old. */
const MAX_SKEW_MS = 5 * 60_000;
const NOTABLE_SKEW_MS = 60_000;
const UPDATE = "Update the app with `frontdesk slack manifest`, then install it again.";

function ok(check: string, detail: string): SlackFinding {
  return { check, status: "ok", detail, advice: "" };
}

function problem(check: string, detail: string, advice: string): SlackFinding {
  return { check, status: "problem", detail, advice };
}

function refusal(
  check: string,
  error: unknown,
  method: string,
  token: SlackTokenName = "SLACK_BOT_TOKEN",
): SlackFinding {
  const translated = translateSlackError(error, method, token);
  const isAway = translated.code !== "delivery_rejected";
  const advice = isAway ? "Check the network, proxies and SLACK_API_URL, then try again." : "";
  return problem(check, isAway ? "Slack does not answer" : translated.message, advice);
}

function checkScopes(granted: readonly string[]): SlackFinding {
  const missing = missingScopes(granted);
  const check = "Slack scopes";
  if (granted.length === 0) {
    return { check, status: "warning", detail: "Slack does not tell them", advice: "" };
  }
  if (missing.length === 0) return ok(check, `${granted.length} granted`);
  return problem(check, `missing: ${missing.join(", ")}`, UPDATE);
}

function checkSkew(date: string | null, now: number): readonly SlackFinding[] {
  const theirs = date === null ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs)) return [];
  const skewMs = Math.abs(now - theirs);
  const check = "Slack clock";
  const detail = `${Math.round(skewMs / 1_000)} s apart from Slack's`;
  const advice =
    "Set this machine's clock (NTP): Slack's signatures are refused after five minutes.";
  if (skewMs >= MAX_SKEW_MS) return [problem(check, detail, advice)];
  if (skewMs < NOTABLE_SKEW_MS) return [ok(check, detail)];
  return [{ check, status: "warning", detail, advice }];
}

/** Channels that the configuration names must be there, and the bot in them. */
async function checkChannels(
  settings: SlackSettings,
  client: webApi.WebClient,
): Promise<SlackFinding> {
  const check = "Slack channels";
  const ask: Ask = async (method, args, answer) =>
    answer.parse(await client.apiCall(method, { ...args }));
  try {
    const joined = await joinedChannels(ask);
    const troubles = await troublesWithChannels(settings, joined, ask);
    if (troubles.length > 0) {
      const names = troubles.flatMap((one) =>
        one.kind === "channel" ? [`${one.channel} (${one.reason})`] : [],
      );
      const invite = "Write `/invite @Frontdesk` there, or correct the id in the configuration.";
      return problem(check, `cannot be used: ${names.join(", ")}`, invite);
    }
    const configured = configuredChannels(settings).length;
    const named = configured === 0 ? "" : `; all ${configured} of the configuration can be used`;
    if (joined.size > 0) return ok(check, `a member of ${joined.size}${named}`);
    const advice = "Write `/invite @Frontdesk` in the channels where it is to answer.";
    return { check, status: "warning", detail: "a member of none", advice };
  } catch (error) {
    return refusal(check, error, "users.conversations");
  }
}

/** Who is told in Slack when something is missing. */
function checkAdmins(settings: SlackSettings): SlackFinding {
  const admins = namedAdmins(settings);
  if (admins.length > 0) return ok("Slack admins", admins.join(", "));
  const advice =
    "Whom you name is told in Slack what is missing: access.people, `slack:U0123456: { role: admin }`.";
  const detail = "none is named: what is missing stands in the log alone";
  return { check: "Slack admins", status: "warning", detail, advice };
}

async function checkBot(settings: SlackSettings, clock: Clock): Promise<readonly SlackFinding[]> {
  const check = "Slack bot token";
  if (!settings.botToken.startsWith("xoxb-")) {
    return [
      problem(
        check,
        "does not begin with xoxb-",
        "Copy the Bot User OAuth Token from “OAuth & Permissions”.",
      ),
    ];
  }
  let date: string | null = null;
  const client = new webApi.WebClient(settings.botToken, {
    ...webClientOptions({ apiUrl: settings.apiUrl, logger: silentLogger }),
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      date = response.headers.get("date");
      return response;
    },
  });
  try {
    const answer = authAnswer.parse(await client.auth.test());
    return [
      ok(check, `${answer.user} in ${answer.team}`),
      checkScopes(answer.response_metadata.scopes),
      ...checkSkew(date, clock.now()),
      await checkChannels(settings, client),
      checkAdmins(settings),
    ];
  } catch (error) {
    return [refusal(check, error, "auth.test")];
  }
}

async function checkMode(settings: SlackSettings): Promise<SlackFinding> {
  if (settings.mode === "http") {
    const check = "Slack HTTP mode";
    const { host, port } = settings.http;
    if (settings.signingSecret !== null) return ok(check, `will listen on ${host}:${port}`);
    return problem(check, "SLACK_SIGNING_SECRET is not set", "Copy it from “Basic Information”.");
  }
  const check = "Slack Socket Mode";
  const advice = "Make an app-level token with connections:write under “Basic Information”.";
  if (settings.appToken === null) return problem(check, "SLACK_APP_TOKEN is not set", advice);
  if (!settings.appToken.startsWith("xapp-")) {
    return problem(check, "SLACK_APP_TOKEN does not begin with xapp-", advice);
  }
  const client = new webApi.WebClient(
    settings.appToken,
    webClientOptions({ apiUrl: settings.apiUrl, logger: silentLogger }),
  );
  try {
    await client.apps.connections.open({});
    return ok(check, "can connect");
  } catch (error) {
    return refusal(check, error, "apps.connections.open", "SLACK_APP_TOKEN");
  }
}

/** Looks at tokens, scopes, the way events arrive, and the clock. Sends nothing to anybody. */
export async function checkSlack(
  settings: SlackSettings,
  clock: Clock,
): Promise<readonly SlackFinding[]> {
  const [bot, mode] = await Promise.all([checkBot(settings, clock), checkMode(settings)]);
  return [...bot, mode];
}
