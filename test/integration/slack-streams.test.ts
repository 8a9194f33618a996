import { describe, expect, it, onTestFinished } from "vitest";
import { effectKey, type MessageId, type ReplyAddress } from "../../src/core/index.ts";
import { aReply } from "../support/reply-builder.ts";
import { adapterFor } from "../support/slack/adapter.ts";
import { openScene, type Scene } from "../support/slack/scene.ts";

const call = {
  get signal() {
    return new AbortController().signal;
  },
};
const key = effectKey("streamed");

/** A question in a channel, and the ways to write its answer. */
async function writing(scene: Scene) {
  const { slack, bot, adapter } = scene;
  const ann = slack.user("Ann");
  const help = slack.channel("help", { members: [ann] });
  const asked = await slack.mention(ann, help, "how many days?");
  const { address } = bot.received[0] ?? {};
  if (address === undefined) throw new Error("nothing was received");
  const message = (text: string, to: ReplyAddress = address) => ({
    key,
    address: to,
    timings: {},
    reply: aReply({ text }),
  });
  return {
    slack,
    shown: () => slack.messages(help, asked.ts).filter(({ isBot }) => isBot),
    begin: (text: string) => adapter.channel.post({ ...message(text), isDraft: true }, call),
    grow: (id: MessageId, text: string) =>
      adapter.channel.edit(id, { ...message(text), isDraft: true }, call),
    finish: (id: MessageId, text: string) => adapter.channel.edit(id, message(text), call),
    find: () => adapter.channel.find(key, address, call),
    message,
  };
}

const settings = { streaming: "native" } as const;
const call_ = (method: string, scene: { readonly slack: Scene["slack"] }) =>
  scene.slack.callsOf(method).filter(({ error }) => error === null).length;

describe("Slack's own streaming", () => {
  it("shows the answer as it is written, and ends in the whole one with its key", async () => {
    const scene = await openScene({ script: () => null, settings });
    const { begin, grow, finish, shown, find } = await writing(scene);

    const { messageId } = await begin("You have");
    await grow(messageId, "You have 25 days");
    const [growing] = shown();
    await finish(messageId, "You have 25 days [1].");
    const [final] = shown();

    expect(growing).toMatchObject({ text: "You have 25 days", isStreaming: true });
    expect(final?.text).toContain("You have 25 days [1].");
    expect(final?.text).toContain("[1] Leave");
    expect(final?.isStreaming).toBe(false);
    expect(shown()).toHaveLength(1);
    expect(await find()).toEqual({ messageId });
    expect(call_("chat.appendStream", scene)).toBe(1);
  });

  it("goes on in another message before a stream grows too large, with code closed and opened again", async () => {
    const scene = await openScene({ script: () => null, settings });
    const { begin, grow, finish, shown } = await writing(scene);
    const lines = Array.from({ length: 700 }, (_, n) => `const value${n} = ${n};`);
    const text = `Look:\n\n\`\`\`ts\n${lines.join("\n")}`;

    const { messageId } = await begin(text.slice(0, 1_000));
    for (let length = 2_000; length < text.length; length += 1_000) {
      await grow(messageId, text.slice(0, length));
    }
    await grow(messageId, text);
    const growing = shown();
    await finish(messageId, `${text}\n\`\`\``);
    const final = shown().map((message) => message.text);

    expect(growing.length).toBeGreaterThan(1);
    for (const { text: part } of growing.slice(0, -1)) {
      expect(part.match(/```/gu)).toHaveLength(2);
    }
    expect(growing[1]?.text.startsWith("```ts\n")).toBe(true);
    for (const line of lines) expect(final.join("\n").split(line)).toHaveLength(2);
    expect(shown().some(({ isStreaming }) => isStreaming)).toBe(false);
    expect(scene.slack.calls.filter(({ error }) => error === "msg_too_long")).toEqual([]);
  });

  it("falls back to edits when a stream is dead, or the text began anew", async () => {
    const scene = await openScene({ script: () => null, settings });
    const { begin, grow, finish, shown, slack } = await writing(scene);

    const { messageId } = await begin("You have");
    slack.faults.next("chat.appendStream", {
      type: "error",
      error: "message_not_in_streaming_state",
    });
    await grow(messageId, "You have 25");
    const [edited] = shown();
    await grow(messageId, "On second thoughts");
    const [anew] = shown();
    await finish(messageId, "You have 30 days.");

    expect(edited?.text).toContain("You have 25");
    expect(anew?.text).toContain("On second thoughts");
    expect(shown()).toHaveLength(1);
    expect(shown()[0]?.text).toContain("You have 30 days.");
  });

  it("finishes the stream of a process that is gone", async () => {
    const scene = await openScene({ script: () => null, settings });
    const { begin, shown, slack, message } = await writing(scene);
    const { messageId } = await begin("You have");
    await scene.adapter.close();
    const [left] = shown();
    const next = adapterFor(slack, scene.bot.host, { settings });
    onTestFinished(() => next.close());

    await next.channel.edit(messageId, message("You have 25 days."), call);

    expect(left?.isStreaming).toBe(true);
    expect(shown()).toHaveLength(1);
    expect(shown()[0]).toMatchObject({ isStreaming: false });
    expect(shown()[0]?.text).toContain("You have 25 days.");
  });

  it("leaves nothing behind when Slack does not say that a stream began and the answer is whole before the next try", async () => {
    const scene = await openScene({ script: () => null, settings });
    const { begin, finish, find, shown, slack } = await writing(scene);
    slack.faults.next("chat.startStream", { type: "status", status: 502, when: "after" });

    await expect(begin("You have")).rejects.toMatchObject({ code: "delivery_uncertain" });
    const found = await find();
    if (found === null) throw new Error("the stream was not found");
    await finish(found.messageId, "You have 25 days.");

    expect(shown()).toHaveLength(1);
    expect(shown()[0]).toMatchObject({ isStreaming: false });
    expect(shown()[0]?.text).toContain("You have 25 days.");
  });

  it("is shown to somebody of another organisation in a shared channel", async () => {
    const scene = await openScene({ script: () => null, settings });
    const { slack, bot, adapter } = scene;
    const eve = slack.user("Eve", { teamId: "TOTHER" });
    const help = slack.channel("help", { members: [eve], isExtShared: true });
    const asked = await slack.mention(eve, help, "how many days?");
    const { address } = bot.received[0] ?? {};
    if (address === undefined) throw new Error("nothing was received");
    const reply = aReply({ text: "You have" });

    await adapter.channel.post({ key, address, timings: {}, reply, isDraft: true }, call);

    const [shown] = slack.messages(help, asked.ts).filter(({ isBot }) => isBot);
    expect(shown).toMatchObject({ text: "You have", isStreaming: true });
    expect(slack.callsOf("chat.startStream")).toMatchObject([
      { args: { recipient_user_id: eve.id, recipient_team_id: "TOTHER" }, error: null },
    ]);
  });

  it("is not used in a channel where nobody knows who asked", async () => {
    const scene = await openScene({ script: () => null, settings });
    const { begin, shown } = await writing(scene);
    scene.slack.faults.always("chat.startStream", {
      type: "error",
      error: "channel_type_not_supported",
    });

    await begin("You have");

    expect(shown()[0]).toMatchObject({ isStreaming: false });
    expect(shown()[0]?.metadata).not.toBeNull();
  });
});
