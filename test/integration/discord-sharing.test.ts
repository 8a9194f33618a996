import { describe, expect, it } from "vitest";
import type { Visibility } from "../../src/core/index.ts";
import { openScene } from "../support/discord/scene.ts";
import { aPassage, fixedKnowledge } from "../support/slack/fixed-knowledge.ts";

const VIEW = 1n << 10n;
const LEAVE = [{ name: "query", value: "leave" }];
const REFUSED = "not everybody here may read";

type Scene = Awaited<ReturnType<typeof openScene>>;

/** Ann has found something and shares it. */
async function share({ discord, help, ann }: Scene, meanwhile: () => void = () => {}) {
  await discord.slash(ann, help, "search", LEAVE);
  await discord.until(() =>
    discord.messages(help, ann).some(({ text }) => text.includes("25 days")),
  );
  meanwhile();
  await discord.press(ann, help, "Share with channel");
  await discord.until(
    () =>
      discord.messages(help).some(({ text }) => text.includes("25 days")) ||
      discord.messages(help, ann).some(({ text }) => text.includes(REFUSED)),
    "shared or refused",
  );
  return discord.messages(help).some(({ text }) => text.includes("25 days"));
}

/** A channel for one group, by its settings and by its doors. */
async function forGroup(configure: (scene: Scene, hr: string) => void = () => {}) {
  const knowledge = fixedKnowledge([aPassage("leave", "group:hr")]);
  const groups: Record<string, string> = {};
  const rules = { mode: null, collection: null, language: null, tone: null };
  const visible: readonly Visibility[] = ["public", "internal", "group:hr"];
  const channels: Record<string, typeof rules & { visible: typeof visible }> = {};
  const scene = await openScene({ host: knowledge, settings: { groups, channels } });
  const { discord, guild, help, ann } = scene;
  const hr = discord.role(guild, "HR");
  groups[hr] = "hr";
  channels[help.id] = { ...rules, visible };
  discord.join(ann, guild, [hr]);
  const own = [...guild.roles.values()].find(({ botId }) => botId !== undefined)?.id ?? "";
  help.overwrites.push(
    { id: guild.id, type: 0, allow: 0n, deny: VIEW },
    { id: hr, type: 0, allow: VIEW, deny: 0n },
    { id: own, type: 0, allow: VIEW, deny: 0n },
  );
  configure(scene, hr);
  return scene;
}

describe("who reads along when an answer is shared in Discord", () => {
  it("is asked at that moment: a server that anybody may join by now is shown what is public", async () => {
    const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
    const scene = await openScene({ host: knowledge });

    const isShared = await share(scene, () => {
      scene.guild.features = ["COMMUNITY"];
    });

    expect(isShared).toBe(false);
  });

  it("may all belong to a group, whose documents are shared then", async () => {
    expect(await share(await forGroup())).toBe(true);
  });

  it("do not all belong to it since another role was let in", async () => {
    const scene = await forGroup();

    const isShared = await share(scene, () => {
      const id = scene.discord.role(scene.guild, "Sales");
      scene.help.overwrites.push({ id, type: 0, allow: VIEW, deny: 0n });
    });

    expect(isShared).toBe(false);
  });

  it("do not all belong to it since somebody was let in by name, but do when he is one of them", async () => {
    const letIn = async (isOfGroup: boolean) => {
      const scene = await forGroup(({ discord, guild, ben }, hr) => {
        if (isOfGroup) discord.join(ben, guild, [hr]);
      });
      const entry = { id: scene.ben.id, type: 1, allow: VIEW, deny: 0n } as const;
      return share(scene, () => scene.help.overwrites.push({ ...entry }));
    };

    expect(await letIn(false)).toBe(false);
    expect(await letIn(true)).toBe(true);
  });

  it("are unknown when Discord does not say: then it is what is public", async () => {
    const knowledge = fixedKnowledge([aPassage("leave", "internal")]);
    const scene = await openScene({ host: knowledge });

    const isShared = await share(scene, () => {
      scene.discord.faults.next("GET guild", { type: "status", status: 500, when: "before" });
    });

    expect(isShared).toBe(false);
  });
});
