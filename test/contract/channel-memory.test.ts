import { createMemoryChannel } from "../../adapters/memory/index.ts";
import { anAddress } from "../support/reply-builder.ts";
import { describeChannel } from "./channel-suite.ts";

const abilities = { postsOncePerKey: true, maxTextLength: null };

describeChannel("memory", abilities, async () => {
  const channel = createMemoryChannel({ platform: "console" });
  let conversations = 0;
  return {
    channel,
    newAddress: () => {
      conversations += 1;
      return anAddress(`console:${conversations}`);
    },
    shown: async ({ conversationId }) =>
      channel
        .posts()
        .filter(({ address }) => address.conversationId === conversationId)
        .map(({ reply }) => ({
          author: reply.speaker.kind === "agent" ? reply.speaker.displayName : "Frontdesk",
          text: [reply.text, ...reply.options.map(({ label }) => label)].join("\n"),
        })),
    close: async () => {},
  };
});
