import { z } from "zod";
import { silentLogger } from "../../src/ports/logger.ts";
import { createDiscordApi } from "./client.ts";
import { DISCORD_COMMANDS } from "./commands.ts";
import { INTENTS } from "./intents.ts";
import { BOT_PERMISSIONS, inviteLink } from "./permissions.ts";
import type { DiscordSettings } from "./settings.ts";
import { UNCOUNTED } from "./shared-rates.ts";

/** What came of a registration. */
export interface Registration {
  /** `global`, or the id of the server. */
  readonly scope: string;
  readonly hasChanged: boolean;
  readonly commands: readonly string[];
  readonly inviteUrl: string;
  /** What the bot needs, and what for. */
  readonly permissions: Readonly<Record<string, string>>;
  readonly intents: readonly string[];
}

const anything = z.unknown();
const listed = z.array(z.looseObject({ name: z.string(), type: z.number().optional() }));
const application = z.object({ id: z.string() });
const withLocalizations = { with_localizations: "true" };

/** Whether everything that we want stands in what is there; Discord adds ids, versions and defaults. */
function holds(there: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    const given: readonly unknown[] = Array.isArray(there) ? there : [];
    return given.length === wanted.length && wanted.every((one, at) => holds(given[at], one));
  }
  if (typeof wanted !== "object" || wanted === null) {
    // Discord leaves out what is false.
    return there === wanted || (wanted === false && there === undefined);
  }
  if (typeof there !== "object" || there === null) return false;
  const given = new Map<string, unknown>(Object.entries(there));
  return Object.entries(wanted).every(([name, value]) => holds(given.get(name), value));
}

type Command = { readonly name: string; readonly type: number };

/** Commands of one server know neither contexts nor kinds of installation: Discord leaves them out. */
function commandsFor(guild: string | null): readonly Command[] {
  if (guild === null) return DISCORD_COMMANDS;
  return DISCORD_COMMANDS.map(
    ({ contexts: _contexts, integration_types: _types, ...rest }) => rest,
  );
}

function isSame(there: z.infer<typeof listed>, all: readonly Command[]): boolean {
  if (there.length !== all.length) return false;
  return all.every((wanted) => {
    const found = there.find(
      ({ name, type = 1 }) => name === wanted.name && type === Number(wanted.type),
    );
    return found !== undefined && holds(found, wanted);
  });
}

/**
 * Registers the commands, if they are not registered as they are now: Discord allows only so many changes a day.
 * @throws FrontdeskError `delivery_rejected` (the token is refused, say), `delivery_uncertain`, `rate_limited`
 */
export async function registerDiscord(
  settings: DiscordSettings,
  call: { readonly signal: AbortSignal },
): Promise<Registration> {
  const { token, apiUrl, guildId, pacing } = settings;
  const { maxWaitMs } = pacing;
  const api = createDiscordApi({
    token,
    apiUrl,
    maxWaitMs,
    rates: UNCOUNTED,
    logger: silentLogger,
  });
  try {
    const { id } = await api.call({ method: "GET", route: "/applications/@me" }, application, call);
    const under = guildId === null ? "" : (`/guilds/${guildId}` as const);
    const route = `/applications/${id}${under}/commands` as const;
    const query = withLocalizations;
    const there = await api.call({ method: "GET", route, query }, listed, call);
    const wanted = commandsFor(guildId);
    const hasChanged = !isSame(there, wanted);
    if (hasChanged) await api.call({ method: "PUT", route, body: wanted }, anything, call);
    return {
      scope: guildId ?? "global",
      hasChanged,
      commands: wanted.map(({ name }) => name),
      inviteUrl: inviteLink(id),
      permissions: BOT_PERMISSIONS,
      intents: Object.keys(INTENTS),
    };
  } finally {
    api.close();
  }
}
