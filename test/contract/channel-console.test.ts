import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConsoleChannel } from "../../adapters/console/index.ts";
import { conversationId, type ReplyAddress } from "../../src/core/index.ts";
import type { Channel } from "../../src/ports/channel.ts";
import { type Clock, systemClock } from "../../src/ports/clock.ts";
import type { MessageLog } from "../../src/ports/message-log.ts";
import { createSqliteMessageLog } from "../../src/runtime/index.ts";
import { anAddress } from "../support/reply-builder.ts";
import { type ChannelHarness, describeChannel } from "./channel-suite.ts";

type Make = (options: { readonly log: MessageLog; readonly clock: Clock }) => Channel;

async function harness(make: Make): Promise<ChannelHarness> {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-channel-"));
  const log = createSqliteMessageLog({ file: join(folder, "messages.db") });
  let conversations = 0;
  return {
    channel: make({ log, clock: systemClock }),
    newAddress(): ReplyAddress {
      conversations += 1;
      return anAddress(`console:${conversations}`);
    },
    async shown(address) {
      const messages = await log.read({
        conversationId: conversationId(address.conversationId),
        afterSeq: 0,
        limit: 1_000,
        isWhole: false,
      });
      return messages.map(({ name, reply, text }) => ({
        author: name,
        text: [text, ...(reply?.options ?? []).map((option) => option.label)].join("\n"),
      }));
    },
    async close() {
      await log.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const abilities = { postsOncePerKey: true, maxTextLength: null };

describeChannel("console", abilities, () => harness(createConsoleChannel));
