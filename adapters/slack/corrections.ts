import { z } from "zod";
import type { ReplyAddress } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import { deletedName } from "./channel.ts";
import type { Said, SlackAct } from "./decode.ts";
import { type Hearing, rootOf } from "./hearing.ts";
import { slackConversationId, timeOfTs } from "./ids.ts";
import { postedParts } from "./posted.ts";
import { threadAddress } from "./thread-address.ts";

/** What is done when somebody mends a question, or takes it back. Resolves when it is durable. */
export interface Corrections {
  edited(act: Extract<SlackAct, { type: "edited" }>): Promise<void>;
  deleted(act: Extract<SlackAct, { type: "deleted" }>): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** Who mends an older question does not wait for another answer. */
const EDIT_WINDOW_MS = 3_600_000;
const anything = z.object({});

/** What a correction needs of the intake. */
interface IntakeTools {
  readonly hear: (said: Said) => Promise<Hearing>;
  readonly receive: (
    said: Said,
    options: {
      readonly isAddressed: boolean;
      readonly edition: string;
      readonly dedupeKeys: readonly string[];
    },
  ) => Promise<boolean>;
  readonly stop: (channel: string, thread: string, dedupeKey: string) => Promise<void>;
}

export function createCorrections(parts: AdapterParts, intake: IntakeTools): Corrections {
  const { api, memory, participation, background, clock, signal } = parts;
  const call = { signal };

  /** Whether the earlier version of a message was answered. */
  const wasAnswered = async (said: Said): Promise<boolean> => {
    const { team } = await parts.identity();
    const posted = await postedParts(api, threadAddress(team, said, null), call);
    return posted.some(({ q }) => q === said.ts);
  };

  /** Takes the answers to a message back. */
  const takeBack = async (address: ReplyAddress, ts: string): Promise<void> => {
    const posted = await postedParts(api, address, call);
    for (const part of posted.filter(({ q }) => q === ts)) {
      const place = { channel: address.channelId, ts: part.ts };
      await api.call("chat.delete", place, anything, call);
    }
  };

  return {
    async edited({ said, edition }) {
      if (clock.now() - timeOfTs(said.ts) > EDIT_WINDOW_MS) return;
      const how = await intake.hear(said);
      if (how !== "addressed" && (how !== "overheard" || !(await wasAnswered(said)))) return;
      const key = `edited:${said.channel}:${said.ts}:${edition}`;
      // What is being written for the earlier version has no reader any more.
      await intake.stop(said.channel, rootOf(said), `stop:${key}`);
      await intake.receive(said, { isAddressed: true, edition, dedupeKeys: [key] });
    },
    async deleted({ channel, ts, thread }) {
      const { team } = await parts.identity();
      const root = thread ?? ts;
      const id = slackConversationId({ kind: "thread", team, channel, thread: root });
      // Talk in which the bot takes no part is none of its business.
      if (!(await participation.isKnown(id))) return;
      await memory.set(deletedName(channel, ts), true, DAY_MS);
      await intake.stop(channel, root, `deleted:${channel}:${ts}`);
      const address = threadAddress(team, { channel, ts, thread }, null);
      background.run("taking an answer back", () => takeBack(address, ts));
    },
  };
}
