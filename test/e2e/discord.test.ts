import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freshFolder } from "../support/cli.ts";
import {
  type FrontdeskProcess,
  folderWith,
  startFrontdesk,
} from "../support/discord/frontdesk-process.ts";
import {
  type DiscordChannel,
  type DiscordEmulator,
  type SeenMessage,
  startDiscord,
} from "../support/discord/index.ts";
import { makeScriptedModel } from "../support/scripted-gguf.ts";

const DOCUMENTS = {
  lighthouse:
    "# Lighthouse\n\n## Lamp\n\nThe lighthouse lamp is lit by hand every evening at dusk by the keeper of the island.\n",
  leave:
    "# Leave\n\n## Annual leave\n\nAnnual leave is 25 days a year and is requested in the portal.\n\n## Parental leave\n\nParental leave is 14 weeks and is requested in the portal.\n\n## Study leave\n\nStudy leave is 5 days a year and is requested in the portal.\n",
};

// How long a busy machine takes is no matter here; what comes of it is.
const PATIENT = { perWindow: 1_000, interactionMs: 60_000 };

function answersIn(discord: DiscordEmulator, channel: DiscordChannel) {
  return discord.messages(channel).filter(({ isBot }) => isBot);
}

/** The last answer in a channel, once nothing is written any more. */
function answerIn(discord: DiscordEmulator, channel: DiscordChannel) {
  return discord.until((): SeenMessage | null => {
    const last = answersIn(discord, channel).at(-1);
    return last === undefined || last.controls.some(({ label }) => label === "Stop") ? null : last;
  }, `an answer in ${channel.name}`);
}

describe("frontdesk start with a model", () => {
  let discord: DiscordEmulator;
  let app: FrontdeskProcess;

  beforeAll(async () => {
    discord = await startDiscord({ limits: PATIENT });
    const dataDir = await folderWith(DOCUMENTS);
    const text = "The lighthouse lamp is lit by hand every evening at dusk [1].";
    const script = Array.from({ length: 8 }, () => text).join(" ");
    const env = { FRONTDESK_MODEL: makeScriptedModel(freshFolder(), { script }) };
    app = await startFrontdesk(discord, { dataDir, env });
  });
  afterAll(async () => {
    await app.kill();
    await discord.close();
  });

  it("answers a mention by a reply with sources, as it is written", async () => {
    const ann = discord.user("Ann");
    const guild = discord.guild("Acme", { members: [ann] });
    const help = discord.channel(guild, "help");

    const asked = discord.mention(ann, help, "How is the lighthouse lamp lit?");
    const answer = await answerIn(discord, help);

    expect(answer.text).toContain("The lighthouse lamp is lit by hand every evening at dusk. [1]");
    expect(answer.text).toContain("[1] Lighthouse › Lamp — documents/lighthouse.md");
    expect(answer.isEdited).toBe(true);
    expect(answer.replyTo).toBe(asked.id);
    expect(answer.rung).toEqual([]);
    expect(answer.hasPreviews).toBe(false);
    expect(answersIn(discord, help)).toHaveLength(1);
    expect(discord.world.typing.some(({ channel }) => channel === help.id)).toBe(true);
  });
});
