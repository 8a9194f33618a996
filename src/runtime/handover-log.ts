import { z } from "zod";
import {
  CASE_RESOLUTIONS,
  type Citation,
  caseId,
  conversationId,
  HANDOFF_REASONS,
  isCitation,
  LANGUAGES,
} from "../core/index.ts";
import type { HandoverLog, HandoverSample } from "../ports/handover-log.ts";
import type { KeyedMemory } from "../ports/keyed-memory.ts";

const YEAR_MS = 365 * 24 * 3_600_000;
const PREFIX = "handover:";

const sampleSchema = z.object({
  caseId: z.string().min(1).transform(caseId),
  conversationId: z.string().min(1).transform(conversationId),
  platform: z.string(),
  language: z.enum(LANGUAGES),
  reason: z.enum(HANDOFF_REASONS),
  question: z.string().nullable(),
  confidence: z.number().nullable(),
  tried: z.array(z.custom<Citation>(isCitation)),
  suggestedAnswer: z.string().nullable(),
  answers: z.array(z.string()),
  resolution: z.enum(CASE_RESOLUTIONS),
  rating: z.object({ stars: z.number(), comment: z.string().nullable() }).nullable(),
  team: z.string().nullable(),
  openedAt: z.number(),
  resolvedAt: z.number(),
}) satisfies z.ZodType<HandoverSample>;

/** Keeps handovers in the installation's memory: in a file, or in Redis for all processes. */
export function createHandoverLog(memory: KeyedMemory): HandoverLog {
  return {
    add: (sample) => memory.set(`${PREFIX}${sample.caseId}`, sample, YEAR_MS),
    remove: (id) => memory.delete(`${PREFIX}${id}`),
    async list({ limit }) {
      const found = await memory.list(PREFIX, limit);
      return found.flatMap(({ value }): readonly HandoverSample[] => {
        const parsed = sampleSchema.safeParse(value);
        return parsed.success ? [parsed.data] : [];
      });
    },
  };
}
