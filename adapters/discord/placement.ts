import { z } from "zod";
import {
  type EffectKey,
  FrontdeskError,
  isAnswerToMessage,
  isFrontdeskError,
} from "../../src/core/index.ts";
import type { ChannelCall, OutboundMessage } from "../../src/ports/channel.ts";
import { awake } from "./awake.ts";
import type { DiscordApi, DiscordCall } from "./client.ts";
import { nonceOf } from "./custom-ids.ts";
import type { EncodedPart } from "./encode.ts";
import { deleteMessages } from "./posted.ts";
import { postMessage } from "./posting.ts";
import { knownForMs, type Receipts } from "./receipts.ts";
import type { DiscordPacing } from "./settings.ts";
import type { WriteLine } from "./write-line.ts";

/** A message with the parts that it is to be shown as. */
export interface Plan {
  readonly message: OutboundMessage;
  readonly parts: readonly EncodedPart[];
  /** The channel or thread that it stands in. */
  readonly channel: string;
  /** The message it replies to. */
  readonly question: string | null;
}

/** Puts messages into channels, part by part. */
export interface Placement {
  /** Brings what stands there (ids by part) to what is planned. Gives the first part's id. */
  place(plan: Plan, there: readonly string[], call: ChannelCall): Promise<string>;
  /** Deletes messages; what is gone already counts as deleted. */
  deleteAll(channel: string, ids: readonly string[], call: DiscordCall): Promise<void>;
  /** Whether a draft was certainly never sent: nothing of it needs to be looked for. */
  wasHeldBack(key: EffectKey): boolean;
}

const anything = z.unknown();
const MAX_HELD_BACK = 5_000;
/** No previews of links (docs.discord.com, message flags). */
const SUPPRESS_EMBEDS = 4;
/** Of the edits that Discord allows, so many are kept for final ones. */
const KEPT_FOR_FINAL = 2;

/** What every message of ours says of itself: it rings no bell and grows no preview. */
export const QUIET = {
  flags: SUPPRESS_EMBEDS,
  allowed_mentions: { parse: [], replied_user: false },
} as const;

/** Who is called by a message. */
export interface Ring {
  readonly users: readonly string[];
  readonly roles: readonly string[];
}

/** What a message says of itself that calls exactly these, whatever its words are. */
export function ringing({ users, roles }: Ring) {
  return { ...QUIET, allowed_mentions: { ...QUIET.allowed_mentions, users, roles } } as const;
}

function contentOf({ content, components, file }: EncodedPart) {
  const attachments = file === null ? [] : [{ id: 0, filename: file.name }];
  return { content, components, attachments, ...QUIET };
}

function filesOf({ file }: EncodedPart) {
  return file === null ? [] : [{ name: file.name, data: Buffer.from(file.text, "utf8") }];
}

export function createPlacement(options: {
  readonly api: DiscordApi;
  readonly posts: WriteLine;
  readonly edits: WriteLine;
  readonly receipts: Receipts;
  readonly pacing: DiscordPacing;
}): Placement {
  const { api, posts, edits, receipts, pacing } = options;
  const heldBack = new Set<EffectKey>();

  const holdBack = (waitMs: number): never => {
    const how = { retryable: true, retryAfterMs: Math.max(waitMs, pacing.draftIntervalMs) };
    throw new FrontdeskError("rate_limited", "the channel is busy: the answer comes whole", how);
  };

  const keep = (key: EffectKey): void => {
    heldBack.add(key);
    const oldest = heldBack.values().next();
    if (heldBack.size > MAX_HELD_BACK && !oldest.done) heldBack.delete(oldest.value);
  };

  /** Writes when it is this one's turn. */
  const write = <Written>(
    line: WriteLine,
    { message, channel }: Plan,
    index: number,
    { signal }: ChannelCall,
    send: (call: DiscordCall) => Promise<Written>,
  ): Promise<Written> => {
    const at = { place: channel, key: `${message.key}/${index}`, signal };
    const call = { signal, isSpare: message.isDraft === true };
    return line.write(at, () => send(call));
  };

  const post = async (
    plan: Plan,
    index: number,
    replyTo: string | null,
    call: ChannelCall,
  ): Promise<string> => {
    const { message, channel } = plan;
    const part = plan.parts[index];
    if (part === undefined) throw new FrontdeskError("internal", "a part that is not planned");
    if (message.isDraft === true && !posts.isFree(channel)) {
      keep(message.key);
      holdBack(0);
    }
    heldBack.delete(message.key);
    const nonce = nonceOf(message.key, index);
    const body = { ...contentOf(part), nonce, enforce_nonce: true };
    const what = { channel, replyTo, body, files: filesOf(part) };
    try {
      return await write(posts, plan, index, call, (at) => postMessage(api, what, at));
    } catch (error) {
      if (message.isDraft === true && isFrontdeskError(error, "rate_limited")) keep(message.key);
      throw error;
    }
  };

  const edit = async (plan: Plan, index: number, id: string, call: ChannelCall): Promise<void> => {
    const { message, channel } = plan;
    const part = plan.parts[index];
    if (part === undefined) return;
    const isDraft = message.isDraft === true;
    if (isDraft) {
      // Drafts give way: what is final must never wait for what will be replaced anyway.
      const waitMs = api.buckets.editWaitMs(channel, KEPT_FOR_FINAL);
      if (waitMs > 0 || !edits.isFree(channel)) holdBack(waitMs);
    }
    const route = `/channels/${channel}/messages/${id}` as const;
    const request = {
      method: "PATCH",
      route,
      body: contentOf(part),
      files: filesOf(part),
    } as const;
    await write(edits, plan, index, call, (at) =>
      awake(api, channel, () => api.call(request, anything, at), at),
    );
  };

  const deleteAll: Placement["deleteAll"] = (channel, ids, call) =>
    deleteMessages(api, channel, ids, call);

  return {
    deleteAll,
    wasHeldBack: (key) => heldBack.has(key),
    async place(plan, there, call) {
      const { message, channel, parts, question } = plan;
      const { key } = message;
      const ids: string[] = [...there];
      if (ids.length === 0)
        await receipts.note(key, { channel, n: parts.length, ids: [] }, knownForMs(message.reply));
      // Where the case of its asker began there stands more than answers.
      const isAnswer = question !== null && isAnswerToMessage(message.reply);
      if (isAnswer) await receipts.noteAnswer(question, key);
      for (const index of parts.keys()) {
        const known = ids[index];
        if (known === undefined) {
          const id = await post(
            plan,
            index,
            index === 0 ? question : (ids[index - 1] ?? null),
            call,
          );
          ids[index] = id;
          await receipts.note(
            key,
            { channel, n: parts.length, ids: ids.slice(0, index + 1) },
            knownForMs(message.reply),
          );
        } else await edit(plan, index, known, call);
      }
      const surplus = ids.slice(parts.length);
      await deleteAll(channel, surplus, call);
      const shown = ids.slice(0, parts.length);
      const noted = (await receipts.of(key))?.ids ?? [];
      // Messages of an earlier answer are this one's from now on.
      if (noted.join() !== shown.join()) {
        await receipts.note(
          key,
          { channel, n: parts.length, ids: shown },
          knownForMs(message.reply),
        );
      }
      return ids[0] ?? "";
    },
  };
}
