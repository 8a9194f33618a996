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
