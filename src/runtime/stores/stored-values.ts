import { z } from "zod";
import {
  CASE_PRIORITIES,
  CASE_RESOLUTIONS,
  CASE_TARGETS,
  type CaseEntry,
  type CaseFacts,
  caseId,
  conversationId,
  DECISIONS,
  DEGRADATIONS,
  HANDOFF_REASONS,
  type HandoffPacket,
  LANGUAGES,
  messageId,
  NEW_CASE_FACTS,
  passageId,
  REPLY_MARKS,
  type Reply,
  ROLES,
} from "../../core/index.ts";
import { replyAddressSchema, sharedFileSchema } from "../effect-params.ts";

const identifier = z.string().min(1).max(512);
const language = z.enum(LANGUAGES);

const citation = z.object({
  n: z.number().int(),
  passageId: identifier.transform((text) => passageId(text)),
  title: z.string(),
  section: z.string(),
  source: z.string(),
  quote: z.string(),
  origin: z.enum(["local", "web"]),
});

const reply = z.object({
  decision: z.enum(DECISIONS),
  text: z.string(),
  language,
  confidence: z.number().nullable(),
  question: z.string().nullable(),
  citations: z.array(citation),
  options: z.array(z.object({ id: z.string(), label: z.string() })),
  case: identifier.transform((text) => caseId(text)).nullable(),
  marks: z.array(z.enum(REPLY_MARKS)),
  degraded: z.array(z.enum(DEGRADATIONS)).optional(),
  timings: z.record(z.string(), z.number()),
  speaker: z.discriminatedUnion("kind", [
    z.object({ kind: z.literal("bot") }),
    z.object({ kind: z.literal("agent"), displayName: z.string() }),
  ]),
}) satisfies z.ZodType<Reply>;

/** What a stored message holds besides its place; JSON, because SQLite text ends at the first NUL character. */
export const messageBodySchema = z.object({
  conversationId: identifier.transform((text) => conversationId(text)),
  author: z.enum(["user", "bot", "agent"]),
  name: z.string(),
  text: z.string(),
  reply: reply.nullable(),
  replyTo: identifier.transform((text) => messageId(text)).nullable(),
  at: z.number(),
});

/** One line of a case as stored. */
export const caseEntrySchema = z.object({
  kind: z.enum(["customer", "reply", "note", "event"]),
  name: z.string(),
  text: z.string(),
  at: z.number(),
  line: z.string().exactOptional(),
  files: z.array(sharedFileSchema).exactOptional(),
  revision: z.enum(["edited", "deleted"]).exactOptional(),
}) satisfies z.ZodType<CaseEntry>;

/** The packet of a case as stored. */
export const handoffPacketSchema = z.object({
  conversationId: identifier.transform((text) => conversationId(text)),
  customer: z.string(),
  customerId: z.string().exactOptional(),
  customerRights: z.object({ role: z.enum(ROLES), groups: z.array(z.string()) }).exactOptional(),
  platform: z.string(),
  address: replyAddressSchema.exactOptional(),
  place: z
    .object({ name: z.string().nullable(), isDirect: z.boolean(), link: z.string().nullable() })
    .exactOptional(),
  language,
  reason: z.enum(HANDOFF_REASONS),
  question: z.string().nullable(),
  summary: z.string(),
  transcript: z.array(
    z.object({
      role: z.enum(["user", "bot", "agent"]),
      text: z.string(),
      at: z.number(),
      language,
      decision: z.enum(DECISIONS).nullable(),
      name: z.string(),
      line: z.string().exactOptional(),
    }),
  ),
  confidence: z.number().nullable(),
  tried: z.array(citation),
  suggestedAnswer: z.string().nullable(),
  files: z.array(sharedFileSchema).exactOptional(),
  line: z.string().exactOptional(),
}) satisfies z.ZodType<HandoffPacket>;

/** What is known of a case besides what was said, as stored. */
const caseFactsSchema = z.object({
  priority: z.enum(CASE_PRIORITIES),
  team: z.string().nullable(),
  waitsFor: z.enum(["agent", "customer"]).nullable(),
  claimedAt: z.number().nullable(),
  firstReplyAt: z.number().nullable(),
  resolvedAt: z.number().nullable(),
  resolution: z.enum(CASE_RESOLUTIONS).nullable(),
  reopened: z.number(),
  rating: z.object({ stars: z.number(), comment: z.string().nullable() }).nullable(),
  missed: z.array(z.enum(CASE_TARGETS)).exactOptional(),
  by: z.string().nullable().exactOptional(),
  leftBy: z.string().nullable().exactOptional(),
}) satisfies z.ZodType<CaseFacts>;

/** Cases from before facts were kept have none. */
export function readFacts(stored: string | null): CaseFacts {
  return stored === null ? NEW_CASE_FACTS : caseFactsSchema.parse(JSON.parse(stored));
}
