import { describe, expect, it, onTestFinished } from "vitest";
import { freshFolder } from "../support/cli.ts";
import { folderWith, startFrontdesk } from "../support/discord/frontdesk-process.ts";
import { type DiscordEmulator, startDiscord } from "../support/discord/index.ts";
import { makeScriptedModel } from "../support/scripted-gguf.ts";

const FACT =
  "The lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.";

// How long a busy machine takes is no matter here; what comes of it is.
const PATIENT = { perWindow: 1_000, interactionMs: 60_000 };

async function island() {
  const discord = await startDiscord({ limits: PATIENT });
  onTestFinished(() => discord.close());
  const ann = discord.user("Ann");
  const guild = discord.guild("Acme", { members: [ann] });
  const help = discord.channel(guild, "help");
  const dataDir = await folderWith({ lighthouse: `# Lighthouse\n\n## Lamp\n\n${FACT}\n` });
  const answers = () => discord.messages(help).filter(({ isBot }) => isBot);
  return { discord, ann, help, dataDir, answers };
}

async function start(
  discord: DiscordEmulator,
  options: { readonly dataDir: string; readonly env?: Readonly<Record<string, string>> },
) {
  const app = await startFrontdesk(discord, options);
  onTestFinished(() => app.kill());
  return app;
}

describe("a process that ends in the middle", () => {
  it.each(["stop", "kill"] as const)("by %s: the answer is finished, once", async (how) => {
    const { discord, ann, help, dataDir, answers } = await island();
    const script = Array.from({ length: 12 }, () => `${FACT} [1]`).join(" ");
    const env = { FRONTDESK_MODEL: makeScriptedModel(freshFolder(), { script }) };
    const first = await start(discord, { dataDir, env });
    discord.mention(ann, help, "How is the lighthouse lamp lit?");
    const draft = await discord.until(() => answers()[0]);

    await first[how]();
    await start(discord, { dataDir, env });
    const answer = await discord.until(() =>
      answers().find(({ controls }) => controls.some(({ label }) => label === "Ask a person")),
    );

    expect(answers()).toHaveLength(1);
    expect(answer.id).toBe(draft.id);
    expect(answer.text).toContain(FACT);
  });

  it("by kill -9 after the post and before its receipt: there is one message", async () => {
    const { discord, ann, help, dataDir, answers } = await island();
    const first = await start(discord, { dataDir });
    discord.faults.next("POST message", { type: "hang", when: "after" });

    const asked = discord.mention(ann, help, "How is the lighthouse lamp lit?");
    await discord.until(() => answers()[0]);
    await first.kill();
    discord.mention(ann, help, "How is the lamp lit?");
    await start(discord, { dataDir });
    await discord.until(() => answers().length > 1 && answers());

    expect(answers().filter(({ replyTo }) => replyTo === asked.id)).toHaveLength(1);
    expect(answers()).toHaveLength(2);
  });

  it("by kill -9: what was asked meanwhile is heard when the session goes on", async () => {
    const { discord, ann, help, dataDir, answers } = await island();
    const first = await start(discord, { dataDir });
    discord.mention(ann, help, "How is the lighthouse lamp lit?");
    await discord.until(() => answers()[0]);
    await first.kill();

    discord.mention(ann, help, "Who lights the lamp of the lighthouse?");
    await start(discord, { dataDir });
    await discord.until(() => answers().length === 2);

    expect(discord.gateway.counts).toMatchObject({ identified: 1, resumed: 1 });
  });
});
