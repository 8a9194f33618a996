import type { MessageId, Reply } from "../../src/core/index.ts";
import type { Channel, OutboundMessage } from "../../src/ports/channel.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { MessageLog } from "../../src/ports/message-log.ts";

/** The name under which the bot speaks in a transcript. */
const BOT_NAME = "Frontdesk";

function withRuntimeTimings(message: OutboundMessage): Reply {
  return { ...message.reply, timings: { ...message.reply.timings, ...message.timings } };
}

/**
 * The terminal as a messaging platform: what is posted lies in the message log, and whoever has the conversation open
 * sees it there. A message edited after it was removed is `delivery_rejected`.
 */
export function createConsoleChannel(options: {
  readonly log: MessageLog;
  readonly clock: Clock;
}): Channel {
  const { log, clock } = options;
  return {
    platform: "console",
    settleMs: 0, // a post is a row in our own file: it is there at once or never
    async post(message, { signal }) {
      signal.throwIfAborted();
      const { speaker } = message.reply;
      const logged = await log.add({
        key: message.key,
        conversationId: message.address.conversationId,
        author: speaker.kind,
        name: speaker.kind === "agent" ? speaker.displayName : BOT_NAME,
        reply: withRuntimeTimings(message),
        text: message.reply.text,
        replyTo: message.address.replyTo,
        at: clock.now(),
      });
      return { messageId: logged.id };
    },
    async edit(id: MessageId, message, { signal }) {
      signal.throwIfAborted();
      await log.replace(id, withRuntimeTimings(message));
    },
    async remove(id, _address, { signal }) {
      signal.throwIfAborted();
      await log.remove(id);
    },
    async find(key, _address, { signal }) {
      signal.throwIfAborted();
      const found = await log.find(key);
      return found === null ? null : { messageId: found.id };
    },
    progress: (address, progress) => log.progress(address.conversationId, progress),
  };
}
