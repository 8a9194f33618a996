import { describe, expect, it } from "vitest";
import * as discord from "../../../adapters/discord/ids.ts";
import * as slack from "../../../adapters/slack/ids.ts";
import { conversationId } from "../../../src/core/index.ts";

describe("whether others belong to a conversation too", () => {
  it.each([
    ["a thread", { kind: "thread", guild: "1", thread: "2" }, true],
    ["a chain of replies", { kind: "chain", guild: "1", channel: "2", root: "4" }, true],
    ["direct messages", { kind: "direct", channel: "3" }, false],
    ["what one person sees alone", { kind: "private", guild: "1", channel: "2", user: "5" }, false],
  ] as const)("in Discord, in %s", (_, place, isShared) => {
    expect(discord.isSharedTalk(discord.discordConversationId(place))).toBe(isShared);
  });

  it.each([
    ["a thread", { kind: "thread", team: "T1", channel: "C1", thread: "1.2" }, true],
    ["talk of a few", { kind: "thread", team: "T1", channel: "G1", thread: "1.2" }, true],
    ["direct messages", { kind: "thread", team: "T1", channel: "D1", thread: "1.2" }, false],
    ["a command", { kind: "slash", team: "T1", channel: "C1", user: "U1" }, false],
  ] as const)("in Slack, in %s", (_, place, isShared) => {
    expect(slack.isSharedTalk(slack.slackConversationId(place))).toBe(isShared);
  });

  it("is so of what cannot be read", () => {
    const unknown = conversationId("console:1");

    expect([discord.isSharedTalk(unknown), slack.isSharedTalk(unknown)]).toEqual([true, true]);
  });
});
