import { describe, expect, it } from "vitest";
import { effectKey, type ReplyAddress } from "../../src/core/index.ts";
import type { KeyedMemory } from "../../src/ports/keyed-memory.ts";
import { aCitation, aReply } from "../support/reply-builder.ts";
import { testMemory } from "../support/slack/adapter.ts";
import type { SlackUser } from "../support/slack/index.ts";
import { openScene } from "../support/slack/scene.ts";

const { signal } = new AbortController();

/** Somebody asks by command in a channel; nothing is said yet. */
async function asked(options: { readonly withoutBot?: boolean } = {}, citations = [aCitation()]) {
  const memory = testMemory();
  const scene = await openScene({ script: () => null, memory });
  const { slack, bot, adapter } = scene;
  const ann = slack.user("Ann");
  const help = slack.channel("help", { members: [ann], ...options });
  await slack.slash(ann, help, "/ask", "how many days?");
  const { address } = bot.received[0] ?? {};
  if (address === undefined) throw new Error("nothing was received");
  const reply = aReply({ text: "You have **25** days.", question: "how many days?", citations });
  const answer = () =>
    adapter.channel.post({ key: effectKey("k"), address, reply, timings: {} }, { signal });
  const sees = (where: typeof help) =>
    slack
      .messages(where, null, ann)
      .filter(({ text }) => text.includes("days."))
      .map(({ text }) => text);
  return { slack, bot, memory, ann, help, address, answer, sees };
}

/** What Slack gave for answers is half an hour old. */
async function letHalfAnHourPass(memory: KeyedMemory, address: ReplyAddress, user: SlackUser) {
  await memory.delete(`slack:respond:${address.conversationId}:${user.id}`);
}

describe("an answer to a command that comes after half an hour", () => {
  it.each([false, true])(
    "goes to the asker as a direct message that names the question (bot away: %s)",
    async (withoutBot) => {
      const { slack, memory, ann, help, address, answer, sees } = await asked({ withoutBot });
      await letHalfAnHourPass(memory, address, ann);

      await answer();

      const [told] = sees(slack.directMessages(ann));
      expect(told).toContain(`You asked in <#${help.id}>: how many days?`);
      expect(sees(help)).toEqual([]);
    },
  );

  it("is shown in the channel when the asker takes no direct messages", async () => {
    const { slack, memory, ann, help, address, answer, sees } = await asked();
    await letHalfAnHourPass(memory, address, ann);
    slack.faults.next("conversations.open", { type: "error", error: "user_disabled" });

    await answer();

    expect(sees(help)).toHaveLength(1);
  });

  it("can be pressed like any other: what is pressed belongs to where it was asked", async () => {
    const { slack, bot, memory, ann, help, address, answer } = await asked({}, []);
    await letHalfAnHourPass(memory, address, ann);
    await answer();
    const direct = slack.directMessages(ann);

    await slack.press(ann, { channel: direct, thread: null }, "Ask a person");
    await slack.press(ann, { channel: direct, thread: null }, "Share with channel");
    const shared = await slack.until(() =>
      slack.messages(help, null).find(({ text }) => text.includes("25")),
    );

    expect(bot.received.at(-1)?.address).toMatchObject({
      conversationId: address.conversationId,
      ephemeral: true,
    });
    expect(shared.text).toContain("Shared by Ann");
  });
});

describe("a private answer whose blocks Slack does not take", () => {
  it("goes out in plain text, by response URL", async () => {
    const { slack, help, answer, sees } = await asked();
    slack.faults.next("response_url", { type: "error", error: "invalid_blocks" });

    await answer();

    const [told] = sees(help);
    expect(told).toContain("[1] Leave");
    expect(slack.messages(help, null).flatMap(({ controls }) => controls)).toEqual([]);
  });

  it("goes out in plain text, as an ephemeral message", async () => {
    const { slack, help, answer, sees } = await asked();
    slack.faults.next("response_url", { type: "error", error: "used_url" });
    slack.faults.next("chat.postEphemeral", { type: "error", error: "msg_blocks_too_long" });

    await answer();

    expect(sees(help)).toHaveLength(1);
    expect(slack.callsOf("chat.postEphemeral").map(({ args }) => args["blocks"])[1]).toBe(
      undefined,
    );
  });
});
