import { describe, expect, it } from "vitest";
import { createDiscordAudiences } from "../../../adapters/discord/audiences.ts";
import { DISCORD_DEFAULTS, type DiscordSettings } from "../../../adapters/discord/index.ts";

const call = { signal: new AbortController().signal };
const CHANNEL = { guild: "1", channel: "2", thread: null, isDirect: false, title: "" };
const PUBLIC_ONLY = { kind: "shared", visible: ["public"] };
const INSIDE = { kind: "shared", visible: ["public", "internal"] };

/** Who reads along in a channel of a server of the organisation. */
function readersWith(settings: Partial<DiscordSettings>, isHome = true) {
  const guilds = {
    isHome: () => Promise.resolve(isHome),
    homes: () => Promise.resolve(["1"]),
    put: () => Promise.resolve(),
    botRoleIn: () => null,
  };
  const all = { ...DISCORD_DEFAULTS, token: "t", ...settings };
  return createDiscordAudiences({ guilds, settings: all }).of(CHANNEL, call);
}

describe("who reads along in a channel of Discord", () => {
  it("are members of the organisation where nobody counts as a guest", async () => {
    expect(await readersWith({})).toEqual(INSIDE);
    expect(await readersWith({ people: { "discord:5": { role: "admin", groups: [] } } })).toEqual(
      INSIDE,
    );
    expect(await readersWith({}, false)).toEqual(PUBLIC_ONLY);
  });

  it.each(["guest", "restricted-viewer"] as const)(
    "may be a %s by default, by a role or by name: then only what is public is shown",
    async (role) => {
      expect(await readersWith({ defaultRole: role })).toEqual(PUBLIC_ONLY);
      expect(await readersWith({ roles: { "7": role } })).toEqual(PUBLIC_ONLY);
      expect(await readersWith({ people: { "discord:5": { role, groups: [] } } })).toEqual(
        PUBLIC_ONLY,
      );
    },
  );

  it("are not the people of another platform", async () => {
    expect(await readersWith({ people: { "slack:U5": { role: "guest", groups: [] } } })).toEqual(
      INSIDE,
    );
  });

  it("are what is set for the channel, whoever they are", async () => {
    const own = { mode: null, visible: [], collection: null, language: null, tone: null };
    const channels = { "2": { ...own, visible: ["internal" as const] } };

    expect(await readersWith({ defaultRole: "guest", channels })).toEqual({
      kind: "shared",
      visible: ["internal"],
    });
  });
});
