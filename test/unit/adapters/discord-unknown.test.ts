import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { createDiscordPeople } from "../../../adapters/discord/people.ts";
import { createPlaces } from "../../../adapters/discord/places.ts";
import { DISCORD_DEFAULTS, isAllowed } from "../../../adapters/discord/settings.ts";
import { FrontdeskError } from "../../../src/core/index.ts";
import { silentLogger } from "../../../src/ports/logger.ts";

const call = { signal: new AbortController().signal };

/** Fails so often, then says this. */
function flaky(failures: number, said: unknown) {
  let left = failures;
  return {
    call<Answer>(_request: unknown, answer: z.ZodType<Answer>): Promise<Answer> {
      left -= 1;
      const how = { retryable: true };
      return left >= 0
        ? Promise.reject(new FrontdeskError("delivery_uncertain", "Discord is away", how))
        : Promise.resolve(answer.parse(said));
    },
  };
}

function peopleWith(failures: number) {
  const said = { user: { id: "7", username: "ann" }, roles: ["55"] };
  const guilds = { isHome: () => Promise.resolve(true), homes: () => Promise.resolve([]) };
  const settings = { ...SETTINGS, roles: { "55": "editor" as const } };
  const api = flaky(failures, said);
  return createDiscordPeople({ api, guilds, settings, logger: silentLogger });
}

const SETTINGS = { ...DISCORD_DEFAULTS, token: "t" };
const ANN = { user: "7", name: "Ann", guild: "1", roles: null };

describe("what Discord does not say", () => {
  it("takes no channel for a plain one that could not be looked up", async () => {
    const thread = { id: "5", type: 11, name: "Leave", parent_id: "4", guild_id: "1" };
    const places = createPlaces({ api: flaky(1, thread), logger: silentLogger });

    const first = places.of("5", "1", call);

    await expect(first).rejects.toMatchObject({ code: "delivery_uncertain", retryable: true });
    expect(await places.of("5", "1", call)).toMatchObject({ channel: "4", thread: "5" });
  });

  it("asks for a member again, and counts whom it does not learn of as a guest", async () => {
    const known = peopleWith(2);
    const unknown = peopleWith(99);

    expect(await known.principal(ANN, call)).toMatchObject({ role: "editor" });
    expect(await unknown.principal(ANN, call)).toMatchObject({ role: "guest", groups: [] });
    expect(await unknown.rolesOf(ANN, call)).toBeNull();
  });

  it("counts unknown roles as denied, and as none that is allowed", () => {
    const asker = { user: "7", guild: "1", channels: ["4"], roles: null };

    expect(isAllowed(SETTINGS, asker)).toBe(true);
    expect(isAllowed({ ...SETTINGS, denyRoles: ["9"] }, asker)).toBe(false);
    expect(isAllowed({ ...SETTINGS, allowRoles: ["9"] }, asker)).toBe(false);
  });
});
