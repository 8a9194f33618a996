import { slackConversationId, slackMessageId } from "../../adapters/slack/ids.ts";
import type { ReplyAddress } from "../../src/core/index.ts";
import { adapterFor, QUICK_LIMITS, silentHost, startSlackFor } from "../support/slack/adapter.ts";
import type { SeenMessage } from "../support/slack/index.ts";
import { type ChannelHarness, describeChannel, type ShownMessage } from "./channel-suite.ts";

/** The parts of one long post, seen as the one message that they are. */
function merged(messages: readonly SeenMessage[]): readonly ShownMessage[] {
  const byKey = new Map<string, ShownMessage>();
  for (const { author, text, metadata } of messages) {
    const key = String(metadata?.event_payload["k"]);
    const earlier = byKey.get(key);
    byKey.set(key, { author, text: earlier === undefined ? text : `${earlier.text}\n${text}` });
  }
  return [...byKey.values()];
}

async function harness(kind: "channel" | "direct"): Promise<ChannelHarness> {
  const slack = await startSlackFor({
    limits: { ...QUICK_LIMITS, postIntervalMs: 1, tiers: TIERS },
  });
  const adapter = adapterFor(slack, silentHost());
  const ann = slack.user("Ann");
  const place =
    kind === "channel" ? slack.channel("help", { members: [ann] }) : slack.directMessages(ann);
  return {
    channel: adapter.channel,
    newAddress(): ReplyAddress {
      const root = slack.world.add({ channel: place.id, user: ann.id, text: "a question" });
      const { teamId: team } = slack.world;
      const thread = root.ts;
      return {
        platform: "slack",
        conversationId: slackConversationId({ kind: "thread", team, channel: place.id, thread }),
        channelId: place.id,
        threadId: thread,
        replyTo: slackMessageId(place.id, thread),
        ephemeral: false,
      };
    },
    shown: ({ threadId }) =>
      Promise.resolve(merged(slack.messages(place, threadId).filter(({ isBot }) => isBot))),
    async close() {
      await adapter.close();
      await slack.close();
    },
  };
}

// The suite makes many calls in a moment; how calls are paced is tested elsewhere.
const TIERS = { "1": 1_000, "2": 1_000, "3": 1_000, "4": 1_000, special: 10_000 };

const abilities = { postsOncePerKey: false, maxTextLength: 90_000 };

describeChannel("Slack, in a channel", abilities, () => harness("channel"));
describeChannel("Slack, in direct messages", abilities, () => harness("direct"));
