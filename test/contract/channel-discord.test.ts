import { discordConversationId, discordMessageId } from "../../adapters/discord/ids.ts";
import type { ReplyAddress } from "../../src/core/index.ts";
import { adapterFor, QUICK_LIMITS, silentHost } from "../support/discord/adapter.ts";
import { type SeenMessage, startDiscord } from "../support/discord/index.ts";
import { type ChannelHarness, describeChannel, type ShownMessage } from "./channel-suite.ts";

/** The parts of one long post, seen as the one message that they are: each replies to the one before. */
function merged(messages: readonly SeenMessage[]): readonly ShownMessage[] {
  const whole: { ids: string[]; author: string; text: string }[] = [];
  for (const message of messages) {
    const labels = message.controls.map(({ label }) => label);
    // A file holds the whole answer.
    const words = message.files[0]?.text ?? message.text;
    const text = [words, ...labels].join("\n");
    const earlier = whole.find(({ ids }) => ids.includes(message.replyTo ?? ""));
    if (earlier === undefined) whole.push({ ids: [message.id], author: message.author, text });
    else {
      earlier.ids.push(message.id);
      earlier.text += `\n${text}`;
    }
  }
  return whole;
}

type Kind = "channel" | "thread" | "direct";

async function harness(kind: Kind): Promise<ChannelHarness> {
  const discord = await startDiscord({ limits: { ...QUICK_LIMITS, perWindow: 10_000 } });
  const postsPerWindow = 10_000;
  const pacing = { postsPerWindow, windowMs: 60, maxWaitMs: 2_500, draftIntervalMs: 20 };
  const adapter = adapterFor(discord, silentHost(), { settings: { pacing } });
  const ann = discord.user("Ann");
  const guild = discord.guild("Acme", { members: [ann] });
  const text = discord.channel(guild, "help");
  const placeFor = () => {
    if (kind === "direct") return discord.directMessages(ann);
    return kind === "thread" ? discord.thread(text, "a thread") : text;
  };
  return {
    channel: adapter.channel,
    newAddress(): ReplyAddress {
      const place = placeFor();
      const asked = discord.world.add({
        channelId: place.id,
        authorId: ann.id,
        content: "a question",
      });
      const conversationId =
        kind === "direct"
          ? discordConversationId({ kind: "direct", channel: place.id })
          : kind === "thread"
            ? discordConversationId({ kind: "thread", guild: guild.id, thread: place.id })
            : discordConversationId({
                kind: "chain",
                guild: guild.id,
                channel: place.id,
                root: asked.id,
              });
      return {
        platform: "discord",
        conversationId,
        channelId: kind === "thread" ? text.id : place.id,
        threadId: kind === "thread" ? place.id : null,
        replyTo: discordMessageId(place.id, asked.id),
        ephemeral: false,
      };
    },
    shown({ channelId, threadId, replyTo }) {
      const place = discord.world.channels.get(threadId ?? channelId);
      if (place === undefined) throw new Error("no such channel");
      const ours = discord.messages(place).filter(({ isBot }) => isBot);
      const question = replyTo?.split("/")[1];
      const later = ours.filter(({ replyTo: to }) => ours.some(({ id }) => id === to));
      const first = ours.filter(({ replyTo: to }) => to === question);
      return Promise.resolve(merged([...first, ...later]));
    },
    async close() {
      await adapter.close();
      await discord.close();
    },
  };
}

const abilities = { postsOncePerKey: true, maxTextLength: null };

describeChannel("Discord, in a channel", abilities, () => harness("channel"));
describeChannel("Discord, in a thread", abilities, () => harness("thread"));
describeChannel("Discord, in direct messages", abilities, () => harness("direct"));
