import { z } from "zod";
import { isFrontdeskError } from "../../src/core/index.ts";
import { silentLogger } from "../../src/ports/logger.ts";
import { createDiscordApi, type DiscordApi, type DiscordCall } from "./client.ts";
import { DISCORD_COMMANDS } from "./commands.ts";
import { INTENTS } from "./intents.ts";
import { inviteLink, neededPermissions } from "./permissions.ts";
import type { DiscordSettings } from "./settings.ts";
import { UNCOUNTED } from "./shared-rates.ts";

/** What came of a registration. */
export interface Registration {
  /** `global`, or the id of the server. */
  readonly scope: string;
  readonly hasChanged: boolean;
  /** Where else the commands stand: people there see each twice. What was removed is not among them. */
  readonly alsoIn: readonly string[];
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

const guildList = z.array(z.object({ id: z.string() }));
/** More servers than that are not looked at. */
const MAX_GUILDS = 100;

function routeOf(id: string, guild: string | null) {
  const under = guild === null ? "" : (`/guilds/${guild}` as const);
  return `/applications/${id}${under}/commands` as const;
}

/** Where commands stand besides those that were just registered: `global`, or ids of servers. */
async function otherScopes(
  api: DiscordApi,
  { id, guildId }: { readonly id: string; readonly guildId: string | null },
  call: DiscordCall,
): Promise<readonly string[]> {
  const hasSome = async (guild: string | null): Promise<boolean> => {
    try {
      const route = routeOf(id, guild);
      return (await api.call({ method: "GET", route }, listed, call)).length > 0;
    } catch (error) {
      // The bot was invited there without commands.
      if (isFrontdeskError(error, "delivery_rejected")) return false;
      throw error;
    }
  };
  if (guildId !== null) return (await hasSome(null)) ? ["global"] : [];
  const all = await api.call({ method: "GET", route: "/users/@me/guilds" }, guildList, call);
  const found: string[] = [];
  for (const { id: guild } of all.slice(0, MAX_GUILDS)) {
    if (await hasSome(guild)) found.push(guild);
  }
  return found;
}

/**
 * Registers the commands, if they are not registered as they are now: Discord allows only so many changes a day.
 * @param options.removeOthers takes them away where else they stand; default false
 * @throws FrontdeskError `delivery_rejected` (the token is refused, say), `delivery_uncertain`, `rate_limited`
 */
export async function registerDiscord(
  settings: DiscordSettings,
  call: { readonly signal: AbortSignal },
  { removeOthers = false }: { readonly removeOthers?: boolean } = {},
): Promise<Registration> {
  const { token, apiUrl, guildId, pacing } = settings;
  const hasDesk = settings.deskChannel !== null;
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
    const route = routeOf(id, guildId);
    const query = withLocalizations;
    const there = await api.call({ method: "GET", route, query }, listed, call);
    const wanted = commandsFor(guildId);
    const hasChanged = !isSame(there, wanted);
    if (hasChanged) await api.call({ method: "PUT", route, body: wanted }, anything, call);
    const others = await otherScopes(api, { id, guildId }, call);
    for (const scope of removeOthers ? others : []) {
      const other = routeOf(id, scope === "global" ? null : scope);
      await api.call({ method: "PUT", route: other, body: [] }, anything, call);
    }
    return {
      alsoIn: removeOthers ? [] : others,
      scope: guildId ?? "global",
      hasChanged,
      commands: wanted.map(({ name }) => name),
      inviteUrl: inviteLink(id, hasDesk),
      permissions: neededPermissions(hasDesk),
      intents: Object.keys(INTENTS),
    };
  } finally {
    api.close();
  }
}
