import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { isFrontdeskError, type Reply, type ReplyAddress } from "../../src/core/index.ts";
import type { AdapterParts } from "./adapter-parts.ts";
import {
  contextBlock,
  markBlocks,
  markdownBlock,
  type SlackBlock,
  sourceBlocks,
} from "./blocks.ts";
import { piecesOf } from "./encode.ts";
import { slackConversationId, slackMessageId } from "./ids.ts";
import { slackLabels } from "./labels.ts";
import { byIndex } from "./placement.ts";
import { partMetadata, partsOf, postedParts } from "./posted.ts";
import { cut, mrkdwnLine } from "./safe-text.ts";

/** An answer on its way to everybody in a channel. */
interface SharedAnswer {
  readonly shareId: string;
  readonly channel: string;
  readonly reply: Reply;
  /** Name of the one who shares it. */
  readonly by: string;
}

/** Puts a shared answer into its channel: a long one as a message and its thread, in order, whole. */
export interface SharePosts {
  /**
   * Resolves when all of it stands there. Called once more after a failure or a crash, it posts only what is missing.
   * @throws FrontdeskError as {@link AdapterParts.api} does, after some tries
   */
  publish(answer: SharedAnswer): Promise<void>;
}

/** The bot cannot write there. */
export const NOT_THERE: ReadonlySet<string> = new Set([
  "not_in_channel",
  "channel_not_found",
  "is_archived",
]);
const MAX_TRIES = 5;
const RETRY_MS = 1_000;
const DAY_MS = 24 * 3_600_000;
/** Slack's clock and ours may differ by this much. */
const SKEW_MS = 5 * 60_000;

function blocksOf({ reply, by }: SharedAnswer): readonly (readonly SlackBlock[])[] {
  const labels = slackLabels(reply.language);
  const pieces = piecesOf(reply);
  const question = mrkdwnLine(cut(reply.question ?? "", 500));
  return pieces.map(({ text, sources }, index) => {
    const isFirst = index === 0;
    const isLast = index === pieces.length - 1;
    return [
      ...(isFirst ? [contextBlock([`💬 ${question} — ${labels.shared(mrkdwnLine(by))}`])] : []),
      ...(text === null ? [] : [markdownBlock(text)]),
      ...(isFirst && !isLast ? [contextBlock([labels.goesOn])] : []),
      ...sourceBlocks(sources),
      ...(isLast ? markBlocks(reply) : []),
    ];
  });
}

export function createSharePosts(parts: AdapterParts): SharePosts {
  const { api, memory, clock, signal } = parts;
  // Whoever shares where the bot may not write is told so; admins have nothing to mend.
  const call = { signal, expects: NOT_THERE };

  /** `ts` of the parts that stand there, by part. */
  const standing = async (
    { shareId, channel }: SharedAnswer,
    since: string,
  ): Promise<readonly (string | undefined)[]> => {
    const { team } = await parts.identity();
    const key = `share:${shareId}`;
    const place = (threadId: string | null, from: string | null): ReplyAddress => ({
      platform: "slack",
      conversationId: slackConversationId({ kind: "thread", team, channel, thread: since }),
      channelId: channel,
      threadId,
      replyTo: from === null ? null : slackMessageId(channel, from),
      ephemeral: false,
    });
    const [first] = partsOf(await postedParts(api, place(null, since), call), key);
    if (first === undefined) return [];
    const [, ...rest] = byIndex(partsOf(await postedParts(api, place(first.ts, null), call), key));
    return [first.ts, ...rest];
  };

  const postMissing = async (
    answer: SharedAnswer,
    there: readonly (string | undefined)[],
  ): Promise<void> => {
    const { shareId, channel, reply } = answer;
    const all = blocksOf(answer);
    let [root] = there;
    for (const [index, blocks] of all.entries()) {
      if (there[index] !== undefined) continue;
      const metadata = partMetadata({ k: `share:${shareId}`, p: index, n: all.length });
      const thread = root === undefined ? {} : { thread_ts: root };
      const content = {
        channel,
        text: cut(piecesOf(reply)[index]?.text ?? "…", 300),
        blocks,
        metadata,
      };
      const ts = await api.post(`share/${shareId}/${index}`, { ...content, ...thread }, call);
      root ??= ts;
    }
  };

  return {
    async publish(answer) {
      const name = `sharing:${answer.shareId}`;
      const begun = await memory.get(name, z.string());
      const since = begun ?? ((clock.now() - SKEW_MS) / 1_000).toFixed(6);
      await memory.set(name, since, DAY_MS);
      for (let attempt = 1; ; attempt += 1) {
        try {
          const isFresh = begun === null && attempt === 1;
          return await postMissing(answer, isFresh ? [] : await standing(answer, since));
        } catch (error) {
          if (!isFrontdeskError(error) || !error.retryable || attempt === MAX_TRIES) throw error;
          await sleep(error.retryAfterMs ?? RETRY_MS, undefined, { signal });
        }
      }
    },
  };
}
