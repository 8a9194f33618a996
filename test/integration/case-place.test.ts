import { describe, expect, it, onTestFinished } from "vitest";
import { conversationId, messageId, type ReplyAddress } from "../../src/core/index.ts";
import { adapterFor as discordFor, QUICK_LIMITS, silentHost } from "../support/discord/adapter.ts";
import { startDiscord } from "../support/discord/index.ts";
import { adapterFor as slackFor, startSlackFor } from "../support/slack/adapter.ts";
import { scriptedBot } from "../support/slack/scripted-bot.ts";

const call = { signal: new AbortController().signal };

function at(parts: Partial<ReplyAddress>): ReplyAddress {
  return {
    platform: "slack",
    conversationId: conversationId("x"),
    ...{ channelId: "", threadId: null, replyTo: null, ephemeral: false },
    ...parts,
  };
}

describe("where somebody asked", () => {
  it("is a channel of Slack with a link to the message, and none to what only he can open", async () => {
    const slack = await startSlackFor();
    onTestFinished(() => slack.close());
    const adapter = slackFor(slack, scriptedBot(() => null).host, {});
    onTestFinished(() => adapter.close());
    await adapter.start();
    await slack.until(() => slack.callsOf("users.list").length > 0, "a connection");
    const ann = slack.user("Ann");
    const channel = slack.channel("help", { members: [ann] });
    const { ts } = await slack.say(ann, channel, "hello");
    const replyTo = messageId(`${channel.id}/${ts}`);

    const place = await adapter.placeOf?.(at({ channelId: channel.id, replyTo }), call);
    expect(place).toMatchObject({ name: "#help", isDirect: false });
    expect(place?.link).toContain(`/archives/${channel.id}/p${ts.replace(".", "")}`);
    const command = at({ channelId: channel.id, ephemeral: true });
    expect(await adapter.placeOf?.(command, call)).toMatchObject({ name: "#help", link: null });
    const direct = { name: null, isDirect: true, link: null };
    expect(await adapter.placeOf?.(at({ channelId: "D1" }), call)).toEqual(direct);
  });

  it("is a channel or thread of Discord with a link to the message, or to the channel where there is none", async () => {
    const discord = await startDiscord({ limits: QUICK_LIMITS });
    onTestFinished(() => discord.close());
    const ann = discord.user("Ann");
    const guild = discord.guild("Acme", { members: [ann] });
    const channel = discord.channel(guild, "help");
    const adapter = discordFor(discord, silentHost());
    onTestFinished(() => adapter.close());
    const { id } = discord.say(ann, channel, "hello");
    const thread = discord.thread(channel, "printers");
    const root = `https://discord.com/channels/${guild.id}`;
    const placeOf = (parts: Partial<ReplyAddress>) =>
      adapter.placeOf?.(at({ platform: "discord", channelId: channel.id, ...parts }), call);

    const replyTo = messageId(`${channel.id}/${id}`);
    expect(await placeOf({ replyTo })).toEqual({
      ...{ name: "#help", isDirect: false },
      link: `${root}/${channel.id}/${id}`,
    });
    expect(await placeOf({ threadId: thread.id, ephemeral: true })).toEqual({
      ...{ name: "#help › printers", isDirect: false },
      link: `${root}/${thread.id}`,
    });
  });
});
