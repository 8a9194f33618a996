import { z } from "zod";
import {
  caseId,
  conversationId,
  DECISIONS,
  LANGUAGES,
  messageId,
  PLATFORMS,
  passageId,
  REPLY_MARKS,
  type Reply,
  type ReplyAddress,
} from "../core/index.ts";

/** Where a reply goes, read from the params of an effect. */
export const replyAddressSchema: z.ZodType<ReplyAddress> = z.object({
  platform: z.enum(PLATFORMS),
  conversationId: z.string().transform(conversationId),
  channelId: z.string(),
  threadId: z.string().nullable(),
  replyTo: z.string().transform(messageId).nullable(),
  ephemeral: z.boolean(),
});

const citation = z.object({
  n: z.int(),
  passageId: z.string().transform(passageId),
  title: z.string(),
  section: z.string(),
  source: z.string(),
  quote: z.string(),
  origin: z.enum(["local", "web"]),
});

const replySchema: z.ZodType<Reply> = z.object({
  decision: z.enum(DECISIONS),
  text: z.string(),
  language: z.enum(LANGUAGES),
  confidence: z.number().nullable(),
  question: z.string().nullable(),
  citations: z.array(citation),
  options: z.array(z.object({ id: z.string(), label: z.string() })),
  case: z.string().transform(caseId).nullable(),
  marks: z.array(z.enum(REPLY_MARKS)),
  timings: z.record(z.string(), z.number()),
  speaker: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("bot") }),
    z.object({ kind: z.literal("agent"), displayName: z.string() }),
  ]),
});

/** Params of `reply.post`. */
export const replyPostSchema = z.object({ address: replyAddressSchema, reply: replySchema });

/** Params of `tell`. */
export const tellSchema = z.object({
  to: z.object({ kind: z.string(), id: z.string() }),
  event: z.looseObject({ type: z.string() }),
  key: z.string(),
});
