import { z } from "zod";
import type { ReplyAddress } from "../../src/core/index.ts";
import type { SlackApi, SlackCall } from "./client.ts";
import { slackErrorName } from "./errors.ts";
import { parseSlackMessage } from "./ids.ts";
import { messageSchema } from "./payloads.ts";

/** Event type of the metadata on everything that the bot posts. */
const METADATA_TYPE = "frontdesk_reply";

const payloadSchema = z.object({
  /** The message's key. */
  k: z.string(),
  /** Which part of it this is, from 0. */
  p: z.number(),
  /** How many parts there are. */
  n: z.number(),
  /** `ts` of the question that it answers. */
  q: z.string().nullish(),
});
/** What the metadata of a posted part says: no content, for other apps can read it. */
export type PartMark = z.infer<typeof payloadSchema>;

/** A part that stands in a conversation. */
export interface PostedPart extends PartMark {
  readonly ts: string;
}

const pageAnswer = z.object({
  messages: z.array(messageSchema),
  has_more: z.boolean().optional(),
  response_metadata: z.object({ next_cursor: z.string().optional() }).nullish(),
});

/** Slack's clock and ours may differ by so much. */
const SKEW_MS = 10 * 60_000;
const MAX_PAGES = 10;
const PAGE = 200;

/** Metadata for a part; Slack takes texts and numbers only. */
export function partMetadata({ q, ...mark }: PartMark): Readonly<Record<string, unknown>> {
  const question = q === null || q === undefined ? {} : { q };
  return { event_type: METADATA_TYPE, event_payload: { ...mark, ...question } };
}

function searchArguments(
  address: ReplyAddress,
  since: number | null,
): readonly ["conversations.history" | "conversations.replies", Readonly<Record<string, unknown>>] {
  const question = address.replyTo === null ? null : parseSlackMessage(address.replyTo);
  const common = {
    channel: address.channelId,
    include_all_metadata: true,
    limit: PAGE,
    // What answers a message stands after it.
    ...(question === null ? {} : { oldest: question.ts }),
    ...(since === null ? {} : { oldest: (Math.max(0, since - SKEW_MS) / 1_000).toFixed(6) }),
  };
  if (address.threadId === null) return ["conversations.history", common];
  return ["conversations.replies", { ...common, ts: address.threadId }];
}

/**
 * All parts of ours in the conversation of an address, oldest first; what stands before the question is left out.
 * @param call `since`: nothing of it can have been posted before, in milliseconds since the epoch
 */
export async function postedParts(
  api: SlackApi,
  address: ReplyAddress,
  call: SlackCall & { readonly since?: number },
): Promise<readonly PostedPart[]> {
  const [method, args] = searchArguments(address, call.since ?? null);
  const found: PostedPart[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const paged = cursor === undefined ? args : { ...args, cursor };
    const answer = await api.call(method, paged, pageAnswer, call).catch((error: unknown) => {
      // The thread is gone: nothing of ours stands in it.
      if (slackErrorName(error) === "thread_not_found") return null;
      throw error;
    });
    if (answer === null) return [];
    for (const { ts, metadata } of answer.messages) {
      if (metadata?.event_type !== METADATA_TYPE) continue;
      const mark = payloadSchema.safeParse(metadata.event_payload);
      if (mark.success) found.push({ ...mark.data, ts });
    }
    cursor = answer.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === "") break;
  }
  return found.toSorted((a, b) => Number(a.ts) - Number(b.ts));
}

/** Whether a call failed because a message of ours is gone. */
export function isGone(error: unknown): boolean {
  return ["message_not_found", "thread_not_found", "channel_not_found"].includes(
    slackErrorName(error) ?? "",
  );
}

/** The parts of one message, in their order. */
export function partsOf(parts: readonly PostedPart[], key: string): readonly PostedPart[] {
  return parts.filter(({ k }) => k === key).toSorted((a, b) => a.p - b.p);
}
