import { randomUUID } from "node:crypto";
import { z } from "zod";
import {
  type ConversationId,
  detectLanguage,
  LANGUAGES,
  type Language,
} from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import type { SlackBlock } from "./blocks.ts";
import { slackConversationId } from "./ids.ts";

/** To whom a line goes, and where he sees it. */
interface Reader {
  readonly channel: string;
  readonly thread: string | null;
  readonly user: string;
}

interface WhisperOptions {
  readonly blocks?: readonly SlackBlock[];
  /** The same for every telling of the same thing; without one each is another. */
  readonly id?: string;
  /** Of what he pressed or used: it shows the line there, even if the bot is not a member of the channel. */
  readonly responseUrl?: string | null;
}

/** Short words beside the answers, for one person each. They arrive even when Slack or this process fails meanwhile. */
export interface Notices {
  /**
   * Shows a line to one person only. Resolves when it is sure to be shown.
   */
  whisper(to: Reader, text: string, options?: WhisperOptions): Promise<void>;
  /** The same, but only once per hour and person. */
  whisperOnce(name: string, to: Reader, text: string): Promise<void>;
}

/** Nobody wants to read it later than that. */
const WORTH_MS = 30 * 60_000;

const HOUR_MS = 3_600_000;

const lineSchema = z.object({
  channel: z.string(),
  thread: z.string().nullable(),
  user: z.string(),
  text: z.string(),
  blocks: z.array(z.custom<SlackBlock>((block) => typeof block === "object")).default([]),
  language: z.enum(LANGUAGES),
  responseUrl: z.string().nullable().default(null),
});

export function createNotices(
  parts: Pick<AdapterParts, "errands" | "posts" | "identity" | "memory">,
): Notices {
  const { errands, posts, memory } = parts;

  const conversationOf = async ({ channel, thread, user }: Reader): Promise<ConversationId> => {
    const { team } = await parts.identity();
    return thread === null
      ? slackConversationId({ kind: "slash", team, channel, user })
      : slackConversationId({ kind: "thread", team, channel, thread });
  };

  errands.handle("line", WORTH_MS, async (payload, { id, signal }) => {
    const { channel, thread, user, text, blocks, ...rest } = lineSchema.parse(payload);
    const conversationId = await conversationOf({ channel, thread, user });
    const place = { conversationId, channelId: channel, threadId: thread };
    const content = blocks.length === 0 ? { text } : { text, blocks };
    await posts.send({ key: `line:${id}`, user, place, content, ...rest }, { signal });
    return "done";
  });

  const whisper: Notices["whisper"] = async (to, text, options = {}) => {
    const { blocks = [], id = randomUUID(), responseUrl = null } = options;
    const { channel, thread, user } = to;
    const language: Language = detectLanguage(text);
    await errands.give("line", id, { channel, thread, user, text, blocks, language, responseUrl });
  };

  return {
    whisper,
    async whisperOnce(name, to, text) {
      const key = `notice:${name}:${to.channel}:${to.user}`;
      if (await memory.claim(key, HOUR_MS)) await whisper(to, text);
    },
  };
}
