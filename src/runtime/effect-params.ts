import { z } from "zod";
import {
  type Citation,
  caseId,
  conversationId,
  DECISIONS,
  DEGRADATIONS,
  type FileCarriage,
  isCitation,
  LANGUAGES,
  messageId,
  PLATFORMS,
  REPLY_MARKS,
  type Reply,
  type ReplyAddress,
  type SharedFile,
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

/** A file that lies at a platform. */
export const sharedFileSchema = z.object({
  name: z.string(),
  mediaType: z.string().nullable(),
  sizeBytes: z.number(),
  url: z.string(),
  platform: z.enum(PLATFORMS),
  line: z.string().exactOptional(),
}) satisfies z.ZodType<SharedFile>;

/** Params of `file.carry`: where a file goes on to. */
export const fileCarriageSchema: z.ZodType<FileCarriage> = z.object({
  file: sharedFileSchema,
  to: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("desk"), caseId: z.string().transform(caseId) }),
    z.object({
      kind: z.literal("customer"),
      caseId: z.string().transform(caseId),
      address: replyAddressSchema,
      language: z.enum(LANGUAGES),
    }),
  ]),
  index: z.number().int().nonnegative(),
});

const replySchema: z.ZodType<Reply> = z.object({
  decision: z.enum(DECISIONS),
  text: z.string(),
  language: z.enum(LANGUAGES),
  confidence: z.number().nullable(),
  question: z.string().nullable(),
  citations: z.array(z.custom<Citation>(isCitation)),
  options: z.array(z.object({ id: z.string(), label: z.string() })),
  case: z.string().transform(caseId).nullable(),
  marks: z.array(z.enum(REPLY_MARKS)),
  degraded: z.array(z.enum(DEGRADATIONS)).optional(),
  timings: z.record(z.string(), z.number()),
  speaker: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("bot") }),
    z.object({ kind: z.literal("agent"), displayName: z.string() }),
  ]),
});

/** Params of `reply.post`; under its name a reply is found again when it is to be changed. */
export const replyPostSchema = z.object({
  address: replyAddressSchema,
  reply: replySchema,
  name: z.string().min(1).optional(),
});

/** Params of `reply.edit`: what was posted under the name is now this, or `otherwise` is said where it cannot be changed. */
export const replyEditSchema = z.object({
  address: replyAddressSchema,
  reply: replySchema,
  otherwise: replySchema,
  name: z.string().min(1),
});

/** Params of `reply.remove`. */
export const replyRemoveSchema = z.object({ address: replyAddressSchema, name: z.string().min(1) });

/** Params of `tell`. */
export const tellSchema = z.object({
  to: z.object({ kind: z.string(), id: z.string() }),
  event: z.looseObject({ type: z.string() }),
  key: z.string(),
});
