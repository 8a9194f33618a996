import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { freshFolder, runCommand } from "../support/cli.ts";
import { startDiscord } from "../support/discord/index.ts";

const findingsSchema = z.object({
  findings: z.array(z.object({ check: z.string(), status: z.string(), detail: z.string() })),
});
const registrationSchema = z.object({ hasChanged: z.boolean(), inviteUrl: z.string() });

describe("setting Discord up", () => {
  it("registers commands when they have changed only, and prints the link with exactly what is needed", async () => {
    const discord = await startDiscord();
    onTestFinished(() => discord.close());
    const env = { DISCORD_TOKEN: discord.token, DISCORD_API_URL: discord.apiUrl };
    const options = { dataDir: freshFolder(), env };

    const text = await runCommand(["discord", "register"], options);
    const second = await runCommand(["discord", "register", "--json"], options);
    const { hasChanged, inviteUrl } = registrationSchema.parse(JSON.parse(second.stdout));
    expect(text.stdout).toContain(
      "Registered in every server: ask, search, human, kb, Ask Frontdesk",
    );
    expect(text.stdout).toContain(inviteUrl);
    expect(hasChanged).toBe(false);
    expect(discord.callsOf("PUT global commands")).toHaveLength(1);
    const link = new URL(inviteUrl).searchParams;
    expect(link.get("client_id")).toBe(discord.world.applicationId);
    expect(link.get("scope")).toBe("bot applications.commands");
    const bits = [6n, 10n, 11n, 15n, 16n, 38n].reduce((sum, bit) => sum | (1n << bit), 0n);
    expect(link.get("permissions")).toBe(String(bits));
    expect(text.stdout).toContain("Message Content");
    expect(second.stdout + text.stdout).not.toContain(discord.token);
  });

  it("is checked by the doctor, who says what to mend", async () => {
    const discord = await startDiscord({ hasMessageContent: false });
    onTestFinished(() => discord.close());
    const guild = discord.guild("Acme");
    discord.channel(guild, "help");
    const closed = discord.channel(guild, "closed");
    closed.overwrites.push({ id: guild.id, type: 0, allow: 0n, deny: 1n << 11n });
    const env = {
      FRONTDESK_EMBED_MODEL: "off",
      DISCORD_TOKEN: discord.token,
      DISCORD_API_URL: discord.apiUrl,
    };

    const { code, stdout } = await runCommand(["doctor", "--json"], {
      dataDir: freshFolder(),
      env,
    });

    const { findings } = findingsSchema.parse(JSON.parse(stdout));
    const ours = findings.filter(({ check }) => check.startsWith("Discord "));
    expect(code).toBe(1);
    expect(ours.map(({ check, status }) => [check, status])).toEqual([
      ["Discord token", "ok"],
      ["Discord Message Content Intent", "problem"],
      ["Discord gateway", "ok"],
      ["Discord server Acme", "warning"],
    ]);
    expect(ours[3]?.detail).toContain("#closed (SendMessages)");
    expect(stdout).not.toContain(discord.token);
  });
});
