import { z } from "zod";
import { type EffectKey, FrontdeskError, isFrontdeskError } from "../../src/core/index.ts";
import type { ChannelCall, OutboundMessage } from "../../src/ports/channel.ts";
import type { SlackApi } from "./client.ts";
import type { Edits } from "./edits.ts";
import type { EncodedPart } from "./encode.ts";
import { isOfForm, slackErrorName } from "./errors.ts";
import type { Pacing } from "./pacing.ts";
import { isGone, type PostedPart, partMetadata } from "./posted.ts";

/** A message with the parts that it is to be shown as. */
export interface Plan {
  readonly message: OutboundMessage;
  readonly parts: readonly EncodedPart[];
  /** `ts` of the question. */
  readonly question: string | null;
  /** Whether a certain message is to be changed: when that is gone, the change is refused, and whoever asked for it decides. */
  readonly isEdit?: boolean;
}

/** Puts messages into channels, part by part. */
export interface Placement {
  /**
   * Brings what stands there (`there`: `ts` by part) to what is planned: edits, posts what is missing, deletes what is too
   * much. Gives the first part's `ts`.
   */
  place(plan: Plan, there: readonly (string | undefined)[], call: ChannelCall): Promise<string>;
  /** Deletes messages; what is gone already counts as deleted. */
  deleteAll(channel: string, all: readonly string[], call: ChannelCall): Promise<void>;
  /** Whether a draft was certainly never sent: nothing of it needs to be looked for. */
  wasHeldBack(key: EffectKey): boolean;
}

/** Parts by their place. */
export function byIndex(found: readonly PostedPart[]): readonly (string | undefined)[] {
  const there: (string | undefined)[] = [];
  for (const { p, ts } of found) there[p] ??= ts;
  return Array.from(there);
}

/** Names a message in {@link Edits}. */
function refOf(channel: string, ts: string): string {
  return `${channel}/${ts}`;
}

const anything = z.object({});
/** The message is gone, or Slack lets nobody change it any more: what was to stand there is posted anew. */
const UNCHANGEABLE = new Set([
  "message_not_found",
  "cant_update_message",
  "edit_window_closed",
  "block_mismatch",
  "streaming_state_conflict",
]);
const MAX_HELD_BACK = 5_000;

/** @param draftIntervalMs a draft that finds its channel busy is tried again after this time */
export function createPlacement(options: {
  readonly api: SlackApi;
  readonly pacing: Pacing;
  readonly edits: Edits;
  readonly draftIntervalMs: number;
}): Placement {
  const { api, pacing, edits, draftIntervalMs } = options;
  const heldBack = new Set<EffectKey>();

  const contentOf = ({ message, parts, question }: Plan, index: number, isPlain: boolean) => {
    const { text = "", blocks = [], plain = "" } = parts[index] ?? {};
    const metadata = partMetadata({ k: message.key, p: index, n: parts.length, q: question });
    const said = isPlain ? { text: plain, blocks: [] } : { text, blocks };
    return { channel: message.address.channelId, ...said, metadata };
  };

  /** An answer without its buttons is better than none. */
  const elsePlain = async <Result>(
    work: (isPlain: boolean) => Promise<Result>,
  ): Promise<Result> => {
    try {
      return await work(false);
    } catch (error) {
      if (!isOfForm(error)) throw error;
      return work(true);
    }
  };

  /** Nothing is sent: whoever looks for it need not ask Slack. */
  const holdBack = (key: EffectKey): void => {
    heldBack.add(key);
    const oldest = heldBack.values().next();
    if (heldBack.size > MAX_HELD_BACK && !oldest.done) heldBack.delete(oldest.value);
  };

  /** Drafts give way: a channel takes one post a second, and only so many can be finished in a minute. */
  const makeWay = async ({ address, key }: OutboundMessage, call: ChannelCall): Promise<void> => {
    holdBack(key);
    if (!pacing.isFree(address.channelId)) {
      const how = { retryable: true, retryAfterMs: draftIntervalMs };
      throw new FrontdeskError("rate_limited", "the channel is busy: the answer comes whole", how);
    }
    await edits.promise(key, call);
  };

  const post = async (plan: Plan, index: number, call: ChannelCall): Promise<string> => {
    const { address, key, isDraft } = plan.message;
    if (isDraft === true) await makeWay(plan.message, call);
    heldBack.delete(key);
    const thread = address.threadId === null ? {} : { thread_ts: address.threadId };
    try {
      const ts = await elsePlain((isPlain) => {
        const content = { ...contentOf(plan, index, isPlain), ...thread };
        return api.post(`${key}/${index}`, content, call);
      });
      if (isDraft === true) edits.stands(key, refOf(address.channelId, ts));
      return ts;
    } catch (error) {
      // Whoever tries again asks for an edit again.
      if (isDraft === true) edits.release(key);
      throw error;
    }
  };

  const update = ({ message, ...plan }: Plan, index: number, ts: string, call: ChannelCall) => {
    const isSpare = message.isDraft === true;
    return elsePlain((isPlain) => {
      const content = { ...contentOf({ message, ...plan }, index, isPlain), ts };
      return edits.make(message.key, content, { ...call, isSpare });
    });
  };

  const deleteAll: Placement["deleteAll"] = async (channel, all, call) => {
    for (const ts of all) {
      await api.call("chat.delete", { channel, ts }, anything, call).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
      edits.releaseAt(refOf(channel, ts));
    }
  };

  /** An answer is never lost because the message that was to hold it cannot be changed. Gives the `ts` of the one that does. */
  const change = async (
    plan: Plan,
    index: number,
    ts: string,
    call: ChannelCall,
  ): Promise<string> => {
    try {
      await update(plan, index, ts, call);
      return ts;
    } catch (error) {
      const name = slackErrorName(error) ?? "";
      const isRefusal = plan.isEdit === true && index === 0 && name === "message_not_found";
      const isStuck = UNCHANGEABLE.has(name) && !isRefusal;
      if (!isStuck || plan.message.isDraft === true) throw error;
    }
    const anew = await post(plan, index, call);
    // What cannot be changed may still be taken away.
    await deleteAll(plan.message.address.channelId, [ts], call).catch((error: unknown) => {
      if (!isFrontdeskError(error, "delivery_rejected")) throw error;
    });
    return anew;
  };

  return {
    deleteAll,
    wasHeldBack: (key) => heldBack.has(key),
    async place(plan, there, call) {
      let first = "";
      for (const index of plan.parts.keys()) {
        const known = there[index];
        const ts =
          known === undefined
            ? await post(plan, index, call)
            : await change(plan, index, known, call);
        if (index === 0) first = ts;
      }
      const surplus = there.slice(plan.parts.length).flatMap((ts) => ts ?? []);
      // It stands there whole: in its place, or posted anew.
      if (plan.message.isDraft !== true) edits.release(plan.message.key);
      await deleteAll(plan.message.address.channelId, surplus, call);
      return first;
    },
  };
}
