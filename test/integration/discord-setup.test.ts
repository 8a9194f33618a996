import { describe, expect, it, onTestFinished } from "vitest";
import { checkDiscord, DISCORD_DEFAULTS, registerDiscord } from "../../adapters/discord/index.ts";
import { registerDiscordCommands } from "../../src/cli/discord-register.ts";
import { loadConfig } from "../../src/config.ts";
import { freshFolder } from "../support/cli.ts";
import { startDiscord } from "../support/discord/index.ts";
import { fakePipes } from "../support/fake-io.ts";

const call = { signal: new AbortController().signal };

async function openDiscord(options: Parameters<typeof startDiscord>[0] = {}) {
  const discord = await startDiscord(options);
  onTestFinished(() => discord.close());
  const { token, apiUrl } = discord;
  return { discord, settings: { ...DISCORD_DEFAULTS, token, apiUrl } };
}

describe("registering commands", () => {
  it("writes them again when one of them has changed at Discord", async () => {
    const { discord, settings } = await openDiscord();
    await registerDiscord(settings, call);
    const [, ...rest] = discord.world.commands.get("global") ?? [];
    const changed = { type: 1, name: "ask", description: "something else" };
    discord.world.commands.set("global", [changed, ...rest]);

    const again = await registerDiscord(settings, call);
    const unchanged = await registerDiscord(settings, call);

    expect([again.hasChanged, unchanged.hasChanged]).toEqual([true, false]);
  });

  it("writes them for one server when that is set", async () => {
    const { discord, settings } = await openDiscord();

    const done = await registerDiscord({ ...settings, guildId: "123" }, call);
    const again = await registerDiscord({ ...settings, guildId: "123" }, call);

    expect(again.hasChanged).toBe(false);
    expect(done).toMatchObject({ scope: "123", hasChanged: true });
    expect(discord.world.commands.has("global")).toBe(false);
  });

  it("says where else the commands stand, and takes them away when asked to", async () => {
    const { discord, settings } = await openDiscord();
    const guild = discord.guild("Acme");
    const here = { ...settings, guildId: guild.id };
    await registerDiscord(settings, call);

    const doubled = await registerDiscord(here, call);
    const back = await registerDiscord(settings, call);
    const alone = await registerDiscord(here, call, { removeOthers: true });

    expect([doubled.alsoIn, back.alsoIn, alone.alsoIn]).toEqual([["global"], [guild.id], []]);
    expect(discord.world.commands.get("global")).toEqual([]);
    expect(discord.world.commands.get(guild.id)).toHaveLength(alone.commands.length);
  });

  it("says what to do about a refused token, without the token", async () => {
    const { settings } = await openDiscord();

    const refused = registerDiscord({ ...settings, token: "wrong.token.here" }, call);

    await expect(refused).rejects.toThrow(/Check DISCORD_TOKEN/u);
    await expect(refused).rejects.not.toThrow(/wrong\.token/u);
  });

  it("names on screen where else they stand: another server, or every one", async () => {
    const { discord } = await openDiscord({ limits: { windowMs: 20 } });
    const guild = discord.guild("Acme");
    const register = async (server: string | null, removeOthers = false) => {
      const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
      const here = server === null ? {} : { DISCORD_GUILD_ID: server };
      const workingDirectory = freshFolder();
      const config = loadConfig({ file: null, env: { ...env, ...here }, workingDirectory });
      const pipes = fakePipes("");
      const code = await registerDiscordCommands(config, { json: false, removeOthers }, pipes.io);
      return { code, text: pipes.stdout() };
    };
    const first = await register(guild.id);
    const everywhere = await register(null);
    const again = await register(guild.id);
    const alone = await register(null, true);

    expect(first.text).not.toContain("also registered");
    expect(everywhere.text).toContain(`They are also registered in server ${guild.id}: people`);
    expect(everywhere.text).toContain("--remove-others");
    expect(again.text).toContain("They are also registered in every server: people");
    expect(alone.text).not.toContain("also registered");
    expect(discord.world.commands.get(guild.id)).toEqual([]);
    expect(alone.code).toBe(0);
  });

  it("says where the token is found when there is none", async () => {
    const config = loadConfig({ file: null, env: {}, workingDirectory: freshFolder() });

    const asked = registerDiscordCommands(config, { json: false }, fakePipes("").io);

    await expect(asked).rejects.toMatchObject({ code: "config_invalid" });
    await expect(asked).rejects.toThrow(/DISCORD_TOKEN is not set; docs\/discord\.md/u);
  });
});

describe("the doctor", () => {
  it("says so when there are more servers than it looks at", async () => {
    const { discord, settings } = await openDiscord({ limits: { globalPerSecond: 10_000 } });
    for (let at = 0; at < 22; at += 1) discord.guild(`server ${at}`);

    const findings = await checkDiscord(settings, call);

    expect(findings.at(-1)?.detail).toContain("20 of 22 servers were looked at");
  });

  it("names the permissions that are missing in each channel, a forum and the chat of a voice channel among them", async () => {
    const { discord, settings } = await openDiscord();
    const guild = discord.guild("Acme");
    discord.channel(guild, "help");
    const quiet = discord.channel(guild, "quiet");
    const forum = discord.forum(guild, "questions");
    const voice = discord.channel(guild, "voice", 2);
    quiet.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: (1n << 16n) | (1n << 6n) });
    voice.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: 1n << 11n });
    forum.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: 1n << 38n });

    const findings = await checkDiscord(settings, call);

    const server = findings.find(({ check }) => check === "Discord server Acme");
    expect(server).toMatchObject({ status: "warning" });
    expect(server?.detail).toBe(
      "missing in #quiet (ReadMessageHistory, AddReactions), #questions (SendMessagesInThreads), #voice (SendMessages)",
    );
    expect(server?.advice).toContain("ReadMessageHistory to reply to a message");
  });

  it("looks at the desk: whether it can be used, and whether everybody reads what stands there", async () => {
    const { discord, settings } = await openDiscord({ limits: { windowMs: 20 } });
    const guild = discord.guild("Acme");
    const desk = discord.channel(guild, "desk");
    const look = async (deskChannel = desk.id) =>
      (await checkDiscord({ ...settings, deskChannel }, call)).find(
        ({ check }) => check === "Discord desk",
      );
    const open = await look();
    const own = [...guild.roles.values()].find(({ botId }) => botId !== undefined)?.id ?? "";
    const VIEW = 1n << 10n;
    desk.overwrites.push(
      { id: guild.id, type: 0, allow: 0n, deny: VIEW },
      { id: own, type: 0, allow: VIEW, deny: 1n << 35n },
    );
    const lacking = await look();
    desk.overwrites.splice(1, 1, { id: own, type: 0, allow: VIEW, deny: 0n });

    expect(open).toMatchObject({ status: "warning" });
    expect(open?.detail).toContain("every member of the server sees #desk");
    expect(lacking?.detail).toBe("in #desk it lacks CreatePublicThreads");
    expect(await look()).toMatchObject({ status: "ok" });
    expect(await look("404")).toMatchObject({ status: "problem" });
  });

  it("says that a token is refused, and nothing of it", async () => {
    const { settings } = await openDiscord();

    const findings = await checkDiscord({ ...settings, token: "wrong.token.here" }, call);

    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({ check: "Discord token", status: "problem" });
    expect(findings[0]?.detail).toContain("Check DISCORD_TOKEN");
    expect(JSON.stringify(findings)).not.toContain("wrong.token");
  });
});
