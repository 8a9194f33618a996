import { describe, expect, it } from "vitest";
import { SLACK_DEFAULTS } from "../../adapters/slack/index.ts";
import { effectKey } from "../../src/core/index.ts";
import { aReply } from "../support/reply-builder.ts";
import { QUICK_LIMITS } from "../support/slack/adapter.ts";
import { SLACK_LIMITS } from "../support/slack/limits.ts";
import { openScene } from "../support/slack/scene.ts";

const { signal } = new AbortController();

describe("many answers that are written at once", () => {
  it("grow as far as they can be finished; the others come whole, and none waits for the next minute", async () => {
    // Four edits a minute, as Slack counts them too; two of them for messages that grow.
    const tiers = { ...SLACK_LIMITS.tiers, "3": 4 };
    const limits = { ...QUICK_LIMITS, windowMs: 60_000, tiers };
    const pacing = {
      ...SLACK_DEFAULTS.pacing,
      postIntervalMs: 20,
      updatesPerWindow: 4,
      keptForFinal: 2,
    };
    const scene = await openScene({ script: () => null, settings: { pacing }, slack: { limits } });
    const { slack, bot, adapter } = scene;
    const ann = slack.user("Ann");
    const names = ["a", "b", "c", "d", "e"];
    const places = names.map((name) => ({
      name,
      channel: slack.channel(name, { members: [ann] }),
    }));
    for (const { channel } of places) await slack.mention(ann, channel, "how many days?");
    const messages = bot.received.map(({ address }, index) => ({
      key: effectKey(`k${index}`),
      address,
      timings: {},
      reply: aReply({ text: "You have 25 days." }),
    }));

    const begun = await Promise.allSettled(
      messages.map((message) => adapter.channel.post({ ...message, isDraft: true }, { signal })),
    );
    for (const [index, message] of messages.entries()) {
      const draft = begun[index];
      if (draft?.status === "fulfilled") {
        await adapter.channel.edit(draft.value.messageId, message, { signal });
      } else {
        expect(await adapter.channel.find(message.key, message.address, { signal })).toBeNull();
        await adapter.channel.post(message, { signal });
      }
    }

    const grown = begun.filter(({ status }) => status === "fulfilled");
    expect(grown).toHaveLength(2);
    expect(begun.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "rate_limited", retryable: true },
    });
    const answers = places.flatMap(({ channel }) =>
      slack.world.messages.filter((one) => one.channel === channel.id && one.botId !== null),
    );
    expect(answers).toHaveLength(5);
    expect(slack.callsOf("chat.update").map(({ error }) => error)).toEqual([null, null]);
    expect(slack.callsOf("chat.postMessage").map(({ error }) => error)).toEqual(
      names.map(() => null),
    );
  });
});

/** Two may grow at once; nothing that was promised runs out by itself. */
async function twoMayGrow() {
  const pacing = {
    ...SLACK_DEFAULTS.pacing,
    postIntervalMs: 20,
    // What was made is forgotten at once; what was promised is not.
    windowMs: 1,
    updatesPerWindow: 4,
    keptForFinal: 2,
  };
  const scene = await openScene({ script: () => null, settings: { pacing } });
  const { slack, bot, adapter } = scene;
  const ann = slack.user("Ann");
  const ask = async (name: string) => {
    const channel = slack.channel(name, { members: [ann] });
    const said = await slack.mention(ann, channel, "how many days?");
    const { address } = bot.received.at(-1) ?? {};
    if (address === undefined) throw new Error("nothing was received");
    const message = {
      key: effectKey(`k-${name}`),
      address,
      timings: {},
      reply: aReply({ text: "You have 25 days." }),
    };
    return { said, message };
  };
  const grow = ({ message }: Awaited<ReturnType<typeof ask>>) =>
    adapter.channel.post({ ...message, isDraft: true }, { signal });
  return { slack, adapter, ask, grow };
}
type Growing = Awaited<ReturnType<typeof twoMayGrow>>;
type Asked = Awaited<ReturnType<Growing["ask"]>>;

describe("a growing answer that is never finished by an edit", () => {
  const ends: readonly (readonly [string, (scene: Growing, asked: Asked) => Promise<unknown>])[] = [
    [
      "was refused",
      async ({ slack, grow }, asked) => {
        slack.faults.next("chat.postMessage", { type: "error", error: "is_archived" });
        await expect(grow(asked)).rejects.toMatchObject({ code: "delivery_rejected" });
      },
    ],
    [
      "is posted whole after it was lost",
      async ({ slack, adapter, grow }, asked) => {
        slack.faults.next("chat.postMessage", { type: "status", status: 502, when: "before" });
        await expect(grow(asked)).rejects.toMatchObject({ code: "delivery_uncertain" });
        const whole = { ...asked.message, key: effectKey(`whole-${asked.said.ts}`) };
        await adapter.channel.post(whole, { signal });
      },
    ],
    [
      "is posted whole under its own key",
      async ({ adapter, grow }, asked) => {
        await grow(asked);
        await adapter.channel.post(asked.message, { signal });
      },
    ],
    [
      "was taken back, and its message is gone",
      async ({ slack, adapter, grow }, asked) => {
        const { messageId } = await grow(asked);
        slack.faults.next("conversations.replies", { type: "error", error: "thread_not_found" });
        await adapter.channel.remove(messageId, asked.message.address, { signal });
      },
    ],
    [
      "cannot be changed any more",
      async ({ slack, adapter, grow }, asked) => {
        const { messageId } = await grow(asked);
        slack.faults.next("chat.update", { type: "error", error: "message_not_found" });
        await expect(
          adapter.channel.edit(messageId, asked.message, { signal }),
        ).rejects.toMatchObject({ code: "delivery_rejected" });
      },
    ],
    [
      "answers a question that was deleted",
      async ({ slack, adapter, grow }, asked) => {
        const { messageId } = await grow(asked);
        await slack.delete(asked.said);
        await adapter.channel.edit(messageId, asked.message, { signal });
      },
    ],
  ];

  it.each(ends)("lets others grow when it %s", async (_name, end) => {
    const scene = await twoMayGrow();
    const { ask, grow } = scene;
    for (const name of ["a", "b"]) await end(scene, await ask(name));

    await expect(grow(await ask("c"))).resolves.toMatchObject({});
  });
});
